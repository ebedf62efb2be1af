"""Asks models on somebody's account: the budget before each call, the price and the settlement after."""

import json
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Protocol

from parley.core.kernel.telemetry import Metrics
from parley.core.llm.model import (
    AnswerBegins,
    Attempt,
    ChatRequest,
    ReasoningDelta,
    RoutedEvent,
    TextDelta,
    TokenUsage,
    ToolCall,
)
from parley.core.llm.routing import ModelRouter
from parley.core.usage.guard import BudgetGuard
from parley.core.usage.model import Amount, Payer, PriceUnknown, Purpose, Reservation, Tokens, Use
from parley.core.usage.ports import PriceBook

CHARS_PER_TOKEN = 4
"""For the estimate where a provider does not count."""

# What is reserved is more than most calls take: their rest is given back when they are settled.
_BYTES_PER_TOKEN = 3
_TOKENS_PER_IMAGE = 1_500
_OUTPUT_AT_ONCE = 1_000

_BILLED_UNHEARD = frozenset({"interrupted", "model_silent"})
"""Ends of an attempt before which the provider may have read the prompt."""


_WITHIN_TURN = frozenset({Purpose.ANSWER, Purpose.SEARCH_QUESTION})
"""What the runner of a turn asks for itself: with its lease, what it has reserved is lost."""


@dataclass(slots=True)
class Account:
    """Who pays for the calls of a turn, and what they took."""

    payer: Payer | None = None
    """None: nobody's budget is asked."""
    uses: list[Use] = field(default_factory=list)
    cached: bool = False
    """The answer was given before, to the same prompt, and cost nothing this time."""

    @property
    def cost_micros(self) -> int | None:
        """Of all calls; None when the price of one is not known."""
        costs = [use.cost_micros for use in self.uses]
        return None if None in costs else sum(cost for cost in costs if cost is not None)


class Models(Protocol):
    """How a turn asks models: on an account, which books what they took."""

    def default(self) -> str:
        """The `provider:model` of bots that name none."""
        ...

    def route(
        self,
        names: Sequence[str],
        request: ChatRequest,
        on_attempt: Callable[[Attempt], None],
        account: Account,
        purpose: Purpose = Purpose.ANSWER,
    ) -> AsyncGenerator[list[RoutedEvent], None]:
        """As `ModelRouter.route`. Raises BudgetReached and PriceUnknown too."""
        ...

    def price(self, model: str, usage: TokenUsage, purpose: Purpose) -> Use:
        """What such a call costs."""
        ...


class PaidModels:
    """Implements `Models`."""

    def __init__(self, router: ModelRouter, guard: BudgetGuard, prices: PriceBook, metrics: Metrics) -> None:
        self._router = router
        self._guard = guard
        self._prices = prices
        self._metrics = metrics

    def default(self) -> str:
        return self._router.default()

    async def route(
        self,
        names: Sequence[str],
        request: ChatRequest,
        on_attempt: Callable[[Attempt], None],
        account: Account,
        purpose: Purpose = Purpose.ANSWER,
    ) -> AsyncGenerator[list[RoutedEvent], None]:
        held = None if account.payer is None else await self._reserve(names, request, account.payer, purpose)
        meter = _Meter(request)

        def ended(attempt: Attempt) -> None:
            meter.note(attempt)
            on_attempt(attempt)

        try:
            workspace_id = None if account.payer is None else account.payer.workspace_id
            routed = self._router.route(names, request, ended, workspace_id=workspace_id)
            async with aclosing(routed) as batches:
                async for batch in batches:
                    meter.take(batch)
                    if held is not None:
                        held = await self._cover(held, meter, names)
                    yield batch
        finally:
            uses = [self.price(model, usage, purpose) for model, usage in meter.calls()]
            self._count(uses)
            settled = held is not None and await self._guard.settle(held, _sum(uses))
            account.uses += [replace(use, settled=settled) for use in uses]

    def _count(self, uses: Sequence[Use]) -> None:
        for use in uses:
            self._metrics.count("parley_tokens", use.tokens.input, model=use.model, direction="input")
            self._metrics.count("parley_tokens", use.tokens.output, model=use.model, direction="output")
            self._metrics.count("parley_cost_micros", use.cost_micros or 0, model=use.model)

    async def _reserve(
        self, names: Sequence[str], request: ChatRequest, payer: Payer, purpose: Purpose
    ) -> Reservation | None:
        """None where the workspace has no budget."""
        budget = await self._guard.budget(payer.workspace_id)
        if not budget.limits:
            return None
        if budget.bounds_cost:
            for name in names:
                if self._prices.cost_micros(name, Tokens()) is None:
                    raise PriceUnknown(name)
        if purpose not in _WITHIN_TURN:
            payer = replace(payer, turn_id=None)
        output = request.max_output_tokens or _OUTPUT_AT_ONCE
        return await self._guard.reserve(payer, self._amount(names, Tokens(_most_read(request), output)))

    async def _cover(self, held: Reservation, meter: "_Meter", names: Sequence[str]) -> Reservation:
        """Reserves more once a call has taken all that was. Raises BudgetReached."""
        missing = meter.tokens_so_far() - held.amount.tokens
        if missing <= 0:
            return held
        return await self._guard.extend(held, self._amount(names, Tokens(0, missing + _OUTPUT_AT_ONCE)))

    def _amount(self, names: Sequence[str], tokens: Tokens) -> Amount:
        """For the dearest of the models that may answer."""
        costs = (self._prices.cost_micros(name, tokens) or 0 for name in names)
        return Amount(max(costs, default=0), tokens.total)

    def price(self, model: str, usage: TokenUsage, purpose: Purpose) -> Use:
        tokens = Tokens(usage.input_tokens, usage.output_tokens, usage.cached_tokens)
        return Use(model, purpose, tokens, self._prices.cost_micros(model, tokens), usage.estimated)


class _Meter:
    """Counts what each model of a route has read and written; one that broke off is paid too."""

    def __init__(self, request: ChatRequest) -> None:
        # Counted once: a long answer asks for it with every network read.
        self._read = sum(len(message.text) for message in request.messages) // CHARS_PER_TOKEN
        self._done: list[tuple[str, TokenUsage]] = []
        self._model = ""
        self._chars = 0
        self._usage: TokenUsage | None = None

    def take(self, batch: Sequence[RoutedEvent]) -> None:
        for event in batch:
            match event:
                case TextDelta(text) | ReasoningDelta(text):
                    self._chars += len(text)
                case ToolCall():
                    self._chars += len(event.arguments)
                case TokenUsage():
                    self._usage = event
                case AnswerBegins(model):
                    self._close()
                    self._model = str(model)
                case _:
                    pass  # the end takes nothing

    def note(self, attempt: Attempt) -> None:
        """An attempt has ended."""
        if not self._model and attempt.error in _BILLED_UNHEARD:
            self._model = attempt.model
        self._close()

    def tokens_so_far(self) -> int:
        return sum(usage.input_tokens + usage.output_tokens for _, usage in self.calls())

    def calls(self) -> list[tuple[str, TokenUsage]]:
        """As the provider counted, else characters / 4."""
        return [*self._done, *([(self._model, self._usage or self._estimate())] if self._model else [])]

    def _close(self) -> None:
        self._done = self.calls()
        self._model, self._chars, self._usage = "", 0, None

    def _estimate(self) -> TokenUsage:
        return TokenUsage(self._read, self._chars // CHARS_PER_TOKEN, estimated=True)


def _most_read(request: ChatRequest) -> int:
    """Tokens of the prompt, on the safe side: in many languages there are more than one for 4 characters."""
    size = sum(
        len(message.text.encode()) + sum(len(call.arguments) for call in message.tool_calls)
        for message in request.messages
    )
    size += sum(len(tool.description) + len(json.dumps(tool.parameters)) for tool in request.tools)
    images = sum(len(message.images) for message in request.messages)
    return size // _BYTES_PER_TOKEN + images * _TOKENS_PER_IMAGE + 1


def _sum(uses: Sequence[Use]) -> Amount:
    return Amount(sum(use.cost_micros or 0 for use in uses), sum(use.tokens.total for use in uses))
