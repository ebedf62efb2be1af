"""One turn from question to answer: retrieve, prompt, ask the model, run the tools that it calls."""

import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace

from parley.core.bots.model import AgentType, Bot
from parley.core.chat.agent import Agent, shown_again
from parley.core.chat.asking import AnswerLimits, Asker, encodable, since
from parley.core.chat.cached import CachedModels, KeptAnswers
from parley.core.chat.calling import AgentLimits, Desk
from parley.core.chat.draft import Draft
from parley.core.chat.events import EventBody, RetrievalFinished, TurnRestarted, TurnStarted
from parley.core.chat.model import Progress, Turn
from parley.core.chat.paying import Models
from parley.core.chat.prompt import build_request, offered_tools, without_tools
from parley.core.chat.retrieving import Retrieval
from parley.core.chat.rounds import KeepsRounds
from parley.core.conversations.model import Message
from parley.core.knowledge.search import Search
from parley.core.llm.model import ChatRequest
from parley.core.tools.model import stands_for
from parley.core.tools.ports import Tool, Toolbox
from parley.core.usage.model import Payer, Purpose
from parley.core.workspaces.model import WorkspaceScope


@dataclass(frozen=True, slots=True)
class Question:
    """Everything a turn works from, read before it starts."""

    turn: Turn
    scope: WorkspaceScope
    bot: Bot
    history: tuple[Message, ...]
    """Earlier messages of the branch, oldest first."""
    message: Message
    summary: str = ""
    """Of what came before `history`; empty when nothing did, or none was written."""
    progress: Progress = Progress()  # noqa: RUF009 - frozen
    """What earlier runners have stored of the turn."""


@dataclass(frozen=True, slots=True)
class ToolUse:
    """What turns call tools with."""

    toolbox: Toolbox
    book: KeepsRounds
    limits: AgentLimits = AgentLimits()  # noqa: RUF009 - frozen


class Answerer:
    """Makes the answer of one turn, as a stream of events."""

    def __init__(
        self,
        search: Search,
        models: Models,
        tool_use: ToolUse,
        limits: AnswerLimits,
        kept: KeptAnswers | None = None,
    ) -> None:
        self._models = models
        self._kept = kept
        self._tool_use = tool_use
        self._limits = limits
        self._retrieval = Retrieval(search, models, limits.retrievals_at_once)

    async def run(self, question: Question, draft: Draft) -> AsyncGenerator[list[EventBody], None]:
        """Yields events in the order readers see them, those of one network read together; fills `draft`.

        Raises ParleyError when no answer can be made, and LeaseLost. The caller writes the end of the
        turn, or leaves it waiting for its user where `draft.waits` is set.
        """
        configuration, progress = question.bot.configuration, question.progress
        draft.model = configuration.llm_model or self._models.default()
        draft.restore(progress)
        draft.account.payer = _payer(question)
        # Called by earlier runners, paid with the rest once the turn ends; their budget is settled.
        draft.account.uses += [
            replace(self._models.price(each.reply.model, each.reply.usage, Purpose.ANSWER), settled=True)
            for each in progress.rounds
        ]
        if not progress.continues:
            yield [_started(question, draft)]
        if configuration.agent_type is AgentType.RAG and draft.retrieved is None:
            await self._retrieve(question, draft)
        if not progress.continues:
            yield [*_found(question, draft), *shown_again(draft.rounds)]
        request = build_request(
            configuration,
            question.history,
            question.message.text,
            "" if draft.retrieved is None else draft.retrieved.query,
            () if draft.retrieved is None else draft.retrieved.citations,
            question.summary,
        )
        async with aclosing(self._answer(question, draft, request)) as batches:
            async for events in batches:
                yield events

    async def _retrieve(self, question: Question, draft: Draft) -> None:
        began = time.perf_counter()
        draft.retrieved = await self._retrieval.run(
            question.scope, question.bot.configuration, question.history, question.message.text, draft
        )
        draft.citations = draft.retrieved.citations
        draft.timings_ms["retrieval"] = since(began)

    async def _answer(
        self, question: Question, draft: Draft, request: ChatRequest
    ) -> AsyncGenerator[list[EventBody], None]:
        configuration = question.bot.configuration
        models = (draft.model, *configuration.fallbacks)

        def begun(model: str, because: str) -> list[EventBody]:
            return _begun(model, because, question, draft)

        asker = Asker(self._models_for(question.bot), self._limits, draft, begun)
        names = offered_tools(configuration)
        if not names:
            async with aclosing(asker.ask(models, request)) as batches:
                async for events in batches:
                    yield events
            return
        async with self._tool_use.toolbox.open(question.scope, names) as opened:
            if opened.missing:
                draft.missing_tools = {name: encodable(why) for name, why in opened.missing.items()}
                request = without_tools(request, opened.missing)
                yield [RetrievalFinished(draft.citations, draft.degraded)]
            desk = self._desk(question, opened.tools)
            agent = Agent(question.turn, draft, asker, desk, self._tool_use.book)
            async with aclosing(agent.run(models, request)) as batches:
                async for events in batches:
                    yield events

    def _models_for(self, bot: Bot) -> Models:
        keep_s = bot.configuration.answer_cache_s
        if keep_s is None or self._kept is None:
            return self._models
        return CachedModels(self._models, self._kept, bot, keep_s)

    def _desk(self, question: Question, tools: Sequence[Tool]) -> Desk:
        configuration, tool_use = question.bot.configuration, self._tool_use
        by_name = {tool.description.name: tool for tool in tools}
        return Desk(
            tools=by_name,
            unattended=frozenset(
                name
                for name in by_name
                if any(stands_for(reference, name) for reference in configuration.unattended_tools)
            ),
            scope=question.scope,
            collections=configuration.collections,
            limits=tool_use.limits,
        )


def _payer(question: Question) -> Payer:
    turn = question.turn
    running = None if turn.state.ended else turn.id  # a replay's has ended
    return Payer(turn.workspace_id, turn.user_id, turn.bot_id, running, turn.epoch)


def _started(question: Question, draft: Draft) -> TurnStarted:
    return TurnStarted(question.turn.conversation_id, question.message.id, question.bot.id, draft.model)


def _found(question: Question, draft: Draft) -> list[EventBody]:
    """The passages so far and what is missing; a bot that retrieves first says so where it found none."""
    if draft.citations or draft.degraded or question.bot.configuration.agent_type is AgentType.RAG:
        return [RetrievalFinished(draft.citations, draft.degraded)]
    return []


def _begun(model: str, because: str, question: Question, draft: Draft) -> list[EventBody]:
    """What readers are told when another model answers than was said, or the answer begins again."""
    announced, draft.model = draft.model, model
    if not because:
        return [] if model == announced else [_started(question, draft)]
    return [
        TurnRestarted(because),
        _started(question, draft),
        *_found(question, draft),
        *shown_again(draft.rounds),
    ]
