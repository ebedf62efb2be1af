"""A vector store in memory, for tests that need one to fail when they say so."""

from collections.abc import Sequence

from parley.core.kernel.ids import WorkspaceId
from parley.core.kernel.transactions import Scope, transaction_is_open
from parley.core.knowledge.model import (
    ScoredChunk,
    StoredVector,
    VectorQuery,
    VectorStoreUnavailable,
    WrongDimension,
)


class MemoryMirror:
    """Implements `VectorMirror`."""

    def __init__(self, *, visible_after_s: float = 0.0) -> None:
        self.visible_after_s = visible_after_s
        self.vectors: dict[tuple[WorkspaceId, str], dict[int, StoredVector]] = {}
        self.down = False
        self.asked = 0
        """Searches."""
        self.put_count = 0
        """Vectors that came, each as often as it came."""

    async def nearest(self, scope: Scope, query: VectorQuery) -> tuple[ScoredChunk, ...]:
        self._check()
        self.asked += 1
        held = self.vectors.get((scope.workspace_id, query.model), {}).values()
        found = []
        for each in held:
            self._same_dimension(query.model, each, len(query.vector))
            readable = each.principals is None or not each.principals.isdisjoint(scope.principals)
            if readable and (not query.collections or each.collection_id in query.collections):
                cosine = sum(a * b for a, b in zip(each.vector, query.vector, strict=True))
                found.append(ScoredChunk(each.chunk_key, cosine))
        found.sort(key=lambda each: (-each.score, each.chunk_key))
        return tuple(found[: query.limit])

    async def put(self, workspace_id: WorkspaceId, model: str, vectors: Sequence[StoredVector]) -> None:
        self._check()
        held = self.vectors.setdefault((workspace_id, model), {})
        for each in vectors:
            for other in (*held.values(), *vectors):
                self._same_dimension(model, other, len(each.vector))
                break
        held |= {each.chunk_key: each for each in vectors}
        self.put_count += len(vectors)

    async def remove(self, workspace_id: WorkspaceId, model: str, chunk_keys: Sequence[int]) -> None:
        self._check()
        for key in chunk_keys:
            self.vectors.get((workspace_id, model), {}).pop(key, None)

    async def remove_workspace(self, workspace_id: WorkspaceId) -> None:
        self._check()
        for held in [held for held in self.vectors if held[0] == workspace_id]:
            del self.vectors[held]

    async def count(self, workspace_id: WorkspaceId, model: str) -> int:
        self._check()
        return len(self.vectors.get((workspace_id, model), {}))

    def _check(self) -> None:
        if transaction_is_open():
            raise RuntimeError("A vector store was called inside a database transaction.")
        if self.down:
            raise VectorStoreUnavailable("The vector store is down.", hint="Start it.")

    @staticmethod
    def _same_dimension(model: str, stored: StoredVector, got: int) -> None:
        if len(stored.vector) != got:
            raise WrongDimension(model, stored=len(stored.vector), got=got)
