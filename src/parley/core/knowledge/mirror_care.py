"""What administrators do about the vector store beside the database: compare it, have it built again."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace

from parley.core.kernel.errors import as_sentence
from parley.core.kernel.ids import WorkspaceId
from parley.core.kernel.paging import PageRequest
from parley.core.kernel.transactions import Transactions
from parley.core.knowledge.mirrors import MirrorOverview, MirrorState, MirrorStatus
from parley.core.knowledge.ports import VectorMirror

WORKSPACES_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class MirrorReport:
    """How a workspace's mirror compares with the database."""

    status: MirrorStatus
    in_database: Mapping[str, int]
    """Vectors by model."""
    in_mirror: Mapping[str, int]

    @property
    def same(self) -> bool:
        """Whether nothing is left to be sent, and the counts agree."""
        known = self.status.state is MirrorState.READY and not self.status.noted
        return known and self.in_database == self.in_mirror

    @property
    def sentence(self) -> str:
        status = self.status
        database, mirror = sum(self.in_database.values()), sum(self.in_mirror.values())
        told = (
            f"{status.workspace_id}: {status.state}, {database} vectors in the database, "
            f"{mirror} in the store, {status.noted} changes to be sent."
        )
        return f"{told} It fails: {as_sentence(status.failure)}" if status.failure else told


class MirrorCare:
    def __init__(
        self, transactions: Transactions, overview: MirrorOverview, mirror: VectorMirror, store: str
    ) -> None:
        self._transactions = transactions
        self._overview = overview
        self._mirror = mirror
        self._store = store

    async def rebuild(self, workspace_id: WorkspaceId | None = None) -> int:
        """Has the workspace, or every one, built again by the workers; tells how many are."""
        async with self._transactions.begin_platform(workspace_id) as tx:
            return await self._overview.rebuild(tx)

    async def check(self, workspace_id: WorkspaceId | None = None) -> AsyncIterator[MirrorReport]:
        """Of the workspace, or each one, by id. Raises VectorStoreUnavailable."""
        cursor: str | None = None
        while True:
            page = PageRequest.parse(cursor, WORKSPACES_AT_ONCE, fields=1)
            async with self._transactions.begin_platform(workspace_id) as tx:
                some = await self._overview.list(tx, page)
            for status in some.items:
                yield await self._compare(status)
            cursor = some.next_cursor
            if cursor is None:
                return

    async def _compare(self, status: MirrorStatus) -> MirrorReport:
        if status.store != self._store:
            # The settings have changed, and no worker knows yet.
            status = replace(status, state=MirrorState.ENTERING)
        async with self._transactions.begin_platform(status.workspace_id) as tx:
            in_database = await self._overview.vectors(tx)
        in_mirror = {
            model: await self._mirror.count(status.workspace_id, model) for model in sorted(in_database)
        }
        return MirrorReport(status, in_database, in_mirror)
