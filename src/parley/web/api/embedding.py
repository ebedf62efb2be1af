"""The route that tells what a workspace's documents are embedded with."""

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from parley.core.kernel.ids import WorkspaceId
from parley.core.knowledge.space import SpaceProgress, SpaceReport
from parley.core.workspaces.model import Action
from parley.web.api.workspaces import WorkspacePath
from parley.web.deps import CallerDep, ServicesDep

router = APIRouter(tags=["workspaces"])


class BuildingReply(BaseModel):
    """Vectors of another model in the making, or of the same where some documents lack them."""

    model: str
    chunks_done: int
    chunks_total: int
    progress: float = Field(description="0 to 1.")
    seconds_left: float | None = Field(description="At the pace so far; null while that is not known.")
    started_at: datetime | None
    error: str | None = Field(description="Why the last attempt failed; it is repeated by itself.")

    @classmethod
    def of(cls, progress: SpaceProgress, model: str) -> "BuildingReply":
        total = progress.chunks_total
        return cls(
            model=model,
            chunks_done=min(progress.chunks_done, total),
            chunks_total=total,
            progress=min(progress.chunks_done / total, 1.0) if total else 0.0,
            seconds_left=progress.seconds_left,
            started_at=progress.space.started_at,
            error=progress.space.error or None,
        )


class EmbeddingReply(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "configured_model": "openai:text-embedding-3-small",
                "active_model": "minilm-l6-v2-int8",
                "words_alone": None,
                "building": {
                    "model": "openai:text-embedding-3-small",
                    "chunks_done": 1200,
                    "chunks_total": 4800,
                    "progress": 0.25,
                    "seconds_left": 90.0,
                    "started_at": "2026-01-31T12:00:00Z",
                    "error": None,
                },
                "finished_at": None,
            }
        }
    )

    configured_model: str | None = Field(description="What all documents are to be embedded with.")
    active_model: str | None = Field(description="What searches use; null before the first vectors.")
    words_alone: str | None = Field(description="Why searches go by words alone; null where they do not.")
    building: BuildingReply | None
    finished_at: datetime | None = Field(description="When the last change of the model was done.")

    @classmethod
    def of(cls, report: SpaceReport) -> "EmbeddingReply":
        progress = report.progress
        space = None if progress is None else progress.space
        building = None
        if progress is not None and progress.space.building_model is not None:
            building = BuildingReply.of(progress, progress.space.building_model)
        return cls(
            configured_model=report.configured_model,
            active_model=None if space is None else space.active_model or None,
            words_alone=report.words_alone or None,
            building=building,
            finished_at=None if space is None else space.finished_at,
        )


@router.get(
    "/workspaces/{workspace_id}/embedding",
    response_model=EmbeddingReply,
    summary="Read what documents are embedded with",
)
async def get_embedding(workspace_id: WorkspacePath, app: ServicesDep, caller: CallerDep) -> EmbeddingReply:
    """After a change of the server's embedder the documents are embedded anew in the background; searches
    use the model before until all of them are done."""
    scope = await app.authorizer.in_workspace(caller, Action.READ_EMBEDDING, WorkspaceId(workspace_id))
    return EmbeddingReply.of(await app.use.embedding.report(scope.workspace_id))
