"""LanceDB: files in a folder, or in a bucket of S3, that any number of processes share.

Each workspace has a table for each model. Up to some size it is searched exactly; above, with an IVF index
over whole vectors (LanceDB's own default compresses them, and finds fewer of the right ones).
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, TypeVar

from parley.adapters.vectors import entries
from parley.adapters.vectors.configuration import VARIABLES, StoreConfig, imported
from parley.core.kernel.ids import WorkspaceId
from parley.core.kernel.transactions import Scope
from parley.core.knowledge.model import ScoredChunk, StoredVector, VectorQuery, VectorStoreUnavailable

_Result = TypeVar("_Result")

_EXACT_UP_TO = 50_000
"""Vectors of a table; 384 dimensions take about 10 ms of CPU then."""
_PARTITIONS_SEARCHED = 64
_TIDY_AFTER = 50
"""Writes, each of which leaves small files."""
_OLD_VERSIONS_KEPT = timedelta(minutes=10)
"""For searches that have begun with them."""
_TIDYING_S = 90.0
_LISTED_AT_ONCE = 1_000


class LanceDb:
    """Implements `VectorMirror`."""

    visible_after_s = 0.0

    def __init__(self, config: StoreConfig) -> None:
        self._config = config
        self._lancedb: Any = imported("lancedb", "lancedb")
        self._arrow: Any = imported("lancedb", "pyarrow")
        self._connection: Any = None
        self._connecting = asyncio.Lock()
        self._writes = 0

    @classmethod
    def open(cls, config: StoreConfig) -> "LanceDb":
        return cls(config)

    async def close(self) -> None:
        if self._connection is not None:
            self._connection.close()

    async def nearest(self, scope: Scope, query: VectorQuery) -> tuple[ScoredChunk, ...]:
        readers = ", ".join(f"'{reader}'" for reader in entries.readable_as(scope))
        where = f"workspace = '{scope.workspace_id.hex}' AND array_has_any(readers, [{readers}])"
        if query.collections:
            chosen = ", ".join(f"'{each.hex}'" for each in query.collections)
            where += f" AND collection IN ({chosen})"

        async def call() -> tuple[ScoredChunk, ...]:
            table = await self._table(scope.workspace_id, query.model)
            if table is None:
                return ()
            await self._same_dimension(table, query.model, len(query.vector))
            search = (
                table.query()
                .nearest_to(list(query.vector))
                .distance_type("dot")
                .nprobes(_PARTITIONS_SEARCHED)
                .where(where)
                .limit(query.limit)
                .select(["key", "_distance"])
            )
            found = (await search.to_arrow()).to_pydict()
            pairs = zip(found["key"], found["_distance"], strict=True)
            return entries.ranked(((key, 1 - distance) for key, distance in pairs), query.limit)

        return await self._run(call, self._config.search_timeout_s)

    async def put(self, workspace_id: WorkspaceId, model: str, vectors: Sequence[StoredVector]) -> None:
        if not vectors:
            return
        dimension = entries.dimension_of(model, vectors)

        async def call() -> None:
            schema = self._schema(dimension)
            name = entries.of_workspace(self._config.prefix, workspace_id, model)
            table = await self._table(workspace_id, model)
            if table is None:
                table = await self._connection.create_table(name, schema=schema, exist_ok=True)
            await self._same_dimension(table, model, dimension)
            rows = self._rows(schema, workspace_id, {each.chunk_key: each for each in vectors})
            merge = table.merge_insert("key").when_matched_update_all().when_not_matched_insert_all()
            await merge.execute(rows)

        await self._run(call, self._config.write_timeout_s)
        self._writes += 1
        if self._writes % _TIDY_AFTER == 0:
            await self._run(lambda: self._tidy(workspace_id, model), _TIDYING_S)

    async def remove(self, workspace_id: WorkspaceId, model: str, chunk_keys: Sequence[int]) -> None:
        async def call() -> None:
            table = await self._table(workspace_id, model)
            if table is not None and chunk_keys:
                await table.delete(f"key IN ({', '.join(str(int(key)) for key in chunk_keys)})")

        await self._run(call, self._config.write_timeout_s)

    async def remove_workspace(self, workspace_id: WorkspaceId) -> None:
        async def call() -> None:
            begins = entries.of_workspace(self._config.prefix, workspace_id)
            for name in [each async for each in self._names() if each.startswith(begins)]:
                await self._connection.drop_table(name, ignore_missing=True)

        await self._run(call, self._config.write_timeout_s)

    async def count(self, workspace_id: WorkspaceId, model: str) -> int:
        async def call() -> int:
            table = await self._table(workspace_id, model)
            return 0 if table is None else int(await table.count_rows())

        return await self._run(call, self._config.write_timeout_s)

    async def _run(self, call: Callable[[], Awaitable[_Result]], timeout_s: float) -> _Result:
        entries.refuse_in_transaction()
        try:
            async with asyncio.timeout(timeout_s):
                await self._connect()
                return await call()
        except TimeoutError as error:
            raise VectorStoreUnavailable(
                f"The vector store lancedb did not answer within {timeout_s:g} seconds.",
                hint="Try again in a moment; if it stays, look at the load of the machine.",
            ) from error
        except (RuntimeError, ValueError, OSError) as error:  # what LanceDB raises, whatever it is
            raise VectorStoreUnavailable(
                f"The vector store lancedb failed: {type(error).__name__}.",
                hint=f"Check {VARIABLES}_URL, or {VARIABLES}_PATH, and that it can be read and written.",
            ) from error

    async def _connect(self) -> None:
        async with self._connecting:
            if self._connection is not None:
                return
            if self._config.url is None:
                self._config.path.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._connection = await self._lancedb.connect_async(
                self._config.url or str(self._config.path),
                read_consistency_interval=timedelta(0),  # what other processes wrote is seen at once
                storage_options=_storage_options(self._config),
            )

    async def _table(self, workspace_id: WorkspaceId, model: str) -> Any:
        """None when it is not there."""
        try:
            return await self._connection.open_table(
                entries.of_workspace(self._config.prefix, workspace_id, model)
            )
        except ValueError as error:
            if "was not found" in str(error):
                return None
            raise

    async def _same_dimension(self, table: Any, model: str, dimension: int) -> None:
        schema = await table.schema()
        entries.same_dimension(model, schema.field("vector").type.list_size, dimension)

    async def _names(self) -> AsyncIterator[str]:
        token = None
        while True:
            some = await self._connection.list_tables(page_token=token, limit=_LISTED_AT_ONCE)
            for name in some.tables:
                yield name
            token = some.page_token
            if not token:
                return

    async def _tidy(self, workspace_id: WorkspaceId, model: str) -> None:
        """Brings small files together, and new vectors into the index, which is made once it is needed."""
        table = await self._table(workspace_id, model)
        if table is None:
            return
        if await table.count_rows() > _EXACT_UP_TO and not await table.list_indices():
            index = imported("lancedb", "lancedb.index").IvfFlat(distance_type="dot")
            await table.create_index("vector", config=index)
        await table.optimize(cleanup_older_than=_OLD_VERSIONS_KEPT)

    def _schema(self, dimension: int) -> Any:
        arrow = self._arrow
        return arrow.schema(
            [
                arrow.field("key", arrow.int64()),
                *(arrow.field(name, arrow.string()) for name in ("workspace", "collection", "document")),
                arrow.field("readers", arrow.list_(arrow.string())),
                arrow.field("vector", arrow.list_(arrow.float32(), dimension)),
            ]
        )

    def _rows(self, schema: Any, workspace_id: WorkspaceId, vectors: Mapping[int, StoredVector]) -> Any:
        each = vectors.values()
        return self._arrow.table(
            {
                "key": list(vectors),
                "workspace": [workspace_id.hex] * len(vectors),
                "collection": [one.collection_id.hex for one in each],
                "document": [one.document_id.hex for one in each],
                "readers": [entries.readers(one.principals) for one in each],
                "vector": [one.vector for one in each],
            },
            schema=schema,
        )


def _storage_options(config: StoreConfig) -> dict[str, str]:
    """For a bucket; what is not given is found as AWS's own tools find it."""
    options = {}
    if config.region:
        options["aws_region"] = config.region
    if config.aws_keys is not None:
        options["aws_access_key_id"] = config.aws_keys.access_key_id
        options["aws_secret_access_key"] = config.aws_keys.secret_access_key
        if config.aws_keys.session_token:
            options["aws_session_token"] = config.aws_keys.session_token
    if config.endpoint:
        options["aws_endpoint"] = config.endpoint
        options["aws_allow_http"] = str(config.endpoint.startswith("http://")).lower()
    return options
