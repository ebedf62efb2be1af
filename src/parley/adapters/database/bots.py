"""Bots and their versions in PostgreSQL; a configuration is stored as JSON, read with defaults."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, insert, select, tuple_, update

from parley.adapters.database.connection import execute, row, rows
from parley.adapters.database.cursors import as_uuid
from parley.adapters.database.statements import Record
from parley.adapters.database.tables import bot_versions, bots
from parley.core.bots.model import AgentType, Bot, BotConfiguration, BotId, BotVersion, FewShot
from parley.core.kernel.errors import Conflict
from parley.core.kernel.paging import Page, PageRequest
from parley.core.kernel.transactions import Transaction

_select_bots = select(
    bots.c.id,
    bots.c.workspace_id,
    bots.c.name,
    bots.c.description,
    bots.c.version,
    bot_versions.c.configuration,
    bots.c.created_at,
    bots.c.updated_at,
).join(bot_versions, (bot_versions.c.bot_id == bots.c.id) & (bot_versions.c.version == bots.c.version))


_MOST_NAMES = 1_000


# Each turn begins with it.
_GET = _select_bots.where(bots.c.id == bindparam("bot_id"), bots.c.workspace_id == bindparam("workspace"))


class PostgresBots:
    """Implements `Bots`, and the `BotCheck` of API keys."""

    async def add(self, tx: Transaction, bot: Bot, version: BotVersion) -> None:
        await execute(
            tx,
            insert(bots).values(
                id=bot.id,
                workspace_id=bot.workspace_id,
                name=bot.name,
                description=bot.description,
                version=bot.version,
                created_at=bot.created_at,
                updated_at=bot.updated_at,
            ),
        )
        await self._add_version(tx, bot, version)

    async def get(self, tx: Transaction, bot_id: BotId) -> Bot | None:
        found = await row(tx, _GET, {"bot_id": bot_id, "workspace": tx.workspace_id})
        return None if found is None else _to_bot(found)

    async def list(self, tx: Transaction, page: PageRequest) -> Page[Bot]:
        statement = (
            _select_bots.where(bots.c.workspace_id == tx.workspace_id)
            .order_by(bots.c.name, bots.c.id)
            .limit(page.size + 1)
        )
        if page.after is not None:
            name, bot_id = page.after
            statement = statement.where(tuple_(bots.c.name, bots.c.id) > tuple_(name, as_uuid(bot_id)))
        found = [_to_bot(each) for each in await rows(tx, statement)]
        return Page.cut(found, page, lambda bot: (bot.name, str(bot.id)))

    async def names(self, tx: Transaction) -> tuple[tuple[BotId, str], ...]:
        statement = (
            select(bots.c.id, bots.c.name)
            .where(bots.c.workspace_id == tx.workspace_id)
            .order_by(bots.c.id)
            .limit(_MOST_NAMES)
        )
        return tuple((BotId(found.id), found.name) for found in await rows(tx, statement))

    async def missing(self, tx: Transaction, wanted: Sequence[UUID]) -> tuple[UUID, ...]:
        if not wanted:
            return ()
        statement = select(bots.c.id).where(bots.c.workspace_id == tx.workspace_id, bots.c.id.in_(wanted))
        there = {found.id for found in await rows(tx, statement)}
        return tuple(bot_id for bot_id in wanted if bot_id not in there)

    async def save(self, tx: Transaction, bot: Bot, version: BotVersion | None) -> None:
        read_version = bot.version if version is None else version.version - 1
        saved = await execute(
            tx,
            update(bots)
            .where(
                bots.c.id == bot.id,
                bots.c.workspace_id == tx.workspace_id,
                bots.c.version == read_version,
            )
            .values(
                name=bot.name, description=bot.description, version=bot.version, updated_at=bot.updated_at
            ),
        )
        if not saved:
            raise Conflict(
                f"The bot {bot.name!r} was changed by someone else at the same moment.",
                hint="Load it again and repeat your change.",
            )
        if version is not None:
            await self._add_version(tx, bot, version)

    async def remove(self, tx: Transaction, bot_id: BotId) -> bool:
        statement = delete(bots).where(bots.c.id == bot_id, bots.c.workspace_id == tx.workspace_id)
        return await execute(tx, statement) == 1

    async def configuration(self, tx: Transaction, bot_id: BotId, version: int) -> BotConfiguration | None:
        found = await row(
            tx,
            select(bot_versions.c.configuration).where(
                bot_versions.c.bot_id == bot_id,
                bot_versions.c.version == version,
                bot_versions.c.workspace_id == tx.workspace_id,
            ),
        )
        return None if found is None else _to_configuration(found.configuration)

    async def _add_version(self, tx: Transaction, bot: Bot, version: BotVersion) -> None:
        await execute(
            tx,
            insert(bot_versions).values(
                bot_id=version.bot_id,
                version=version.version,
                workspace_id=bot.workspace_id,
                configuration=_to_json(version.configuration),
                created_by=version.created_by,
                created_at=version.created_at,
            ),
        )


def _to_bot(found: Record) -> Bot:
    return Bot(
        id=found.id,
        workspace_id=found.workspace_id,
        name=found.name,
        description=found.description,
        version=found.version,
        configuration=_to_configuration(found.configuration),
        created_at=found.created_at,
        updated_at=found.updated_at,
    )


def _to_json(configuration: BotConfiguration) -> dict[str, Any]:
    return {
        "agent_type": configuration.agent_type.value,
        "llm_model": configuration.llm_model,
        "fallbacks": list(configuration.fallbacks),
        "temperature": configuration.temperature,
        "system_prompt": configuration.system_prompt,
        "few_shot": [{"question": shot.question, "answer": shot.answer} for shot in configuration.few_shot],
        "retriever_k": configuration.retriever_k,
        "retriever_weight": configuration.retriever_weight,
        "retriever_tokens": configuration.retriever_tokens,
        "rerank": configuration.rerank,
        "chat_history_length": configuration.chat_history_length,
        "tools": list(configuration.tools),
        "unattended_tools": list(configuration.unattended_tools),
        "collections": [str(collection) for collection in configuration.collections],
        "guardrails": list(configuration.guardrails),
        "greeting": configuration.greeting,
        "suggested_questions": list(configuration.suggested_questions),
        "answer_cache_s": configuration.answer_cache_s,
    }


def _to_configuration(stored: dict[str, Any]) -> BotConfiguration:
    """A key that a later version added takes its default; one that it dropped is ignored."""
    default = BotConfiguration()
    return BotConfiguration(
        agent_type=AgentType(stored.get("agent_type", default.agent_type)),
        llm_model=stored.get("llm_model", default.llm_model),
        fallbacks=tuple(stored.get("fallbacks", default.fallbacks)),
        temperature=stored.get("temperature", default.temperature),
        system_prompt=stored.get("system_prompt", default.system_prompt),
        few_shot=tuple(FewShot(shot["question"], shot["answer"]) for shot in stored.get("few_shot", ())),
        retriever_k=stored.get("retriever_k", default.retriever_k),
        retriever_weight=stored.get("retriever_weight", default.retriever_weight),
        retriever_tokens=stored.get("retriever_tokens", default.retriever_tokens),
        rerank=stored.get("rerank", default.rerank),
        chat_history_length=stored.get("chat_history_length", default.chat_history_length),
        tools=tuple(stored.get("tools", default.tools)),
        unattended_tools=tuple(stored.get("unattended_tools", default.unattended_tools)),
        collections=tuple(UUID(collection) for collection in stored.get("collections", ())),
        guardrails=tuple(stored.get("guardrails", default.guardrails)),
        greeting=stored.get("greeting", default.greeting),
        suggested_questions=tuple(stored.get("suggested_questions", default.suggested_questions)),
        answer_cache_s=stored.get("answer_cache_s", default.answer_cache_s),
    )
