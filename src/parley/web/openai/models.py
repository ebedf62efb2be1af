"""GET /v1/models: the bots that a key may ask, as models."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field

from parley.core.bots.model import Bot, BotId
from parley.core.bots.naming import find_bot, readable_names
from parley.core.workspaces.model import Action, WorkspaceScope
from parley.web.api.fields import EXAMPLE_ID
from parley.web.deps import ModelsCallerDep, Services, ServicesDep, grant_of
from parley.web.openai.errors import UnknownModel

router = APIRouter(tags=["openai"])


class ModelObject(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": "help-desk",
                "object": "model",
                "created": 1769860800,
                "owned_by": "parley",
                "name": "Help desk",
                "bot_id": EXAMPLE_ID,
            }
        }
    )

    id: str = Field(description="The bot's name in a form that programs can keep; `bot_id` does as well.")
    object: Literal["model"] = "model"
    created: int
    owned_by: str = "parley"
    name: str
    bot_id: UUID


class ModelList(BaseModel):
    object: Literal["list"] = "list"
    data: list[ModelObject]


@router.get("/models", response_model=ModelList, summary="List bots as models")
async def list_models(app: ServicesDep, caller: ModelsCallerDep) -> ModelList:
    scope = await app.authorizer.in_workspace(caller, Action.READ_BOTS, grant_of(caller).workspace_id)
    return ModelList(data=await _models(app, scope))


@router.get("/models/{model}", response_model=ModelObject, summary="Read a bot as a model")
async def get_model(
    model: Annotated[
        str, Path(max_length=300, description="The bot's name as the list gives it, or its id.")
    ],
    app: ServicesDep,
    caller: ModelsCallerDep,
) -> ModelObject:
    scope = await app.authorizer.in_workspace(caller, Action.READ_BOTS, grant_of(caller).workspace_id)
    for each in await _models(app, scope):
        if model in {each.id, str(each.bot_id)}:
            return each
    raise unknown(model)


async def _models(app: Services, scope: WorkspaceScope) -> list[ModelObject]:
    async with app.transactions.begin(scope) as tx:
        bots = await app.read.bots.names(tx)
    names = dict(bots)
    return [
        ModelObject(id=readable, name=names[bot_id], bot_id=bot_id, created=_made_at(bot_id))
        for readable, bot_id in readable_names(bots).items()
        if scope.reaches_bot(bot_id)
    ]


async def bot_called(app: Services, scope: WorkspaceScope, model: str) -> Bot:
    """By its readable name or its id. Raises UnknownModel, also for a bot that the key may not ask."""
    async with app.transactions.begin(scope) as tx:
        bot_id = find_bot(await app.read.bots.names(tx), model)
        bot = None if bot_id is None else await app.read.bots.get(tx, bot_id)
    if bot is None or not scope.reaches_bot(bot.id):
        raise unknown(model)
    return bot


def unknown(model: str) -> UnknownModel:
    return UnknownModel(
        f"There is no bot {model!r} that this key may ask.", hint="GET /v1/models lists those that it may."
    )


def _made_at(bot_id: BotId) -> int:
    """Whole seconds since 1970: a UUIDv7 begins with its time."""
    return (bot_id.int >> 80) // 1000
