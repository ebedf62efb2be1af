"""Liveness, readiness and metrics, outside /api/v1."""

from http import HTTPStatus

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from parley.web.deps import ServicesDep

router = APIRouter(tags=["operations"])


class LiveReply(BaseModel):
    status: str = "ok"


class PartReply(BaseModel):
    name: str = Field(examples=["database"])
    status: str = Field(description="`ok`, `degraded` or `failed`.")
    detail: str


class ReadyReply(BaseModel):
    status: str = Field(description="The worst of the parts.")
    parts: list[PartReply]


@router.get("/health/live", response_model=LiveReply, summary="Is the process alive?")
async def live() -> LiveReply:
    return LiveReply()


@router.get(
    "/health/ready",
    response_model=ReadyReply,
    responses={
        503: {"model": ReadyReply, "description": "A part without which nothing can be served failed."}
    },
    summary="Can it serve?",
)
async def ready(app: ServicesDep, response: Response) -> ReadyReply:
    parts = await app.health()
    found = {part.status for part in parts}
    worst = next((status for status in ("failed", "degraded") if status in found), "ok")
    if worst == "failed":
        response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
    return ReadyReply(
        status=worst,
        parts=[PartReply(name=part.name, status=part.status, detail=part.detail) for part in parts],
    )


@router.get("/metrics", summary="Prometheus metrics", response_class=Response)
async def metrics(app: ServicesDep) -> Response:
    body, content_type = app.render_metrics()
    return Response(body, media_type=content_type)
