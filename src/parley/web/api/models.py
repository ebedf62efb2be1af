"""Routes that list the language models a bot may use."""

import asyncio
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from parley.core.kernel.ids import WorkspaceId
from parley.core.llm.model import OfferedModel
from parley.core.usage.model import Tokens
from parley.core.usage.ports import PriceBook
from parley.core.workspaces.model import Action
from parley.web.deps import CallerDep, ServicesDep

router = APIRouter(tags=["models"])

_MILLION = 1_000_000
_NOTES = {
    "extractive": "Picks sentences from your documents; no language model.",
}


class CapabilitiesReply(BaseModel):
    tools: bool
    images: bool
    thinking: bool
    json_schema: bool


class PriceReply(BaseModel):
    """In micros of USD for a million tokens."""

    input_micros: int
    output_micros: int


class ModelReply(BaseModel):
    name: str = Field(examples=["extractive:default"])
    label: str
    provider: str
    note: str
    capabilities: CapabilitiesReply
    context_tokens: int = Field(description="Most tokens of a prompt with its answer.")
    max_output_tokens: int = Field(description="Most tokens of an answer.")
    price: PriceReply | None = Field(description="Null where it is not known.")

    @classmethod
    def of(cls, model: OfferedModel, price: PriceReply | None) -> "ModelReply":
        can = model.facts.capabilities
        return cls(
            name=str(model.name),
            label=model.label,
            provider=model.name.provider,
            note=_NOTES.get(model.name.provider, ""),
            capabilities=CapabilitiesReply(
                tools=can.tools, images=can.images, thinking=can.thinking, json_schema=can.json_schema
            ),
            context_tokens=model.facts.context_tokens,
            max_output_tokens=model.facts.max_output_tokens,
            price=price,
        )


class ProviderProblemReply(BaseModel):
    """A provider whose models could not be listed; they can be named all the same."""

    provider: str
    detail: str
    hint: str


class ModelsReply(BaseModel):
    default: str = Field(description="What bots use that name no model.")
    items: list[ModelReply]
    problems: list[ProviderProblemReply]


WorkspaceQuery = Annotated[
    UUID | None, Query(description="With the models of the provider keys that this workspace has.")
]


@router.get("/models", response_model=ModelsReply, summary="List language models")
async def list_models(
    app: ServicesDep, caller: CallerDep, workspace_id: WorkspaceQuery = None
) -> ModelsReply:
    """The models that can be offered; a provider may take other names too. Lists of providers are at most
    five minutes old."""
    workspace = None if workspace_id is None else WorkspaceId(workspace_id)
    if workspace is not None:
        await app.authorizer.in_workspace(caller, Action.READ_BOTS, workspace)
    found = await app.models.list(workspace)
    return ModelsReply(
        default=app.models.default(),
        items=[ModelReply.of(model, await _price(app.prices, str(model.name))) for model in found.models],
        problems=[
            ProviderProblemReply(provider=each.provider, detail=each.detail, hint=each.hint)
            for each in found.problems
        ],
    )


async def _price(prices: PriceBook, model: str) -> PriceReply | None:
    await asyncio.sleep(0)  # a price that is looked up for the first time takes a millisecond: others go on
    given = prices.cost_micros(model, Tokens(input=_MILLION))
    written = prices.cost_micros(model, Tokens(output=_MILLION))
    if given is None or written is None:
        return None
    return PriceReply(input_micros=given, output_micros=written)
