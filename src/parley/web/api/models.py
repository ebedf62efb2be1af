"""Routes that list the language models a bot may use."""

from fastapi import APIRouter
from pydantic import BaseModel, Field

from parley.web.deps import CallerDep, ServicesDep

router = APIRouter(tags=["models"])

_NOTES = {
    "extractive": "Picks sentences from your documents; no language model.",
}


class ModelReply(BaseModel):
    name: str = Field(examples=["extractive:default"])
    label: str
    provider: str
    note: str


class ModelsReply(BaseModel):
    default: str = Field(description="What bots use that name no model.")
    items: list[ModelReply]


@router.get("/models", response_model=ModelsReply, summary="List language models")
async def list_models(app: ServicesDep, caller: CallerDep) -> ModelsReply:
    """The models that can be offered; a provider may take other names too."""
    names = app.models.available()
    return ModelsReply(
        default=app.models.default(),
        items=[
            ModelReply(
                name=str(name), label=label, provider=name.provider, note=_NOTES.get(name.provider, "")
            )
            for name, label in names
        ],
    )
