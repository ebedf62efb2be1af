"""Amazon S3 Vectors over its HTTP API. Not yet run against the real service: tests use a server of our own,
written from the public description.

The vector bucket is made beforehand. Each workspace has an index for each model.
"""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from yarl import URL

from parley.adapters.outbound.aws import Signer
from parley.adapters.vectors import entries
from parley.adapters.vectors.configuration import StoreConfig, needed
from parley.adapters.vectors.http import Refused, Request, StoreHttp, unavailable
from parley.core.kernel.ids import WorkspaceId
from parley.core.kernel.transactions import Scope
from parley.core.knowledge.model import ScoredChunk, StoredVector, VectorQuery, VectorStoreUnavailable

_MOST_VECTORS = 500
_MOST_NUMBERS = 1_000_000
"""In one request: its body stays below 20 MiB."""
_MOST_FOUND = 10_000
_MOST_READERS = 40
"""Of one vector: what can be filtered by is 2 KB at most."""
_MANY = "many"
"""Stands for readers too many to be named. Everyone's search meets these; the database shows them to those
alone who may read them."""


class S3Vectors:
    """Implements `VectorMirror`."""

    visible_after_s = 0.0

    def __init__(self, config: StoreConfig, bucket: str, http: StoreHttp) -> None:
        self._config = config
        self._bucket = bucket
        self._http = http
        self._dimensions: dict[str, int] = {}

    @classmethod
    def open(cls, config: StoreConfig) -> "S3Vectors":
        bucket = needed(config.bucket, "BUCKET", "s3vectors", "the name of a vector bucket")
        region = needed(config.region, "REGION", "s3vectors", "us-east-1")
        signer = Signer("s3vectors", region, config.aws_keys)

        async def signed(method: str, url: URL, body: bytes) -> Mapping[str, str]:
            return await signer.headers(method, url, body)

        url = config.url or f"https://s3vectors.{region}.api.aws"
        return cls(config, bucket, StoreHttp("s3vectors", url, signed, config.calls_at_once))

    async def close(self) -> None:
        await self._http.close()

    async def nearest(self, scope: Scope, query: VectorQuery) -> tuple[ScoredChunk, ...]:
        index = self._index(scope.workspace_id, query.model)
        dimension = await self._dimension(index, len(query.vector))
        if dimension is None:
            return ()
        entries.same_dimension(query.model, dimension, len(query.vector))
        conditions: list[dict[str, Any]] = [
            {"workspace": {"$eq": scope.workspace_id.hex}},
            {"readers": {"$in": [*entries.readable_as(scope), _MANY]}},
        ]
        if query.collections:
            conditions.append({"collection": {"$in": [each.hex for each in query.collections]}})
        body: dict[str, Any] = {
            "topK": min(query.limit, _MOST_FOUND),
            "queryVector": {"float32": query.vector},
            "filter": {"$and": conditions},
            "returnDistance": True,
        }
        found: list[tuple[int, float]] = []
        while True:
            reply = await self._ask("QueryVectors", index, body, timeout_s=self._config.search_timeout_s)
            if reply is None:
                return ()
            found += ((int(each["key"]), 1 - each["distance"]) for each in reply["vectors"])
            if not reply.get("nextToken") or not reply["vectors"]:
                return entries.ranked(found, query.limit)
            body["nextToken"] = reply["nextToken"]

    async def put(self, workspace_id: WorkspaceId, model: str, vectors: Sequence[StoredVector]) -> None:
        if not vectors:
            return
        dimension = entries.dimension_of(model, vectors)
        index = self._index(workspace_id, model)
        entries.same_dimension(model, await self._made(index, dimension), dimension)
        for some in entries.cut(vectors, max(1, min(_MOST_VECTORS, _MOST_NUMBERS // dimension))):
            put = [_vector(workspace_id, each) for each in some]
            if await self._ask("PutVectors", index, {"vectors": put}) is None:
                self._dimensions.pop(index, None)
                raise VectorStoreUnavailable(
                    "The index was removed from the vector store s3vectors meanwhile.",
                    hint="Rebuild the vector store with `parley vectors rebuild`.",
                )

    async def remove(self, workspace_id: WorkspaceId, model: str, chunk_keys: Sequence[int]) -> None:
        keys = [str(key) for key in chunk_keys]
        for start in range(0, len(keys), _MOST_VECTORS):
            some = {"keys": keys[start : start + _MOST_VECTORS]}
            await self._ask("DeleteVectors", self._index(workspace_id, model), some)

    async def remove_workspace(self, workspace_id: WorkspaceId) -> None:
        body: dict[str, Any] = {
            "vectorBucketName": self._bucket,
            "prefix": entries.of_workspace(self._config.prefix, workspace_id),
        }
        while True:
            reply = await self._http.ask(Request("POST", "/ListIndexes", body))
            for index in reply["indexes"]:
                await self._ask("DeleteIndex", index["indexName"], {})
            if not reply.get("nextToken"):
                return
            body["nextToken"] = reply["nextToken"]

    async def count(self, workspace_id: WorkspaceId, model: str) -> int:
        body: dict[str, Any] = {"maxResults": 1_000}
        total = 0
        while True:
            reply = await self._ask("ListVectors", self._index(workspace_id, model), body)
            if reply is None:
                return 0
            total += len(reply["vectors"])
            if not reply.get("nextToken"):
                return total
            body["nextToken"] = reply["nextToken"]

    def _index(self, workspace_id: WorkspaceId, model: str) -> str:
        return entries.of_workspace(self._config.prefix, workspace_id, model)

    async def _ask(
        self, operation: str, index: str, body: Mapping[str, Any], *, timeout_s: float | None = None
    ) -> Any:
        """None when the index is not there; what is empty otherwise is {}."""
        timeout_s = self._config.write_timeout_s if timeout_s is None else timeout_s
        whole = {"vectorBucketName": self._bucket, "indexName": index, **body}
        try:
            reply = await self._http.ask_plainly(Request("POST", f"/{operation}", whole, timeout_s))
        except Refused as refused:
            if refused.status == HTTPStatus.NOT_FOUND and "bucket could not be found" not in str(refused):
                return None
            raise unavailable("s3vectors", refused) from refused
        return {} if reply is None else reply

    async def _dimension(self, index: str, expected: int) -> int | None:
        """Of the index; None when there is none. What is not as expected is looked up anew."""
        if self._dimensions.get(index) != expected:
            reply = await self._ask("GetIndex", index, {}, timeout_s=self._config.search_timeout_s)
            if reply is None:
                return None
            self._dimensions[index] = int(reply["index"]["dimension"])
        return self._dimensions[index]

    async def _made(self, index: str, dimension: int) -> int:
        """The dimension of the index, which is there afterwards."""
        known = await self._dimension(index, dimension)
        if known is not None:
            return known
        body = {
            "vectorBucketName": self._bucket,
            "indexName": index,
            "dataType": "float32",
            "dimension": dimension,
            "distanceMetric": "cosine",
            "metadataConfiguration": {"nonFilterableMetadataKeys": ["document"]},
        }
        try:
            await self._http.ask_plainly(Request("POST", "/CreateIndex", body))
        except Refused as refused:
            if refused.status != HTTPStatus.CONFLICT:  # another worker was quicker
                raise unavailable("s3vectors", refused) from refused
        return await self._dimension(index, dimension) or dimension


def _vector(workspace_id: WorkspaceId, each: StoredVector) -> dict[str, Any]:
    named = entries.readers(each.principals)
    metadata: dict[str, Any] = {
        "workspace": workspace_id.hex,
        "collection": each.collection_id.hex,
        "document": each.document_id.hex,
    }
    if named:
        # A list may not be empty; without one, no filter by readers lets the vector through.
        metadata["readers"] = named if len(named) <= _MOST_READERS else [_MANY]
    return {"key": str(each.chunk_key), "data": {"float32": each.vector}, "metadata": metadata}
