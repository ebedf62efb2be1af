"""Qdrant over its HTTP API. Not yet run against the real service: tests use a server of our own over
qdrant-client's local mode.

Each model has one collection, as Qdrant advises for many tenants: the index is built for each workspace
apart (`payload_m`), so that a filter by workspace leaves a whole index behind, not a torn one.
"""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from parley.adapters.vectors import entries
from parley.adapters.vectors.configuration import StoreConfig, needed
from parley.adapters.vectors.http import Refused, Request, StoreHttp, unavailable, with_headers
from parley.core.kernel.ids import WorkspaceId
from parley.core.kernel.transactions import Scope
from parley.core.knowledge.model import ScoredChunk, StoredVector, VectorQuery, VectorStoreUnavailable

_LINKS_IN_WORKSPACE = 16
_INDEXED = {
    "workspace": {"type": "keyword", "is_tenant": True},
    "collection": {"type": "keyword"},
    "readers": {"type": "keyword"},
}
_MOST_NUMBERS = 400_000
"""In one request: its body stays below Qdrant's limit of 32 MB."""


class Qdrant:
    """Implements `VectorMirror`."""

    visible_after_s = 0.0

    def __init__(self, config: StoreConfig, http: StoreHttp) -> None:
        self._config = config
        self._http = http
        self._dimensions: dict[str, int] = {}

    @classmethod
    def open(cls, config: StoreConfig) -> "Qdrant":
        url = needed(config.url, "URL", "qdrant", "http://localhost:6333")
        key = {"api-key": config.key} if config.key else {}
        return cls(config, StoreHttp("qdrant", url, with_headers(key), config.calls_at_once))

    async def close(self) -> None:
        await self._http.close()

    async def nearest(self, scope: Scope, query: VectorQuery) -> tuple[ScoredChunk, ...]:
        must = [
            _is("workspace", [scope.workspace_id.hex]),
            _is("readers", entries.readable_as(scope)),
        ]
        if query.collections:
            must.append(_is("collection", [each.hex for each in query.collections]))
        dimension = await self._dimension(query.model, len(query.vector))
        if dimension is None:
            return ()
        entries.same_dimension(query.model, dimension, len(query.vector))
        body = {"query": query.vector, "filter": {"must": must}, "limit": query.limit}
        reply = await self._ask(
            "POST", query.model, "/points/query", body, timeout_s=self._config.search_timeout_s
        )
        points = [] if reply is None else reply["result"]["points"]
        return entries.ranked(((int(point["id"]), point["score"]) for point in points), query.limit)

    async def put(self, workspace_id: WorkspaceId, model: str, vectors: Sequence[StoredVector]) -> None:
        if not vectors:
            return
        dimension = entries.dimension_of(model, vectors)
        entries.same_dimension(model, await self._made(model, dimension), dimension)
        for some in entries.cut(vectors, max(1, _MOST_NUMBERS // dimension)):
            points = [_point(workspace_id, each) for each in some]
            reply = await self._ask("PUT", model, "/points?wait=true", {"points": points})
            if reply is None:
                self._dimensions.pop(model, None)
                raise VectorStoreUnavailable(
                    "The collection was removed from the vector store qdrant meanwhile.",
                    hint="Rebuild the vector store with `parley vectors rebuild`.",
                )

    async def remove(self, workspace_id: WorkspaceId, model: str, chunk_keys: Sequence[int]) -> None:
        if chunk_keys:
            must = [_is("workspace", [workspace_id.hex]), {"has_id": list(chunk_keys)}]
            await self._ask("POST", model, "/points/delete?wait=true", {"filter": {"must": must}})

    async def remove_workspace(self, workspace_id: WorkspaceId) -> None:
        reply = await self._http.ask(Request("GET", "/collections"))
        body = {"filter": {"must": [_is("workspace", [workspace_id.hex])]}}
        for found in reply["result"]["collections"]:
            if not found["name"].startswith(f"{self._config.prefix}-"):
                continue
            collection = f"/collections/{found['name']}"
            await self._http.ask(
                Request("POST", f"{collection}/points/delete?wait=true", body, missing_ok=True)
            )
            left = await self._http.ask(
                Request("POST", f"{collection}/points/count", {"exact": True}, missing_ok=True)
            )
            if left is not None and not left["result"]["count"]:
                # So that the vectors may have another dimension when they come again.
                await self._http.ask(Request("DELETE", collection, missing_ok=True))

    async def count(self, workspace_id: WorkspaceId, model: str) -> int:
        body = {"filter": {"must": [_is("workspace", [workspace_id.hex])]}, "exact": True}
        reply = await self._ask("POST", model, "/points/count", body)
        return 0 if reply is None else int(reply["result"]["count"])

    async def _ask(
        self, method: str, model: str, path: str, body: Any = None, *, timeout_s: float | None = None
    ) -> Any:
        """None when the model has no collection."""
        name = entries.of_model(self._config.prefix, model)
        timeout_s = self._config.write_timeout_s if timeout_s is None else timeout_s
        return await self._http.ask(
            Request(method, f"/collections/{name}{path}", body, timeout_s, missing_ok=True)
        )

    async def _dimension(self, model: str, expected: int) -> int | None:
        """Of the model's collection; None when there is none. What is not as expected is looked up anew."""
        if self._dimensions.get(model) != expected:
            reply = await self._ask("GET", model, "", timeout_s=self._config.search_timeout_s)
            if reply is None:
                return None
            self._dimensions[model] = int(reply["result"]["config"]["params"]["vectors"]["size"])
        return self._dimensions[model]

    async def _made(self, model: str, dimension: int) -> int:
        """The dimension of the model's collection, which is there afterwards."""
        known = await self._dimension(model, dimension)
        if known is not None:
            return known
        path = f"/collections/{entries.of_model(self._config.prefix, model)}"
        body = {
            "vectors": {"size": dimension, "distance": "Dot", "on_disk": True},
            "hnsw_config": {"m": 0, "payload_m": _LINKS_IN_WORKSPACE},
        }
        try:
            await self._http.ask_plainly(Request("PUT", path, body))
        except Refused as refused:
            if refused.status != HTTPStatus.CONFLICT:  # another worker was quicker
                raise unavailable("qdrant", refused) from refused
        for field, schema in _INDEXED.items():
            body = {"field_name": field, "field_schema": schema}
            await self._http.ask(Request("PUT", f"{path}/index?wait=true", body))
        return await self._dimension(model, dimension) or dimension


def _is(field: str, values: list[str]) -> dict[str, Any]:
    return {"key": field, "match": {"any": values}}


def _point(workspace_id: WorkspaceId, each: StoredVector) -> dict[str, Any]:
    return {
        "id": each.chunk_key,
        "vector": each.vector,
        "payload": {
            "workspace": workspace_id.hex,
            "collection": each.collection_id.hex,
            "document": each.document_id.hex,
            "readers": entries.readers(each.principals),
        },
    }
