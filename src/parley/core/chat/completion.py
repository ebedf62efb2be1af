"""One answer of a plain bot's model to messages that a program keeps itself: only its use is stored."""

import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass

from parley.core.bots.model import Bot
from parley.core.chat.paying import CHARS_PER_TOKEN, Account, Models
from parley.core.kernel.clock import Clock
from parley.core.kernel.errors import ErrorKind, ParleyError
from parley.core.kernel.telemetry import Log
from parley.core.kernel.transactions import Transactions
from parley.core.llm.model import (
    AnswerBegins,
    Attempt,
    ChatRequest,
    Finish,
    ModelError,
    ReasoningDelta,
    RoutedEvent,
    TextDelta,
    TokenUsage,
    ToolCall,
)
from parley.core.usage.model import Payer
from parley.core.usage.ports import UsageLedger
from parley.core.workspaces.model import WorkspaceScope


@dataclass(frozen=True, slots=True)
class CompletionLimits:
    at_once: int = 200
    """In this process; nobody waits in a queue, for the program can."""
    answer_chars: int = 400_000
    answer_s: float = 900.0


class TooManyCompletions(ParleyError):
    code = "too_many_requests"
    kind = ErrorKind.LIMITED

    def __init__(self, limit: int) -> None:
        super().__init__(
            f"The server is already writing {limit} answers, which is the limit.",
            hint="Ask again in a moment.",
        )


@dataclass(frozen=True, slots=True)
class UseRecord:
    """Where what the answers took is kept."""

    transactions: Transactions
    ledger: UsageLedger
    clock: Clock
    log: Log


class Completions:
    """The whole conversation comes with each request, so an answer that is cut short can be asked for anew:
    unlike a turn it ends with its reader."""

    def __init__(self, models: Models, record: UseRecord, limits: CompletionLimits) -> None:
        self._models = models
        self._record = record
        self._limits = limits
        self._running = 0

    async def run(
        self, scope: WorkspaceScope, bot: Bot, request: ChatRequest
    ) -> AsyncGenerator[list[RoutedEvent], None]:
        """What the bot's model says, to its `Finish`, with the tokens before it (estimated where the
        provider does not count). Closing the generator closes the upstream request.

        Raises TooManyCompletions, BudgetReached, and ParleyError when no model answers.
        """
        if self._running >= self._limits.at_once:
            raise TooManyCompletions(self._limits.at_once)
        configuration = bot.configuration
        names = (configuration.llm_model or self._models.default(), *configuration.fallbacks)
        account = Account(Payer(scope.workspace_id, scope.user_id, bot.id))
        counter = _Counter(request)
        deadline = time.perf_counter() + self._limits.answer_s
        self._running += 1
        try:
            async with aclosing(self._models.route(names, request, _forget, account)) as batches:
                async for batch in batches:
                    yield counter.counted(batch)
                    self._check(counter.chars, deadline)
        finally:
            self._running -= 1
            await self._book(account)

    def _check(self, chars: int, deadline: float) -> None:
        if chars > self._limits.answer_chars:
            raise ModelError(f"The answer grew past {self._limits.answer_chars} characters.")
        if time.perf_counter() > deadline:
            raise ModelError(f"The answer was not complete after {self._limits.answer_s:g} seconds.")

    async def _book(self, account: Account) -> None:
        payer, record = account.payer, self._record
        if payer is None or not account.uses:
            return
        try:
            async with record.transactions.begin_platform(payer.workspace_id) as tx:
                await record.ledger.book(tx, payer, account.uses, record.clock.now())
        except ParleyError as error:
            # The answer is there already; losing it for its bill would help nobody.
            record.log.error("completion.not_booked", code=error.code, detail=error.detail)


def _forget(attempt: Attempt) -> None:
    """A turn keeps its attempts in its receipt; here there is none."""


class _Counter:
    """Adds the usage that a provider leaves out."""

    def __init__(self, request: ChatRequest) -> None:
        self.chars = 0
        self._counted = False
        self._prompt_chars = sum(len(message.text) for message in request.messages)

    def counted(self, batch: list[RoutedEvent]) -> list[RoutedEvent]:
        for event in batch:
            match event:
                case TextDelta(text) | ReasoningDelta(text):
                    self.chars += len(text)
                case ToolCall():
                    self.chars += len(event.arguments)
                case AnswerBegins():
                    self.chars, self._counted = 0, False
                case TokenUsage():
                    self._counted = True
                case Finish() if not self._counted:
                    return [*batch[:-1], self._estimate(), event]
                case Finish():
                    pass
        return batch

    def _estimate(self) -> TokenUsage:
        return TokenUsage(
            self._prompt_chars // CHARS_PER_TOKEN, self.chars // CHARS_PER_TOKEN, estimated=True
        )
