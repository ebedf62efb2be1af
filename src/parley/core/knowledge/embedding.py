"""Embedders by name, who pays for what they embed, and vectors for programs."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass

from parley.core.kernel.clock import Clock
from parley.core.kernel.errors import InvalidInput
from parley.core.kernel.transactions import Transactions
from parley.core.knowledge.model import EmbedderUnavailable, EmbeddingPurpose, TokenMeter
from parley.core.knowledge.ports import Embedder
from parley.core.usage.guard import BudgetGuard
from parley.core.usage.model import Amount, Payer, PriceUnknown, Purpose, Reservation, Tokens, Use
from parley.core.usage.ports import PriceBook, UsageLedger

REQUESTS_AT_ONCE = 2
"""Others wait: the embedder is shared with search, which readers wait for."""
EMBEDDING_TIMEOUT_S = 120.0

_NAME = re.compile(r"(?P<provider>[a-z0-9_-]+):(?P<model>.+?)(?:@(?P<dimension>[1-9][0-9]{1,3}))?")
_BYTES_PER_TOKEN = 3
"""What is reserved is more than most texts take: the rest is given back."""
_PURPOSES = {
    EmbeddingPurpose.QUERY: Purpose.EMBED_QUESTIONS,
    EmbeddingPurpose.DOCUMENT: Purpose.EMBED_DOCUMENTS,
}


@dataclass(frozen=True, slots=True)
class EmbedderName:
    """`provider:model`, and `@` with the dimension where it is not the model's own."""

    provider: str
    model: str
    dimension: int | None = None

    @classmethod
    def parse(cls, name: str) -> "EmbedderName":
        """Raises InvalidInput."""
        parts = _NAME.fullmatch(name)
        if parts is None or len(name) > 200:
            raise InvalidInput(
                f"{name!r} is no name of an embedder.",
                hint="Write provider:model, or provider:model@512 for vectors of 512 dimensions.",
            )
        dimension = parts["dimension"]
        return cls(parts["provider"], parts["model"], None if dimension is None else int(dimension))

    @property
    def priced(self) -> str:
        """As the price list knows it."""
        return f"{self.provider}:{self.model}"

    def __str__(self) -> str:
        return self.priced if self.dimension is None else f"{self.priced}@{self.dimension}"


def is_of_this_machine(model: str) -> bool:
    """Whether it runs in this process, and costs nobody anything."""
    return ":" not in model


class EmbeddingAccounts:
    """Books what embedding takes to whoever it is done for."""

    def __init__(
        self,
        transactions: Transactions,
        guard: BudgetGuard,
        prices: PriceBook,
        ledger: UsageLedger,
        clock: Clock,
    ) -> None:
        self._transactions = transactions
        self._guard = guard
        self._prices = prices
        self._ledger = ledger
        self._clock = clock

    def of(self, payer: Payer, embedder: Embedder, *, within_budget: bool) -> Embedder:
        """The same embedder on the account of `payer`. `within_budget`: its `embed` raises BudgetReached and
        PriceUnknown too; otherwise what it took is counted, and stops whoever asks next.
        """
        if is_of_this_machine(embedder.model):
            return embedder
        return _OnAccount(self, payer, embedder, within_budget=within_budget)

    async def reserve(self, payer: Payer, model: str, texts: Sequence[str]) -> Reservation | None:
        """None where the workspace has no budget. Raises BudgetReached, PriceUnknown."""
        budget = await self._guard.budget(payer.workspace_id)
        if not budget.limits:
            return None
        tokens = Tokens(sum(len(text.encode()) // _BYTES_PER_TOKEN + 1 for text in texts))
        cost = self._prices.cost_micros(model, tokens)
        if budget.bounds_cost and cost is None:
            raise PriceUnknown(model)
        return await self._guard.reserve(payer, Amount(cost or 0, tokens.total))

    async def book(
        self, payer: Payer, model: str, purpose: Purpose, took: TokenMeter, held: Reservation | None
    ) -> None:
        tokens = Tokens(took.tokens)
        cost = self._prices.cost_micros(model, tokens)
        settled = held is not None and await self._guard.settle(held, Amount(cost or 0, tokens.total))
        if took.tokens:
            use = Use(model, purpose, tokens, cost, estimated=took.estimated, settled=settled)
            async with self._transactions.begin_platform(payer.workspace_id) as tx:
                await self._ledger.book(tx, payer, [use], self._clock.now())


class _OnAccount:
    """Implements `Embedder` over another one."""

    def __init__(
        self, accounts: EmbeddingAccounts, payer: Payer, embedder: Embedder, *, within_budget: bool
    ) -> None:
        self._accounts = accounts
        self._payer = payer
        self._embedder = embedder
        self._priced = EmbedderName.parse(embedder.model).priced
        self._within_budget = within_budget

    @property
    def model(self) -> str:
        return self._embedder.model

    @property
    def dimension(self) -> int:
        return self._embedder.dimension

    async def embed(
        self,
        texts: Sequence[str],
        *,
        purpose: EmbeddingPurpose = EmbeddingPurpose.DOCUMENT,
        meter: TokenMeter | None = None,
    ) -> list[list[float]]:
        held = None
        if self._within_budget:
            held = await self._accounts.reserve(self._payer, self._priced, texts)
        took = meter or TokenMeter()
        try:
            return await self._embedder.embed(texts, purpose=purpose, meter=took)
        finally:
            # Also of a call that failed half-way: its first requests have to be paid.
            await self._accounts.book(self._payer, self._priced, _PURPOSES[purpose], took, held)


class EmbedTexts:
    """Vectors of the embedder that documents are embedded with, a few requests at a time."""

    def __init__(self, embedder: Embedder | None, accounts: EmbeddingAccounts) -> None:
        self._embedder = embedder
        self._accounts = accounts
        self._room = asyncio.Semaphore(REQUESTS_AT_ONCE)

    @property
    def model(self) -> str | None:
        """None where there is no embedder."""
        return None if self._embedder is None else self._embedder.model

    @property
    def dimension(self) -> int:
        """0 where it is not known yet."""
        return 0 if self._embedder is None else self._embedder.dimension

    async def run(self, payer: Payer, texts: Sequence[str], purpose: EmbeddingPurpose) -> list[list[float]]:
        """One vector of unit length for each text, in order. Raises EmbedderUnavailable, and where the
        embedder has to be paid BudgetReached and PriceUnknown.
        """
        if self._embedder is None:
            raise EmbedderUnavailable(
                "This server has no embedder.",
                hint="Run `make embedder`, or name another in PARLEY_EMBEDDER, and start it anew.",
            )
        paid = self._accounts.of(payer, self._embedder, within_budget=True)
        try:
            async with asyncio.timeout(EMBEDDING_TIMEOUT_S), self._room:
                return await paid.embed(texts, purpose=purpose)
        except TimeoutError:
            raise EmbedderUnavailable(
                f"The vectors were not ready after {EMBEDDING_TIMEOUT_S:g} seconds.",
                hint="Send fewer texts at once, or ask again later.",
            ) from None
