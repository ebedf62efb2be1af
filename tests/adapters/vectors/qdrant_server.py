"""A server with those parts of Qdrant's HTTP API that the adapter uses, over qdrant-client's local mode.

Requests are read by the official client's own models, and filters evaluated by its own code.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web
from qdrant_client import QdrantClient, models

KEY = "a key of nobody"
_LARGEST_BODY = 32 << 20
_CLIENT = web.AppKey("client", QdrantClient)


def application() -> web.Application:
    app = web.Application(middlewares=[_as_qdrant_does], client_max_size=_LARGEST_BODY)
    app[_CLIENT] = QdrantClient(":memory:")
    app.add_routes(
        [
            web.get("/collections", _list),
            web.get("/collections/{name}", _get),
            web.put("/collections/{name}", _create),
            web.delete("/collections/{name}", _delete),
            web.put("/collections/{name}/index", _index),
            web.put("/collections/{name}/points", _upsert),
            web.post("/collections/{name}/points/delete", _delete_points),
            web.post("/collections/{name}/points/count", _count),
            web.post("/collections/{name}/points/query", _query),
        ]
    )
    return app


@web.middleware
async def _as_qdrant_does(
    request: web.Request, handler: Callable[[web.Request], Awaitable[Any]]
) -> web.StreamResponse:
    if request.headers.get("api-key") != KEY:
        return web.Response(status=403, text="Invalid API key or JWT")
    name = request.match_info.get("name")
    made = request.method == "PUT" and request.path == f"/collections/{name}"
    if name and not made and not _client(request).collection_exists(name):
        said = {"status": {"error": f"Not found: Collection `{name}` doesn't exist!"}}
        return web.json_response(said, status=404)
    try:
        result = await handler(request)
    except ValueError as error:
        return web.json_response({"status": {"error": str(error)}}, status=400)
    return web.json_response({"result": result, "status": "ok", "time": 0.001})


def _client(request: web.Request) -> QdrantClient:
    return request.app[_CLIENT]


async def _list(request: web.Request) -> Any:
    found = _client(request).get_collections().collections
    return {"collections": [{"name": each.name} for each in found]}


async def _get(request: web.Request) -> Any:
    found = _client(request).get_collection(request.match_info["name"])
    return found.model_dump(mode="json", exclude_none=True)


async def _create(request: web.Request) -> Any:
    wanted = models.CreateCollection(**await request.json())
    name = request.match_info["name"]
    if _client(request).collection_exists(name):
        raise web.HTTPConflict(text=f"Wrong input: Collection `{name}` already exists!")
    assert wanted.hnsw_config is not None
    return _client(request).create_collection(name, wanted.vectors, hnsw_config=wanted.hnsw_config)


async def _delete(request: web.Request) -> Any:
    return _client(request).delete_collection(request.match_info["name"])


async def _index(request: web.Request) -> Any:
    models.CreateFieldIndex(**await request.json())  # local mode has none: it reads all of a collection
    return {"operation_id": 0, "status": "completed"}


async def _upsert(request: web.Request) -> Any:
    assert request.query["wait"] == "true"
    points = models.PointsList(**await request.json()).points
    _client(request).upsert(request.match_info["name"], points)
    return {"operation_id": 0, "status": "completed"}


async def _delete_points(request: web.Request) -> Any:
    assert request.query["wait"] == "true"
    selector = models.FilterSelector(**await request.json())
    _client(request).delete(request.match_info["name"], selector)
    return {"operation_id": 0, "status": "completed"}


async def _count(request: web.Request) -> Any:
    asked = models.CountRequest(**await request.json())
    counted = _client(request).count(request.match_info["name"], asked.filter, exact=bool(asked.exact))
    return {"count": counted.count}


async def _query(request: web.Request) -> Any:
    asked = models.QueryRequest(**await request.json())
    found = _client(request).query_points(
        request.match_info["name"], asked.query, query_filter=asked.filter, limit=asked.limit or 10
    )
    return {"points": [{"id": each.id, "version": 0, "score": each.score} for each in found.points]}
