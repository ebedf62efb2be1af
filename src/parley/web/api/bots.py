"""Routes of bots."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, status
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from parley.core.bots.limits import LIMITS, MAX_DESCRIPTION_CHARS, Between
from parley.core.bots.model import AgentType, Bot, BotConfiguration, BotId, FewShot
from parley.core.bots.service import BotChange
from parley.core.kernel.errors import NotFound
from parley.core.kernel.ids import WorkspaceId
from parley.core.kernel.paging import PageRequest
from parley.core.workspaces.model import Action, ResourceKind
from parley.web.api.fields import EXAMPLE_ID, Body, Name, PageReply, WithoutNul
from parley.web.api.workspaces import WorkspacePath
from parley.web.deps import CallerDep, CursorQuery, LimitQuery, ServicesDep

router = APIRouter(tags=["bots"])

BotPath = Annotated[UUID, Path(description="Id of the bot.")]
BotDescription = Annotated[str, StringConstraints(max_length=MAX_DESCRIPTION_CHARS), WithoutNul]

_DEFAULT = BotConfiguration()


def _limits(key: str) -> dict[str, Any]:
    limit = LIMITS[key]
    if isinstance(limit, Between):
        return {"ge": limit.least, "le": limit.most}
    return {"max_length": limit.most}


class FewShotBody(Body):
    question: Annotated[str, WithoutNul]
    answer: Annotated[str, WithoutNul]


class ConfigurationBody(Body):
    """A bot's configuration. Keys that are left out keep their value, or take the default in a new bot."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "system_prompt": "Answer in two sentences.",
                "retriever_k": 8,
                "suggested_questions": ["How long is the warranty?"],
            }
        }
    )

    agent_type: AgentType = Field(
        _DEFAULT.agent_type,
        description="`rag` answers from documents, `tools` lets the model call tools,"
        " `plain` is the model alone.",
    )
    llm_model: Annotated[str, Field(**_limits("llm_model")), WithoutNul] | None = Field(
        None, description="`provider:model`; null follows the server's default."
    )
    fallbacks: list[Annotated[str, WithoutNul]] = Field(
        [], description="Models to try in turn when the first fails.", **_limits("fallbacks")
    )
    temperature: float = Field(_DEFAULT.temperature, allow_inf_nan=False, **_limits("temperature"))
    system_prompt: Annotated[str, Field(**_limits("system_prompt")), WithoutNul] = ""
    few_shot: list[FewShotBody] = Field(
        [], description="Example exchanges shown to the model.", **_limits("few_shot")
    )
    retriever_k: int = Field(
        _DEFAULT.retriever_k,
        description="Passages looked for; those that follow each other are given to the model as one.",
        **_limits("retriever_k"),
    )
    retriever_weight: Annotated[float, Field(allow_inf_nan=False, **_limits("retriever_weight"))] | None = (
        Field(
            None,
            description="How much meaning counts beside words: 0 is words alone, 1 meaning alone, null by the"
            " question's language.",
        )
    )
    retriever_tokens: int = Field(
        _DEFAULT.retriever_tokens,
        description="Most tokens of all passages together; the last one that fits is cut behind a sentence.",
        **_limits("retriever_tokens"),
    )
    rerank: bool = Field(
        _DEFAULT.rerank,
        description="Whether the server's reranker, if it has one, decides the order of the passages.",
    )
    chat_history_length: int = Field(
        _DEFAULT.chat_history_length,
        description="Earlier messages given to the model.",
        **_limits("chat_history_length"),
    )
    tools: list[Annotated[str, WithoutNul]] = Field(
        [],
        description="Names of `GET /workspaces/{workspace_id}/tools`, such as `calculator` or `mcp:tickets`.",
        **_limits("tools"),
    )
    unattended_tools: list[Annotated[str, WithoutNul]] = Field(
        [],
        description="Those of `tools` that may change things without asking the user first.",
        **_limits("unattended_tools"),
    )
    collections: list[UUID] = Field(
        [],
        description="Where passages come from; empty means every collection of the workspace.",
        **_limits("collections"),
    )
    guardrails: list[str] = Field([], **_limits("guardrails"))
    greeting: Annotated[str, Field(**_limits("greeting")), WithoutNul] = ""
    suggested_questions: list[Annotated[str, WithoutNul]] = Field([], **_limits("suggested_questions"))
    answer_cache_s: Annotated[int, Field(**_limits("answer_cache_s"))] | None = Field(
        None,
        description="Seconds for which an answer is given again to the very same prompt; null asks the model"
        " every time. Answers that tools had a part in are never kept.",
    )

    def applied_to(self, configuration: BotConfiguration) -> BotConfiguration:
        """`configuration` with the keys that were sent."""
        return replace(configuration, **{key: self._value(key) for key in self.model_fields_set})

    def _value(self, key: str) -> Any:
        value = getattr(self, key)
        if not isinstance(value, list):
            return value
        return tuple(
            FewShot(item.question, item.answer) if isinstance(item, FewShotBody) else item for item in value
        )


class BotBody(Body):
    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "name": "Warranty help",
                "description": "Answers from the handbooks.",
                "configuration": {"retriever_k": 8, "greeting": "What would you like to know?"},
            }
        }
    )

    name: Name
    description: BotDescription = ""
    configuration: ConfigurationBody = Field(default_factory=ConfigurationBody)


class BotChangeBody(Body):
    model_config = ConfigDict(
        json_schema_extra={"example": {"name": "Warranty help", "configuration": {"retriever_k": 12}}}
    )

    name: Name | None = None
    description: BotDescription | None = None
    configuration: ConfigurationBody | None = None


class FewShotReply(BaseModel):
    question: str
    answer: str


class ConfigurationReply(BaseModel):
    agent_type: AgentType
    llm_model: str | None
    fallbacks: list[str]
    temperature: float
    system_prompt: str
    few_shot: list[FewShotReply]
    retriever_k: int
    retriever_weight: float | None
    retriever_tokens: int
    rerank: bool
    chat_history_length: int
    tools: list[str]
    unattended_tools: list[str]
    collections: list[UUID]
    guardrails: list[str]
    greeting: str
    suggested_questions: list[str]
    answer_cache_s: int | None

    @classmethod
    def of(cls, configuration: BotConfiguration) -> "ConfigurationReply":
        return cls(
            agent_type=configuration.agent_type,
            llm_model=configuration.llm_model,
            fallbacks=list(configuration.fallbacks),
            temperature=configuration.temperature,
            system_prompt=configuration.system_prompt,
            few_shot=[
                FewShotReply(question=shot.question, answer=shot.answer) for shot in configuration.few_shot
            ],
            retriever_k=configuration.retriever_k,
            retriever_weight=configuration.retriever_weight,
            retriever_tokens=configuration.retriever_tokens,
            rerank=configuration.rerank,
            chat_history_length=configuration.chat_history_length,
            tools=list(configuration.tools),
            unattended_tools=list(configuration.unattended_tools),
            collections=list(configuration.collections),
            guardrails=list(configuration.guardrails),
            greeting=configuration.greeting,
            suggested_questions=list(configuration.suggested_questions),
            answer_cache_s=configuration.answer_cache_s,
        )


class BotReply(BaseModel):
    id: UUID = Field(examples=[EXAMPLE_ID])
    workspace_id: UUID
    name: str = Field(examples=["Warranty help"])
    description: str
    version: int = Field(description="Counts from 1; every change of the configuration makes the next.")
    configuration: ConfigurationReply
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, bot: Bot) -> "BotReply":
        return cls(
            id=bot.id,
            workspace_id=bot.workspace_id,
            name=bot.name,
            description=bot.description,
            version=bot.version,
            configuration=ConfigurationReply.of(bot.configuration),
            created_at=bot.created_at,
            updated_at=bot.updated_at,
        )


class BotsReply(PageReply[BotReply]):
    """By name."""


@router.get("/workspaces/{workspace_id}/bots", response_model=BotsReply, summary="List bots")
async def list_bots(
    workspace_id: WorkspacePath,
    app: ServicesDep,
    caller: CallerDep,
    cursor: CursorQuery = None,
    limit: LimitQuery = 50,
) -> BotsReply:
    request = PageRequest.parse(cursor, limit, fields=2)
    scope = await app.authorizer.in_workspace(caller, Action.READ_BOTS, WorkspaceId(workspace_id))
    async with app.transactions.begin(scope) as tx:
        page = await app.read.bots.list(tx, request)
    return BotsReply(items=[BotReply.of(bot) for bot in page.items], next_cursor=page.next_cursor)


@router.post(
    "/workspaces/{workspace_id}/bots",
    response_model=BotReply,
    status_code=status.HTTP_201_CREATED,
    summary="Make a bot",
)
async def create_bot(
    workspace_id: WorkspacePath, body: BotBody, app: ServicesDep, caller: CallerDep
) -> BotReply:
    """Every key of the configuration has a default; an empty one works."""
    configuration = body.configuration.applied_to(_DEFAULT)
    bot = await app.use.bots.create(
        caller, WorkspaceId(workspace_id), body.name, body.description, configuration
    )
    return BotReply.of(bot)


@router.get("/bots/{bot_id}", response_model=BotReply, summary="Read a bot")
async def get_bot(bot_id: BotPath, app: ServicesDep, caller: CallerDep) -> BotReply:
    scope = await app.authorizer.on(caller, Action.READ_BOTS, ResourceKind.BOT, bot_id)
    async with app.transactions.begin(scope) as tx:
        bot = await app.read.bots.get(tx, BotId(bot_id))
    if bot is None:
        raise NotFound("bot", bot_id)
    return BotReply.of(bot)


@router.patch("/bots/{bot_id}", response_model=BotReply, summary="Change a bot")
async def change_bot(bot_id: BotPath, body: BotChangeBody, app: ServicesDep, caller: CallerDep) -> BotReply:
    """A changed configuration is a new version; keys that are left out keep their value."""
    change = BotChange(name=body.name, description=body.description)
    if body.configuration is not None:
        change = replace(change, configure=body.configuration.applied_to)
    return BotReply.of(await app.use.bots.change(caller, BotId(bot_id), change))


@router.delete("/bots/{bot_id}", status_code=status.HTTP_204_NO_CONTENT, summary="Remove a bot")
async def remove_bot(bot_id: BotPath, app: ServicesDep, caller: CallerDep) -> None:
    """Its conversations stay readable."""
    await app.use.bots.remove(caller, BotId(bot_id))
