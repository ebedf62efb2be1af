"""Every error as RFC 9457 problem+json, with a stable code and the request id."""

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from parley.core.kernel.errors import ErrorKind, ParleyError
from parley.core.kernel.telemetry import Log

STATUS = {
    ErrorKind.INVALID: HTTPStatus.UNPROCESSABLE_ENTITY,
    ErrorKind.UNAUTHENTICATED: HTTPStatus.UNAUTHORIZED,
    ErrorKind.FORBIDDEN: HTTPStatus.FORBIDDEN,
    ErrorKind.NOT_FOUND: HTTPStatus.NOT_FOUND,
    ErrorKind.CONFLICT: HTTPStatus.CONFLICT,
    ErrorKind.TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    ErrorKind.UNSUPPORTED: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    ErrorKind.LIMITED: HTTPStatus.TOO_MANY_REQUESTS,
    ErrorKind.UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
}

PROBLEM_TYPE = "application/problem+json"
_TOO_LARGE = HTTPStatus.REQUEST_ENTITY_TOO_LARGE

MAX_BODY_BYTES = 1 << 20
"""Of a request, save those that upload files."""

# What routing itself can answer, in words that name the way out.
_ROUTING = {
    HTTPStatus.BAD_REQUEST: (
        "unreadable_body",
        "The body cannot be read: it is broken, not in UTF-8, or nested too deep.",
        "Send JSON in UTF-8, or the form that /docs shows.",
    ),
    HTTPStatus.NOT_FOUND: ("no_such_route", "There is nothing at this address.", "See /docs for the API."),
    HTTPStatus.METHOD_NOT_ALLOWED: (
        "method_not_allowed",
        "This address does not take this method.",
        "See /docs for the methods it takes.",
    ),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: (
        "body_too_large",
        f"The body is larger than {MAX_BODY_BYTES >> 20} MiB.",
        "Upload long texts as documents.",
    ),
}


class FieldProblem(BaseModel):
    field: str
    message: str


class Problem(BaseModel):
    """RFC 9457 problem details."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "type": "about:blank",
                "title": "Not Found",
                "status": 404,
                "detail": "There is no bot 0199c0de-0000-7000-8000-000000000000 that you can see.",
                "code": "not_found",
                "hint": "Check the id, and that you are signed in to the right workspace.",
                "request_id": "0199c0de-0000-7000-8000-000000000001",
            }
        }
    )

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    code: str
    """Stable; programs may rely on it."""
    hint: str = ""
    """The way out, for a person."""
    request_id: str
    errors: list[FieldProblem] | None = None


def problem_of(error: ParleyError, request_id: str) -> Problem:
    status = STATUS[error.kind]
    return Problem(
        title=status.phrase,
        status=status,
        detail=error.detail,
        code=error.code,
        hint=error.hint,
        request_id=request_id,
    )


def problem_response(problem: Problem, headers: dict[str, str] | None = None) -> JSONResponse:
    return JSONResponse(
        problem.model_dump(exclude_none=True),
        status_code=problem.status,
        media_type=PROBLEM_TYPE,
        headers=headers,
    )


def request_id_of(request: Request) -> str:
    return str(request.scope.get("parley.request_id", ""))


def install_error_handlers(app: FastAPI, log: Log) -> None:
    async def domain(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, ParleyError)  # noqa: S101 - for the type checker
        problem = problem_of(error, request_id_of(request))
        if problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            log.warning("request.unavailable", code=error.code, detail=error.detail)
        headers = {"WWW-Authenticate": "Bearer"} if error.kind is ErrorKind.UNAUTHENTICATED else None
        return problem_response(problem, headers)

    async def invalid(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)  # noqa: S101 - for the type checker
        return problem_response(_validation_problem(error, request_id_of(request)))

    async def routing(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)  # noqa: S101 - for the type checker
        problem = _routing_problem(error.status_code, str(error.detail), request_id_of(request))
        return problem_response(problem, dict(error.headers or {}))

    async def fault(request: Request, error: Exception) -> JSONResponse:
        return problem_response(internal_problem(request_id_of(request)))

    app.add_exception_handler(ParleyError, domain)
    app.add_exception_handler(Exception, fault)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, routing)


class LargeBodies:
    """Starlette refuses a body by its declared length in plain text of its own; readers get a problem."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refused = False

        async def send_problem(message: Message) -> None:
            nonlocal refused
            if message["type"] == "http.response.start" and message["status"] == _TOO_LARGE:
                refused = Headers(raw=message["headers"]).get("content-type") != PROBLEM_TYPE
                if refused:
                    problem = _routing_problem(_TOO_LARGE, "", request_id_of(Request(scope)))
                    await problem_response(problem)(scope, receive, send)
            if not refused:
                await send(message)

        await self._app(scope, receive, send_problem)


def _routing_problem(status_code: int, said: str, request_id: str) -> Problem:
    status = HTTPStatus(status_code)
    code, detail, hint = _ROUTING.get(status, ("http_error", said, ""))
    return Problem(
        title=status.phrase, status=status, detail=detail, code=code, hint=hint, request_id=request_id
    )


def internal_problem(request_id: str) -> Problem:
    """For a fault of ours: nothing of its inside is told, the id finds it in the log."""
    return Problem(
        title="Internal Server Error",
        status=HTTPStatus.INTERNAL_SERVER_ERROR,
        detail="Parley failed to answer this request; the fault is ours.",
        code="internal_error",
        hint="Try again; if it stays, give the administrator the request id.",
        request_id=request_id,
    )


def _validation_problem(error: RequestValidationError, request_id: str) -> Problem:
    fields = [
        FieldProblem(field=_field_name(problem["loc"]), message=_sentence(problem["msg"]))
        for problem in error.errors()[:20]
    ]
    # A parameter that two dependencies of a route take is checked by both.
    fields = list({(field.field, field.message): field for field in fields}.values())
    if any(_is_no_json(problem) for problem in error.errors()):
        return Problem(
            title="Bad Request",
            status=HTTPStatus.BAD_REQUEST,
            detail="The body is not a JSON object.",
            code="invalid_json",
            hint="Send JSON with the header Content-Type: application/json.",
            request_id=request_id,
        )
    named = "; ".join(f"{field.field}: {field.message}" for field in fields[:3])
    return Problem(
        title="Unprocessable Entity",
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
        detail=f"The request has {len(fields)} invalid field{'s' if len(fields) > 1 else ''}. {named}",
        code="invalid_request",
        hint="Mend the fields named and send it again; /docs shows what each takes.",
        request_id=request_id,
        errors=fields,
    )


def _is_no_json(problem: dict[str, Any]) -> bool:
    """Broken JSON, or a body that is none: empty, of another media type, a list or a bare value. A rule
    over several fields of an object fails at the same place."""
    of_body = tuple(problem["loc"]) == ("body",)
    return problem["type"] == "json_invalid" or (of_body and problem["type"] != "value_error")


def _field_name(location: tuple[str | int, ...]) -> str:
    return ".".join(str(part) for part in location[1:]) or str(location[0])


def _sentence(message: str) -> str:
    message = message.removeprefix("Value error, ")
    return message if message.endswith(".") else f"{message}."
