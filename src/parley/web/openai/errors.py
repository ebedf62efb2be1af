"""Below /v1 every failure has the shape that OpenAI's clients read, whatever part of the server refused."""

import json
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel, ConfigDict
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from parley.core.kernel.errors import ErrorKind, ParleyError
from parley.web.errors import PROBLEM_TYPE

PREFIX = "/v1/"

_TYPES = {
    HTTPStatus.UNAUTHORIZED: "authentication_error",
    HTTPStatus.FORBIDDEN: "permission_error",
    HTTPStatus.TOO_MANY_REQUESTS: "rate_limit_error",
}
# What OpenAI answers with 400, and its clients take for a mistake in the request.
_STATUS: dict[int, int] = {HTTPStatus.UNPROCESSABLE_ENTITY: HTTPStatus.BAD_REQUEST}
# Clients wait longer after it than after other failures.
_STATUS_OF_CODE: dict[str, int] = {"model_limited": HTTPStatus.TOO_MANY_REQUESTS}


class ErrorObject(BaseModel):
    message: str
    type: str
    code: str | None
    param: str | None = None


class ErrorReply(BaseModel):
    """As OpenAI tells errors; below /api/v1 they are problem+json."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "error": {
                    "message": "There is no bot 'help-dsk' that this key may ask. "
                    "GET /v1/models lists those that it may.",
                    "type": "invalid_request_error",
                    "code": "model_not_found",
                    "param": None,
                }
            }
        }
    )

    error: ErrorObject


class UnknownModel(ParleyError):
    """No bot, or no embedder, has that name."""

    code = "model_not_found"
    kind = ErrorKind.NOT_FOUND


def status_of(status: int, code: str) -> int:
    """The status that OpenAI would answer with."""
    return int(_STATUS_OF_CODE.get(code, _STATUS.get(status, status)))


def error_object(message: str, status: int, code: str, param: str | None = None) -> dict[str, Any]:
    kind = "server_error" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "invalid_request_error"
    return {
        "error": {
            "message": message,
            "type": _TYPES.get(HTTPStatus(status), kind),
            "code": code,
            "param": param,
        }
    }


class OpenAIErrors:
    """Turns the problems that leave the application below /v1 into OpenAI's error objects."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith(PREFIX):
            send = _Translated(send)
        await self._app(scope, receive, send)


class _Translated:
    """Holds a problem back until it is whole; everything else passes."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._start: Message | None = None
        self._body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            if Headers(raw=message["headers"]).get("content-type") == PROBLEM_TYPE:
                self._start = message
                return
        elif self._start is not None:
            self._body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._send_error(self._start)
            return
        await self._send(message)

    async def _send_error(self, start: Message) -> None:
        problem = json.loads(self._body)
        status = status_of(start["status"], problem["code"])
        fields = problem.get("errors") or [{"field": None}]
        said = f"{problem['detail']} {problem.get('hint', '')}".strip()
        body = json.dumps(error_object(said, status, problem["code"], fields[0]["field"])).encode()
        kept = [
            (name, value)
            for name, value in start["headers"]
            if name.lower() not in {b"content-type", b"content-length"}
        ]
        headers = [
            *kept,
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
        ]
        await self._send({**start, "status": status, "headers": headers})
        await self._send({"type": "http.response.body", "body": body})
