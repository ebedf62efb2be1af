"""Chroma, embedded: in a folder that the processes of one machine share.

Each workspace has a collection for each model. By itself Chroma does not bear a second process: so whoever
writes holds the folder's lock alone, and whoever comes after another's write opens the folder anew.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

from parley.adapters.vectors import entries
from parley.adapters.vectors.chroma_entries import INDEX, MOST_VECTORS, conditions_of, metadata_of
from parley.adapters.vectors.chroma_server import ChromaServer
from parley.adapters.vectors.configuration import VARIABLES, StoreConfig, imported
from parley.adapters.vectors.filelock import FolderLock
from parley.adapters.vectors.threads import BlockingCalls
from parley.core.kernel.ids import WorkspaceId
from parley.core.kernel.transactions import Scope
from parley.core.knowledge.model import ScoredChunk, StoredVector, VectorQuery, VectorStoreUnavailable

_Result = TypeVar("_Result")

_LISTED_AT_ONCE = 1_000


class Chroma:
    """Implements `VectorMirror`."""

    visible_after_s = 0.0

    def __init__(self, config: StoreConfig) -> None:
        self._config = config
        self._errors: Any = imported("chroma", "chromadb.errors")
        self._folder = _Folder(imported("chroma", "chromadb"), config)
        self._calls = BlockingCalls("chroma", 1)

    @classmethod
    def open(cls, config: StoreConfig) -> "Chroma | ChromaServer":
        """The server of the URL; without one, Chroma is embedded."""
        return cls(config) if config.url is None else ChromaServer.open(config)

    async def close(self) -> None:
        self._calls.close()
        self._folder.close()

    async def nearest(self, scope: Scope, query: VectorQuery) -> tuple[ScoredChunk, ...]:
        conditions = conditions_of(scope, query)

        def call(client: Any) -> tuple[ScoredChunk, ...]:
            collection = self._collection(client, scope.workspace_id, query.model)
            if collection is None:
                return ()
            entries.same_dimension(query.model, collection.metadata["dimension"], len(query.vector))
            found = collection.query(
                query_embeddings=[list(query.vector)],
                n_results=query.limit,
                where=conditions,
                include=["distances"],
            )
            pairs = zip(found["ids"][0], found["distances"][0], strict=True)
            return entries.ranked(((int(key), 1 - distance) for key, distance in pairs), query.limit)

        return await self._run(call, self._config.search_timeout_s, writes=False)

    async def put(self, workspace_id: WorkspaceId, model: str, vectors: Sequence[StoredVector]) -> None:
        if not vectors:
            return
        dimension = entries.dimension_of(model, vectors)

        def call(client: Any) -> None:
            collection = client.get_or_create_collection(
                entries.of_workspace(self._config.prefix, workspace_id, model),
                embedding_function=None,
                configuration=INDEX,
                metadata={"dimension": dimension},
            )
            entries.same_dimension(model, collection.metadata["dimension"], dimension)
            for some in entries.cut(vectors, MOST_VECTORS):
                collection.upsert(
                    ids=[str(each.chunk_key) for each in some],
                    embeddings=[list(each.vector) for each in some],
                    metadatas=[metadata_of(workspace_id, each) for each in some],
                )

        await self._run(call, self._config.write_timeout_s, writes=True)

    async def remove(self, workspace_id: WorkspaceId, model: str, chunk_keys: Sequence[int]) -> None:
        ids = [str(key) for key in chunk_keys]

        def call(client: Any) -> None:
            collection = self._collection(client, workspace_id, model)
            for start in range(0, len(ids) if collection else 0, MOST_VECTORS):
                collection.delete(ids=ids[start : start + MOST_VECTORS])

        await self._run(call, self._config.write_timeout_s, writes=True)

    async def remove_workspace(self, workspace_id: WorkspaceId) -> None:
        begins = entries.of_workspace(self._config.prefix, workspace_id)

        def call(client: Any) -> None:
            for name in list(_names(client)):
                if name.startswith(begins):
                    with suppress(self._errors.NotFoundError):
                        client.delete_collection(name)

        await self._run(call, self._config.write_timeout_s, writes=True)

    async def count(self, workspace_id: WorkspaceId, model: str) -> int:
        def call(client: Any) -> int:
            collection = self._collection(client, workspace_id, model)
            return 0 if collection is None else int(collection.count())

        return await self._run(call, self._config.write_timeout_s, writes=False)

    def _collection(self, client: Any, workspace_id: WorkspaceId, model: str) -> Any:
        """None when it is not there."""
        name = entries.of_workspace(self._config.prefix, workspace_id, model)
        try:
            return client.get_collection(name, embedding_function=None)
        except self._errors.NotFoundError:
            return None

    async def _run(self, call: Callable[[Any], _Result], timeout_s: float, *, writes: bool) -> _Result:
        def run() -> _Result:
            try:
                with self._folder.opened(writes=writes) as client:
                    return call(client)
            except (self._errors.ChromaError, OSError, RuntimeError) as error:
                raise VectorStoreUnavailable(
                    f"The vector store chroma failed: {type(error).__name__}.",
                    hint=f"Look whether the folder ({VARIABLES}_PATH) can be written and has space left.",
                ) from error

        return await self._calls.run(run, timeout_s)


class _Folder:
    """Embedded Chroma's folder; used by one thread."""

    def __init__(self, chromadb: Any, config: StoreConfig) -> None:
        self._chromadb = chromadb
        self._path = config.path
        self._lock = FolderLock(config.path)
        self._writes = config.path / "writes"
        self._seen = -1
        self._client: Any = None

    @contextmanager
    def opened(self, *, writes: bool) -> Iterator[Any]:
        """The client, which knows all that other processes have written."""
        with self._lock.exclusive() if writes or not self._writes.exists() else self._lock.shared():
            counted = int(self._writes.read_text()) if self._writes.exists() else 0
            if self._client is None or self._seen != counted:
                self._reopen()
            if writes:
                # Before the first change: should this process die on the way, the others look again.
                counted += 1
                self._writes.write_text(str(counted))
            self._seen = counted
            yield self._client

    def close(self) -> None:
        if self._client is not None:
            self._client.close()

    def _reopen(self) -> None:
        self.close()
        self._client = self._chromadb.PersistentClient(
            str(self._path), settings=self._chromadb.config.Settings(anonymized_telemetry=False)
        )


def _names(client: Any) -> Iterator[str]:
    offset = 0
    while some := client.list_collections(limit=_LISTED_AT_ONCE, offset=offset):
        yield from (collection.name for collection in some)
        offset += len(some)
