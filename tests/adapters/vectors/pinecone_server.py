"""A server with the parts of Pinecone's HTTP API that the adapter uses, from its public description."""

from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from tests.adapters.vectors.metadata_filters import inner_product, passes

KEY = "a key of nobody"


class Index:
    """Made beforehand, for one dimension."""

    def __init__(self, dimension: int) -> None:
        self.dimension = dimension
        self.namespaces: defaultdict[str, dict[str, dict[str, Any]]] = defaultdict(dict)

    def application(self) -> web.Application:
        app = web.Application(middlewares=[_as_pinecone_does], client_max_size=2 << 20)
        app.add_routes(
            [
                web.post("/query", self._query),
                web.post("/vectors/upsert", self._upsert),
                web.post("/vectors/delete", self._delete),
                web.post("/describe_index_stats", self._stats),
            ]
        )
        return app

    async def _stats(self, request: web.Request) -> Any:
        counts = {name: {"vectorCount": len(held)} for name, held in self.namespaces.items() if held}
        total = sum(each["vectorCount"] for each in counts.values())
        return {"namespaces": counts, "dimension": self.dimension, "totalVectorCount": total}

    async def _upsert(self, request: web.Request) -> Any:
        body = await request.json()
        assert 1 <= len(body["vectors"]) <= 1_000
        for vector in body["vectors"]:
            self._check(vector["values"])
            assert all(vector["metadata"].values()), "neither null nor an empty list"
            self.namespaces[body["namespace"]][vector["id"]] = vector
        return {"upsertedCount": len(body["vectors"])}

    async def _query(self, request: web.Request) -> Any:
        body = await request.json()
        assert 1 <= body["topK"] <= 10_000
        self._check(body["vector"])
        found = [
            {"id": each["id"], "score": inner_product(each["values"], body["vector"])}
            for each in self.namespaces[body["namespace"]].values()
            if passes(each["metadata"], body["filter"])
        ]
        found.sort(key=lambda match: -match["score"])
        return {"matches": found[: body["topK"]], "namespace": body["namespace"], "usage": {"readUnits": 1}}

    async def _delete(self, request: web.Request) -> Any:
        body = await request.json()
        held = self.namespaces.get(body["namespace"])
        if not held:
            raise web.HTTPNotFound(text='{"code": 5, "message": "Namespace not found", "details": []}')
        if body.get("deleteAll"):
            held.clear()
        assert len(body.get("ids", ())) <= 1_000
        for key in body.get("ids", ()):
            held.pop(key, None)
        return {}

    def _check(self, values: list[float]) -> None:
        if len(values) != self.dimension:
            said = (
                f"Vector dimension {len(values)} does not match the dimension of the index {self.dimension}"
            )
            raise web.HTTPBadRequest(text=said)


@web.middleware
async def _as_pinecone_does(
    request: web.Request, handler: Callable[[web.Request], Awaitable[Any]]
) -> web.StreamResponse:
    assert request.headers["X-Pinecone-Api-Version"]
    if request.headers.get("Api-Key") != KEY:
        return web.Response(status=401, text="Invalid API Key")
    return web.json_response(await handler(request))
