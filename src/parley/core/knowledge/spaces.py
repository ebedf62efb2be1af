"""Which embedder a workspace is searched with, and which one its new documents are embedded with."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from parley.core.kernel.clock import Clock
from parley.core.kernel.ids import UserId, WorkspaceId
from parley.core.kernel.transactions import Transaction, Transactions
from parley.core.knowledge.embedding import EmbeddingAccounts
from parley.core.knowledge.model import EmbeddingPurpose, TokenMeter, WordsAlone
from parley.core.knowledge.ports import Embedder
from parley.core.knowledge.space import Embedders, EmbeddingSpace, EmbeddingSpaces, SpaceReport
from parley.core.usage.model import BudgetReached, Payer, PriceUnknown
from parley.core.workspaces.model import WorkspaceScope

TRUSTED_S = 5.0
"""How long a switch to another model may go unnoticed; the old vectors are kept for longer."""
_MOST_KNOWN = 10_000

_BY_WORDS = "these passages were found by their words alone."
SWITCHED_OFF = f"Search by meaning is switched off; {_BY_WORDS}"
NOT_THERE = f"Search by meaning is not available on this server; {_BY_WORDS}"
NOT_YET = f"The documents are still being made ready for search by meaning; {_BY_WORDS}"
MODEL_GONE = (
    "The documents are being made ready for search by meaning with another model, and the one before is "
    f"not available any more; {_BY_WORDS}"
)
TOO_DEAR = f"The budget leaves no room for search by meaning; {_BY_WORDS}"


@dataclass(frozen=True, slots=True)
class _Known:
    space: EmbeddingSpace | None
    until: float


class WorkspaceEmbedders:
    """Implements `SearchEmbedders` and `DocumentEmbedders`; one for each process."""

    def __init__(
        self,
        transactions: Transactions,
        spaces: EmbeddingSpaces,
        embedders: Embedders,
        accounts: EmbeddingAccounts,
        clock: Clock,
    ) -> None:
        self._transactions = transactions
        self._spaces = spaces
        self._embedders = embedders
        self._accounts = accounts
        self._clock = clock
        self._known: OrderedDict[WorkspaceId, _Known] = OrderedDict()

    async def active(self, scope: WorkspaceScope) -> Embedder:
        embedder = self.found(await self._space(scope.workspace_id))
        payer = Payer(scope.workspace_id, scope.user_id)
        return _WithinBudget(self._accounts.of(payer, embedder, within_budget=True))

    def found(self, space: EmbeddingSpace | None) -> Embedder:
        """The one that made the active vectors of the space; None: of a workspace without documents. Raises
        WordsAlone.
        """
        if self._embedders.switched_off:
            raise WordsAlone(SWITCHED_OFF)
        configured = self._embedders.configured
        if space is None or (configured is not None and space.active_model == configured.model):
            if configured is None:
                raise WordsAlone(NOT_THERE)
            return configured
        if not space.active_model:
            raise WordsAlone(NOT_THERE if configured is None else NOT_YET)
        embedder = self._embedders.named(space.active_model)
        if embedder is None:
            raise WordsAlone(NOT_THERE if configured is None else MODEL_GONE)
        return embedder

    async def report(self, workspace_id: WorkspaceId) -> SpaceReport:
        async with self._transactions.begin_platform(workspace_id) as tx:
            progress = await self._spaces.progress(tx)
        configured = self._embedders.configured
        words_alone = ""
        try:
            self.found(None if progress is None else progress.space)
        except WordsAlone as error:
            words_alone = error.detail
        return SpaceReport(None if configured is None else configured.model, words_alone, progress)

    async def for_document(self, workspace_id: WorkspaceId, paid_by: UserId) -> Embedder | None:
        """The configured one, also while searches use another, whose vectors are then added later."""
        configured = self._embedders.configured
        if configured is None:
            return None
        return self._accounts.of(Payer(workspace_id, paid_by), configured, within_budget=False)

    async def indexed(self, tx: Transaction, model: str) -> None:
        space = await self._spaces.open(tx, model)
        if model != (space.building_model or space.active_model):
            await self._spaces.save(tx, replace(space, incomplete=True, due_at=self._clock.now()))

    async def _space(self, workspace_id: WorkspaceId) -> EmbeddingSpace | None:
        now = self._clock.now().timestamp()
        known = self._known.get(workspace_id)
        if known is not None and now < known.until:
            return known.space
        async with self._transactions.begin_platform(workspace_id) as tx:
            space = await self._spaces.get(tx)
        self._known[workspace_id] = _Known(space, now + TRUSTED_S)
        self._known.move_to_end(workspace_id)
        if len(self._known) > _MOST_KNOWN:
            self._known.popitem(last=False)
        return space


class _WithinBudget:
    """Implements `Embedder` for questions: without room in the budget the words decide."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

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
        try:
            return await self._embedder.embed(texts, purpose=purpose, meter=meter)
        except (BudgetReached, PriceUnknown) as error:
            raise WordsAlone(TOO_DEAR, hint=error.hint) from error
