"""A Chroma server over its HTTP API (version 2), without Chroma's own package.

Each workspace has a collection for each model.
"""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from parley.adapters.vectors import entries
from parley.adapters.vectors.chroma_entries import INDEX, MOST_VECTORS, conditions_of, metadata_of
from parley.adapters.vectors.configuration import StoreConfig, needed
from parley.adapters.vectors.http import Refused, Request, StoreHttp, unavailable, with_headers
from parley.core.kernel.ids import WorkspaceId
from parley.core.kernel.transactions import Scope
from parley.core.knowledge.model import ScoredChunk, StoredVector, VectorQuery

_COLLECTIONS = "/api/v2/tenants/default_tenant/databases/default_database/collections"
_LISTED_AT_ONCE = 1_000


class ChromaServer:
    """Implements `VectorMirror`."""

    visible_after_s = 0.0

    def __init__(self, config: StoreConfig, http: StoreHttp) -> None:
        self._config = config
        self._http = http
        self._known: dict[str, tuple[str, int]] = {}

    @classmethod
    def open(cls, config: StoreConfig) -> "ChromaServer":
        url = needed(config.url, "URL", "chroma", "http://localhost:8000")
        key = {"x-chroma-token": config.key} if config.key else {}
        return cls(config, StoreHttp("chroma", url, with_headers(key), config.calls_at_once))

    async def close(self) -> None:
        await self._http.close()

    async def nearest(self, scope: Scope, query: VectorQuery) -> tuple[ScoredChunk, ...]:
        body = {
            "query_embeddings": [query.vector],
            "n_results": query.limit,
            "where": conditions_of(scope, query),
            "include": ["distances"],
        }
        name = entries.of_workspace(self._config.prefix, scope.workspace_id, query.model)
        collection = await self._collection(name, query.model, len(query.vector))
        if collection is None:
            return ()
        reply = await self._ask(
            name, "POST", f"/{collection}/query", body, timeout_s=self._config.search_timeout_s
        )
        if reply is None:
            return ()
        pairs = zip(reply["ids"][0], reply["distances"][0], strict=True)
        return entries.ranked(((int(key), 1 - distance) for key, distance in pairs), query.limit)

    async def put(self, workspace_id: WorkspaceId, model: str, vectors: Sequence[StoredVector]) -> None:
        if not vectors:
            return
        dimension = entries.dimension_of(model, vectors)
        name = entries.of_workspace(self._config.prefix, workspace_id, model)
        new = {
            "name": name,
            "get_or_create": True,
            "configuration": INDEX,
            "metadata": {"dimension": dimension},
        }
        collection = await self._collection(name, model, dimension)
        if collection is None:
            await self._ask(name, "POST", "", new)
            collection = await self._collection(name, model, dimension)
        for some in entries.cut(vectors, MOST_VECTORS):
            body = {
                "ids": [str(each.chunk_key) for each in some],
                "embeddings": [each.vector for each in some],
                "metadatas": [metadata_of(workspace_id, each) for each in some],
            }
            path = f"{_COLLECTIONS}/{collection}/upsert"
            await self._http.ask(Request("POST", path, body, self._config.write_timeout_s))

    async def remove(self, workspace_id: WorkspaceId, model: str, chunk_keys: Sequence[int]) -> None:
        name = entries.of_workspace(self._config.prefix, workspace_id, model)
        ids = [str(key) for key in chunk_keys]
        collection = await self._collection(name) if ids else None
        for start in range(0, len(ids) if collection else 0, MOST_VECTORS):
            body = {"ids": ids[start : start + MOST_VECTORS]}
            await self._ask(name, "POST", f"/{collection}/delete", body)

    async def remove_workspace(self, workspace_id: WorkspaceId) -> None:
        begins = entries.of_workspace(self._config.prefix, workspace_id)
        for name in [name for name in await self._names() if name.startswith(begins)]:
            await self._ask(name, "DELETE", f"/{name}")
            self._known.pop(name, None)

    async def count(self, workspace_id: WorkspaceId, model: str) -> int:
        name = entries.of_workspace(self._config.prefix, workspace_id, model)
        collection = await self._collection(name)
        reply = await self._ask(name, "GET", f"/{collection}/count") if collection else None
        return int(reply or 0)

    async def _collection(self, name: str, model: str = "", dimension: int = 0) -> str | None:
        """Its id; None when it is not there. Raises WrongDimension, where a dimension is given.

        A collection that is removed and made again has another id: what is not as expected is looked up anew.
        """
        known = self._known.get(name)
        if known is None or (dimension and known[1] != dimension):
            reply = await self._ask(name, "GET", f"/{name}", timeout_s=self._config.search_timeout_s)
            if reply is None:
                return None
            known = self._known[name] = (reply["id"], int(reply["metadata"]["dimension"]))
        if dimension:
            entries.same_dimension(model, known[1], dimension)
        return known[0]

    async def _names(self) -> list[str]:
        names: list[str] = []
        while True:
            path = f"{_COLLECTIONS}?limit={_LISTED_AT_ONCE}&offset={len(names)}"
            reply = await self._http.ask(Request("GET", path))
            names += (each["name"] for each in reply)
            if len(reply) < _LISTED_AT_ONCE:
                return names

    async def _ask(
        self, name: str, method: str, path: str, body: Any = None, *, timeout_s: float | None = None
    ) -> Any:
        """None when the collection is not there, or not any more."""
        timeout_s = self._config.write_timeout_s if timeout_s is None else timeout_s
        try:
            return await self._http.ask_plainly(Request(method, _COLLECTIONS + path, body, timeout_s))
        except Refused as refused:
            if refused.status != HTTPStatus.NOT_FOUND:
                raise unavailable("chroma", refused) from refused
            self._known.pop(name, None)
            return None
