"""FAISS: an index in memory for each workspace and model, over a file that one machine's processes share.

Up to some size an index is searched exactly; above, by IVF over whole vectors. Either way a filter is part of
the search: FAISS's graphs (HNSW) lose most of what a filter leaves.
"""

from array import array
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from parley.adapters.vectors import entries, journal
from parley.adapters.vectors.configuration import VARIABLES, StoreConfig, imported
from parley.adapters.vectors.filelock import FolderLock
from parley.adapters.vectors.journal import Entry, Position, Record
from parley.adapters.vectors.threads import BlockingCalls
from parley.core.kernel.ids import WorkspaceId
from parley.core.kernel.transactions import Scope
from parley.core.knowledge.model import ScoredChunk, StoredVector, VectorQuery, VectorStoreUnavailable

_Result = TypeVar("_Result")

EXACT_UP_TO = 50_000
"""Vectors of an index; 384 dimensions take about 5 ms of CPU then."""
PARTITIONS = 256
PARTITIONS_SEARCHED = 64
MOST_BYTES = 1 << 30
"""Of indexes kept in memory; those not used for longest go first."""
_ENTRIES_IN_RECORD = 1_000


class Faiss:
    """Implements `VectorMirror`. One thread works with the indexes."""

    visible_after_s = 0.0

    def __init__(self, config: StoreConfig) -> None:
        self._config = config
        self._faiss: Any = imported("faiss", "faiss")
        self._lock = FolderLock(config.path)
        self._indexes: OrderedDict[str, _Index] = OrderedDict()
        self._calls = BlockingCalls("faiss", 1)

    @classmethod
    def open(cls, config: StoreConfig) -> "Faiss":
        return cls(config)

    async def close(self) -> None:
        self._calls.close()

    async def nearest(self, scope: Scope, query: VectorQuery) -> tuple[ScoredChunk, ...]:
        readers = frozenset(entries.readable_as(scope))
        collections = frozenset(each.hex for each in query.collections)

        def call() -> tuple[ScoredChunk, ...]:
            index = self._index(scope.workspace_id, query.model)
            if index.dimension is None:
                return ()
            entries.same_dimension(query.model, index.dimension, len(query.vector))
            found = index.search(query.vector, readers, collections, query.limit)
            return entries.ranked(found, query.limit)

        return await self._run(call, self._config.search_timeout_s)

    async def put(self, workspace_id: WorkspaceId, model: str, vectors: Sequence[StoredVector]) -> None:
        if not vectors:
            return
        dimension = entries.dimension_of(model, vectors)
        stored = [_entry(each) for each in {each.chunk_key: each for each in vectors}.values()]

        def call() -> None:
            with self._lock.exclusive():
                index = self._index(workspace_id, model)
                entries.same_dimension(model, index.dimension or dimension, dimension)
                index.write(Record(dimension, stored))

        await self._run(call, self._config.write_timeout_s)

    async def remove(self, workspace_id: WorkspaceId, model: str, chunk_keys: Sequence[int]) -> None:
        def call() -> None:
            with self._lock.exclusive():
                index = self._index(workspace_id, model)
                gone = [Entry(key) for key in chunk_keys if key in index]
                if gone and index.dimension is not None:
                    index.write(Record(index.dimension, gone))

        await self._run(call, self._config.write_timeout_s)

    async def remove_workspace(self, workspace_id: WorkspaceId) -> None:
        begins = entries.of_workspace(self._config.prefix, workspace_id)

        def call() -> None:
            with self._lock.exclusive():
                for path in self._config.path.glob(f"{begins}*"):
                    path.unlink()
                for name in [name for name in self._indexes if name.startswith(begins)]:
                    del self._indexes[name]

        await self._run(call, self._config.write_timeout_s)

    async def count(self, workspace_id: WorkspaceId, model: str) -> int:
        def call() -> int:
            return len(self._index(workspace_id, model))

        return await self._run(call, self._config.write_timeout_s)

    def _index(self, workspace_id: WorkspaceId, model: str) -> "_Index":
        """With all that any process has written."""
        name = entries.of_workspace(self._config.prefix, workspace_id, model)
        index = self._indexes.get(name)
        if index is None:
            index = self._indexes[name] = _Index(self._faiss, self._config.path / f"{name}.journal")
        self._indexes.move_to_end(name)
        index.read_on()
        while len(self._indexes) > 1 and sum(each.bytes for each in self._indexes.values()) > MOST_BYTES:
            self._indexes.popitem(last=False)
        return index

    async def _run(self, call: Callable[[], _Result], timeout_s: float) -> _Result:
        def run() -> _Result:
            self._faiss.omp_set_num_threads(1)  # of this thread; streams need the other cores
            try:
                return call()
            except OSError as error:
                raise VectorStoreUnavailable(
                    f"The vector store faiss cannot use its folder: {error.strerror}.",
                    hint=f"Look whether the folder ({VARIABLES}_PATH) can be written and has space left.",
                ) from error

        return await self._calls.run(run, timeout_s)


class _Index:
    """One journal in memory. A vector keeps its place; one that is replaced or removed is masked."""

    def __init__(self, faiss: Any, path: Path) -> None:
        self._faiss = faiss
        self._path = path
        self._forget()

    def _forget(self) -> None:
        self.dimension: int | None = None
        self._position = Position()
        self._places: dict[int, int] = {}
        self._keys: list[int] = []
        self._current = array("b")
        # Many chunks have the same readers: those are compared once a search, not once a chunk.
        self._readers = _Numbered()
        self._collections = _Numbered()
        self._vectors: Any = None
        self._searched_by_parts = False

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, key: int) -> bool:
        return key in self._places

    @property
    def bytes(self) -> int:
        return len(self._keys) * ((self.dimension or 0) * 4 + 200)

    def read_on(self) -> None:
        position, records = journal.read_on(self._path, self._position)
        if position.name != self._position.name:
            self._forget()
        for record in records:
            self._take(record)
        self._position = position

    def write(self, record: Record) -> None:
        """By the holder of the folder's lock, who has read on."""
        self._position = journal.append(self._path, self._position, record)
        self._take(record)
        if len(self._keys) > 2 * len(self._places) + _ENTRIES_IN_RECORD:
            self._compact()

    def search(
        self,
        vector: Sequence[float],
        readers: frozenset[str],
        collections: frozenset[str],
        limit: int,
    ) -> Iterable[tuple[int, float]]:
        """Keys and inner products, best first; no `collections` means all."""
        visible = self._readers.where(lambda named: not readers.isdisjoint(named))
        if collections:
            visible &= self._collections.where(lambda named: named[0] in collections)
        visible &= np.frombuffer(self._current, dtype=np.bool_)
        count = int(visible.sum())
        if not count:
            return []
        selected = self._faiss.IDSelectorBitmap(np.packbits(visible, bitorder="little"))
        asked = np.asarray([vector], dtype=np.float32)
        parameters = self._parameters(selected, count)
        scores, places = self._vectors.search(asked, min(limit, count), params=parameters)
        pairs = zip(places[0].tolist(), scores[0].tolist(), strict=True)
        return [(self._keys[place], score) for place, score in pairs if place >= 0]

    def _parameters(self, selected: Any, count: int) -> Any:
        if not self._searched_by_parts:
            return self._faiss.SearchParameters(sel=selected)
        # A few are spread over all parts, and soon compared.
        parts = PARTITIONS if count <= EXACT_UP_TO else PARTITIONS_SEARCHED
        return self._faiss.SearchParametersIVF(sel=selected, nprobe=parts)

    def _take(self, record: Record) -> None:
        self.dimension = record.dimension
        added = [entry for entry in record.entries if entry.vector]
        for entry in record.entries:
            if entry.key in self._places:
                self._current[self._places.pop(entry.key)] = 0
        for entry in added:
            self._places[entry.key] = len(self._keys)
            self._keys.append(entry.key)
            self._current.append(1)
            self._readers.append(tuple(entry.readers))
            self._collections.append((entry.collection,))
        if not added:
            return
        matrix = np.frombuffer(b"".join(entry.vector for entry in added), dtype="<f4")
        self._add(matrix.reshape(len(added), record.dimension))

    def _add(self, matrix: NDArray[np.float32]) -> None:
        if self._vectors is None:
            self._vectors = self._faiss.IndexFlatIP(matrix.shape[1])
        self._vectors.add(matrix)
        if len(self._keys) > EXACT_UP_TO and not self._searched_by_parts:
            whole = self._vectors.reconstruct_n(0, self._vectors.ntotal)
            nearest_part = self._faiss.IndexFlatIP(matrix.shape[1])
            parts = self._faiss.IndexIVFFlat(
                nearest_part, matrix.shape[1], PARTITIONS, self._faiss.METRIC_INNER_PRODUCT
            )
            parts.train(whole)
            parts.add(whole)
            self._vectors, self._searched_by_parts = parts, True

    def _compact(self) -> None:
        """Without what was replaced and removed."""
        _, records = journal.read_on(self._path, Position())
        last = {entry.key: entry for record in records for entry in record.entries}
        kept = [entry for entry in last.values() if entry.vector]
        journal.rewrite(
            self._path,
            [
                Record(self.dimension or 0, kept[start : start + _ENTRIES_IN_RECORD])
                for start in range(0, max(len(kept), 1), _ENTRIES_IN_RECORD)
            ],
        )
        self.read_on()


class _Numbered:
    """A column with few different values: each is kept once, the rows hold its number."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, ...], int] = {}
        self._rows = array("q")

    def append(self, value: tuple[str, ...]) -> None:
        self._rows.append(self._numbers.setdefault(value, len(self._numbers)))

    def where(self, condition: Callable[[tuple[str, ...]], bool]) -> NDArray[np.bool_]:
        """For each row, whether its value meets the condition."""
        chosen = np.fromiter((condition(value) for value in self._numbers), dtype=np.bool_)
        return chosen[np.frombuffer(self._rows, dtype=np.int64)]


def _entry(each: StoredVector) -> Entry:
    return Entry(
        each.chunk_key,
        each.collection_id.hex,
        entries.readers(each.principals),
        np.asarray(each.vector, dtype="<f4").tobytes(),
    )
