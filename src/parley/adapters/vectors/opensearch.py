"""OpenSearch over its HTTP API, self-hosted or managed by AWS. Not yet run against the real service: tests
use a server of our own, written from the public description.

Each model has one index with Lucene's engine, which searches exactly where a filter leaves few vectors.
"""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import aiohttp
import msgspec
from yarl import URL

from parley.adapters.outbound.aws import Signer
from parley.adapters.vectors import entries
from parley.adapters.vectors.configuration import VARIABLES, StoreConfig, WrongStoreSetting, needed
from parley.adapters.vectors.http import Headers, Refused, Request, StoreHttp, unavailable, with_headers
from parley.core.kernel.ids import WorkspaceId
from parley.core.kernel.transactions import Scope
from parley.core.knowledge.model import ScoredChunk, StoredVector, VectorQuery, VectorStoreUnavailable

_MOST_NUMBERS = 400_000
"""In one request: its body stays below 10 MB, the least that a managed domain takes."""
_FIELDS = {
    "workspace": {"type": "keyword"},
    "collection": {"type": "keyword"},
    "document": {"type": "keyword", "index": False},
    "readers": {"type": "keyword"},
}


class OpenSearch:
    """Implements `VectorMirror`."""

    visible_after_s = 0.0

    def __init__(self, config: StoreConfig, http: StoreHttp) -> None:
        self._config = config
        self._http = http
        self._dimensions: dict[str, int] = {}

    @classmethod
    def open(cls, config: StoreConfig) -> "OpenSearch":
        url = needed(config.url, "URL", "opensearch", "https://localhost:9200")
        if (URL(url).host or "").endswith(".aoss.amazonaws.com"):
            raise WrongStoreSetting(
                f"{VARIABLES}_URL names a collection of OpenSearch Serverless, which gives vectors no ids of "
                "their own: none of them could be replaced.",
                hint="Use a domain of OpenSearch Service, or s3vectors.",
            )
        return cls(config, StoreHttp("opensearch", url, _headers(config), config.calls_at_once))

    async def close(self) -> None:
        await self._http.close()

    async def nearest(self, scope: Scope, query: VectorQuery) -> tuple[ScoredChunk, ...]:
        dimension = await self._dimension(query.model, len(query.vector))
        if dimension is None:
            return ()
        entries.same_dimension(query.model, dimension, len(query.vector))
        conditions: list[dict[str, Any]] = [
            {"term": {"workspace": scope.workspace_id.hex}},
            {"terms": {"readers": entries.readable_as(scope)}},
        ]
        if query.collections:
            conditions.append({"terms": {"collection": [each.hex for each in query.collections]}})
        nearest = {"vector": query.vector, "k": query.limit, "filter": {"bool": {"filter": conditions}}}
        body = {"size": query.limit, "_source": False, "query": {"knn": {"vector": nearest}}}
        reply = await self._ask(
            "POST", query.model, "/_search", body, timeout_s=self._config.search_timeout_s
        )
        hits = [] if reply is None else reply["hits"]["hits"]
        return entries.ranked(((int(hit["_id"]), _cosine(hit["_score"])) for hit in hits), query.limit)

    async def put(self, workspace_id: WorkspaceId, model: str, vectors: Sequence[StoredVector]) -> None:
        if not vectors:
            return
        dimension = entries.dimension_of(model, vectors)
        entries.same_dimension(model, await self._made(model, dimension), dimension)
        for some in entries.cut(vectors, max(1, _MOST_NUMBERS // dimension)):
            lines: list[object] = []
            for each in some:
                lines += ({"index": {"_id": str(each.chunk_key)}}, _source(workspace_id, each))
            await self._bulk(model, lines)

    async def remove(self, workspace_id: WorkspaceId, model: str, chunk_keys: Sequence[int]) -> None:
        if chunk_keys:
            ids = {"ids": {"values": [str(key) for key in chunk_keys]}}
            await self._delete(f"/{self._index(model)}", [ids, {"term": {"workspace": workspace_id.hex}}])

    async def remove_workspace(self, workspace_id: WorkspaceId) -> None:
        await self._delete(f"/{self._config.prefix}-*", [{"term": {"workspace": workspace_id.hex}}])
        counts = await self._http.ask(Request("GET", f"/_cat/indices/{self._config.prefix}-*?format=json"))
        for index in counts or ():
            if index["docs.count"] == "0":
                # So that the vectors may have another dimension when they come again.
                await self._http.ask(Request("DELETE", f"/{index['index']}", missing_ok=True))

    async def count(self, workspace_id: WorkspaceId, model: str) -> int:
        body = {"query": {"term": {"workspace": workspace_id.hex}}}
        reply = await self._ask("POST", model, "/_count", body)
        return 0 if reply is None else int(reply["count"])

    def _index(self, model: str) -> str:
        return entries.of_model(self._config.prefix, model)

    async def _ask(
        self, method: str, model: str, path: str, body: Any = None, *, timeout_s: float | None = None
    ) -> Any:
        """None when the model has no index."""
        timeout_s = self._config.write_timeout_s if timeout_s is None else timeout_s
        return await self._http.ask(
            Request(method, f"/{self._index(model)}{path}", body, timeout_s, missing_ok=True)
        )

    async def _bulk(self, model: str, lines: Sequence[object]) -> None:
        """Returns once searches find it."""
        body = b"".join(msgspec.json.encode(line) + b"\n" for line in lines)
        # Nobody else's setting may make the index by writing to it, without its vectors' type.
        path = "/_bulk?refresh=true&require_alias=false"
        reply = await self._ask("POST", model, path, body)
        failed = [item for item in (reply or {}).get("items", ()) if "error" in next(iter(item.values()))]
        if reply is None or failed:
            said = (
                next(iter(failed[0].values()))["error"].get("reason", "") if failed else "the index is gone"
            )
            raise VectorStoreUnavailable(f"The vector store opensearch refused: {said[:300]}")

    async def _delete(self, path: str, conditions: list[dict[str, Any]]) -> None:
        query = "?refresh=true&conflicts=proceed&ignore_unavailable=true&allow_no_indices=true"
        body = {"query": {"bool": {"filter": conditions}}}
        await self._http.ask(
            Request(
                "POST", f"{path}/_delete_by_query{query}", body, self._config.write_timeout_s, missing_ok=True
            )
        )

    async def _dimension(self, model: str, expected: int) -> int | None:
        """Of the model's index; None when there is none. What is not as expected is looked up anew."""
        if self._dimensions.get(model) != expected:
            reply = await self._ask("GET", model, "/_mapping", timeout_s=self._config.search_timeout_s)
            if reply is None:
                return None
            [mapping] = reply.values()
            self._dimensions[model] = int(mapping["mappings"]["properties"]["vector"]["dimension"])
        return self._dimensions[model]

    async def _made(self, model: str, dimension: int) -> int:
        """The dimension of the model's index, which is there afterwards."""
        known = await self._dimension(model, dimension)
        if known is not None:
            return known
        method = {"name": "hnsw", "engine": "lucene", "space_type": "cosinesimil"}
        vector = {"type": "knn_vector", "dimension": dimension, "method": method}
        body = {
            "settings": {"index": {"knn": True}},
            "mappings": {"dynamic": "strict", "properties": {**_FIELDS, "vector": vector}},
        }
        try:
            await self._http.ask_plainly(Request("PUT", f"/{self._index(model)}", body))
        except Refused as refused:
            if refused.status != HTTPStatus.BAD_REQUEST or "already_exists" not in str(refused):
                raise unavailable("opensearch", refused) from refused
        return await self._dimension(model, dimension) or dimension


def _headers(config: StoreConfig) -> Headers:
    """Signed for AWS where a region is set, else `user:password` of the key."""
    if config.region:
        signer = Signer("es", config.region, config.aws_keys)

        async def signed(method: str, url: URL, body: bytes) -> Mapping[str, str]:
            return await signer.headers(method, url, body)

        return signed
    if not config.key:
        return with_headers({})
    user, separator, password = config.key.partition(":")
    if not separator:
        raise WrongStoreSetting(f"{VARIABLES}_KEY is of the form user:password for opensearch.")
    return with_headers({"Authorization": aiohttp.encode_basic_auth(user, password)})


def _source(workspace_id: WorkspaceId, each: StoredVector) -> dict[str, Any]:
    return {
        "workspace": workspace_id.hex,
        "collection": each.collection_id.hex,
        "document": each.document_id.hex,
        "readers": entries.readers(each.principals),
        "vector": each.vector,
    }


def _cosine(score: float) -> float:
    """OpenSearch tells (1 + cosine) / 2."""
    return 2 * score - 1
