"""Pinecone over its HTTP API. Not yet run against the real service: tests use a server of our own, written
from the public description.

The index is made beforehand, for the dimension of the embedder and the metric `cosine` or `dotproduct`. Each
workspace has a namespace for each model. What is written shows a while later; until then the database is
searched for it.
"""

from collections.abc import Sequence
from typing import Any

from parley.adapters.vectors import entries
from parley.adapters.vectors.configuration import StoreConfig, needed
from parley.adapters.vectors.http import Request, StoreHttp, with_headers
from parley.core.kernel.ids import WorkspaceId
from parley.core.kernel.transactions import Scope
from parley.core.knowledge.model import ScoredChunk, StoredVector, VectorQuery

_API_VERSION = "2025-04"
_MOST_VECTORS = 1_000
_MOST_NUMBERS = 100_000
"""In one request: its body stays below 2 MB."""
_MOST_FOUND = 10_000


class Pinecone:
    """Implements `VectorMirror`."""

    visible_after_s = 10.0

    def __init__(self, config: StoreConfig, http: StoreHttp) -> None:
        self._config = config
        self._http = http
        self._dimension_of_index: int | None = None

    @classmethod
    def open(cls, config: StoreConfig) -> "Pinecone":
        url = needed(config.url, "URL", "pinecone", "the address of your index, https://NAME-….pinecone.io")
        key = needed(config.key, "KEY", "pinecone", "the key of your project")
        headers = with_headers({"Api-Key": key, "X-Pinecone-Api-Version": _API_VERSION})
        return cls(config, StoreHttp("pinecone", url, headers, config.calls_at_once))

    async def close(self) -> None:
        await self._http.close()

    async def nearest(self, scope: Scope, query: VectorQuery) -> tuple[ScoredChunk, ...]:
        await self._check(query.model, len(query.vector))
        conditions: list[dict[str, Any]] = [
            {"workspace": {"$eq": scope.workspace_id.hex}},
            {"readers": {"$in": entries.readable_as(scope)}},
        ]
        if query.collections:
            conditions.append({"collection": {"$in": [each.hex for each in query.collections]}})
        body = {
            "namespace": self._namespace(scope.workspace_id, query.model),
            "vector": query.vector,
            "topK": min(query.limit, _MOST_FOUND),
            "filter": {"$and": conditions},
            "includeValues": False,
            "includeMetadata": False,
        }
        reply = await self._http.ask(Request("POST", "/query", body, self._config.search_timeout_s))
        found = ((int(match["id"]), match["score"]) for match in reply["matches"])
        return entries.ranked(found, query.limit)

    async def put(self, workspace_id: WorkspaceId, model: str, vectors: Sequence[StoredVector]) -> None:
        if not vectors:
            return
        dimension = entries.dimension_of(model, vectors)
        await self._check(model, dimension)
        for some in entries.cut(vectors, max(1, min(_MOST_VECTORS, _MOST_NUMBERS // dimension))):
            body = {
                "namespace": self._namespace(workspace_id, model),
                "vectors": [_vector(workspace_id, each) for each in some],
            }
            await self._http.ask(Request("POST", "/vectors/upsert", body, self._config.write_timeout_s))

    async def remove(self, workspace_id: WorkspaceId, model: str, chunk_keys: Sequence[int]) -> None:
        ids = [str(key) for key in chunk_keys]
        for start in range(0, len(ids), _MOST_VECTORS):
            await self._delete(
                self._namespace(workspace_id, model), {"ids": ids[start : start + _MOST_VECTORS]}
            )

    async def remove_workspace(self, workspace_id: WorkspaceId) -> None:
        stats = await self._stats()
        for namespace in stats.get("namespaces", {}):
            if namespace.startswith(entries.of_workspace(self._config.prefix, workspace_id)):
                await self._delete(namespace, {"deleteAll": True})

    async def count(self, workspace_id: WorkspaceId, model: str) -> int:
        stats = await self._stats()
        namespace = stats.get("namespaces", {}).get(self._namespace(workspace_id, model), {})
        return int(namespace.get("vectorCount", 0))

    def _namespace(self, workspace_id: WorkspaceId, model: str) -> str:
        return entries.of_workspace(self._config.prefix, workspace_id, model)

    async def _delete(self, namespace: str, what: dict[str, Any]) -> None:
        body = {"namespace": namespace, **what}
        # A namespace that was never written to is not there.
        await self._http.ask(
            Request("POST", "/vectors/delete", body, self._config.write_timeout_s, missing_ok=True)
        )

    async def _stats(self) -> dict[str, Any]:
        reply: dict[str, Any] = await self._http.ask(Request("POST", "/describe_index_stats", {}))
        return reply

    async def _check(self, model: str, dimension: int) -> None:
        """Raises WrongDimension, after asking again: its owner may have made the index anew."""
        if self._dimension_of_index != dimension:
            self._dimension_of_index = int((await self._stats())["dimension"])
        entries.same_dimension(model, self._dimension_of_index, dimension)


def _vector(workspace_id: WorkspaceId, each: StoredVector) -> dict[str, Any]:
    metadata: dict[str, Any] = {
        "workspace": workspace_id.hex,
        "collection": each.collection_id.hex,
        "document": each.document_id.hex,
    }
    if named := entries.readers(each.principals):
        # Without any, no filter by readers lets the vector through.
        metadata["readers"] = named
    return {"id": str(each.chunk_key), "values": each.vector, "metadata": metadata}
