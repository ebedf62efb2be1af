"""A server with the parts of OpenSearch's HTTP API that the adapter uses, from its public description.

It is stricter than the real one where that helps: what the adapter does not send is refused.
"""

import fnmatch
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import web

_INDEXES = web.AppKey("indexes", dict[str, "_Index"])
_AUTHORIZED: web.AppKey[Callable[[web.Request], bool]] = web.AppKey("authorized")


class _Index:
    def __init__(self, body: Mapping[str, Any]) -> None:
        assert body["settings"]["index"]["knn"] is True
        self.mappings = body["mappings"]
        self.vector = body["mappings"]["properties"]["vector"]
        assert self.vector["type"] == "knn_vector"
        assert self.vector["method"]["space_type"] == "cosinesimil"
        self.documents: dict[str, dict[str, Any]] = {}

    def put(self, key: str, source: dict[str, Any]) -> dict[str, Any]:
        unknown = source.keys() - self.mappings["properties"].keys()
        wrong = len(source["vector"]) != self.vector["dimension"] or not any(source["vector"])
        if unknown or wrong:
            return {"index": {"_id": key, "status": 400, "error": {"reason": f"mapper_parsing: {unknown}"}}}
        self.documents[key] = source
        return {"index": {"_id": key, "status": 201}}

    def matching(self, query: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
        return {key: source for key, source in self.documents.items() if _matches(key, source, query)}


def _matches(key: str, source: Mapping[str, Any], query: Mapping[str, Any]) -> bool:
    [(kind, body)] = query.items()
    if kind == "bool":
        assert set(body) == {"filter"}
        return all(_matches(key, source, each) for each in body["filter"])
    if kind == "ids":
        return key in body["values"]
    [(field, wanted)] = body.items()
    value = source[field]
    values = set(value if isinstance(value, list) else [value])
    if kind == "term":
        return wanted in values
    assert kind == "terms", kind
    return not values.isdisjoint(wanted)


def application(authorized: Callable[[web.Request], bool]) -> web.Application:
    app = web.Application(middlewares=[_as_opensearch_does], client_max_size=10 << 20)
    app[_INDEXES] = {}
    app[_AUTHORIZED] = authorized
    app.add_routes(
        [
            web.get("/_cat/indices/{pattern}", _cat),
            web.put("/{name}", _create),
            web.delete("/{name}", _delete),
            web.get("/{name}/_mapping", _mapping),
            web.post("/{name}/_bulk", _bulk),
            web.post("/{name}/_search", _search),
            web.post("/{name}/_count", _count),
            web.post("/{name}/_delete_by_query", _delete_by_query),
        ]
    )
    return app


@web.middleware
async def _as_opensearch_does(
    request: web.Request, handler: Callable[[web.Request], Awaitable[Any]]
) -> web.StreamResponse:
    if not request.app[_AUTHORIZED](request):
        return web.Response(status=401, text="Unauthorized")
    name = request.match_info.get("name", "")
    if name and request.method != "PUT" and "*" not in name and name not in request.app[_INDEXES]:
        error = {"type": "index_not_found_exception", "reason": f"no such index [{name}]"}
        return web.json_response({"error": error, "status": 404}, status=404)
    return web.json_response(await handler(request))


def _index(request: web.Request) -> _Index:
    return request.app[_INDEXES][request.match_info["name"]]


async def _cat(request: web.Request) -> Any:
    assert request.query["format"] == "json"
    return [
        {"index": name, "docs.count": str(len(index.documents))}
        for name, index in request.app[_INDEXES].items()
        if fnmatch.fnmatch(name, request.match_info["pattern"])
    ]


async def _create(request: web.Request) -> Any:
    name = request.match_info["name"]
    if name in request.app[_INDEXES]:
        raise web.HTTPBadRequest(text='{"error": {"type": "resource_already_exists_exception"}}')
    assert name == name.lower()
    assert not name.startswith(("_", "-", "+"))
    request.app[_INDEXES][name] = _Index(await request.json())
    return {"acknowledged": True, "index": name}


async def _delete(request: web.Request) -> Any:
    del request.app[_INDEXES][request.match_info["name"]]
    return {"acknowledged": True}


async def _mapping(request: web.Request) -> Any:
    return {request.match_info["name"]: {"mappings": _index(request).mappings}}


async def _bulk(request: web.Request) -> Any:
    assert request.query["refresh"] == "true"
    body = await request.read()
    assert body.endswith(b"\n")
    lines = [json.loads(line) for line in body.splitlines()]
    pairs = zip(lines[::2], lines[1::2], strict=True)
    items = [_index(request).put(action["index"]["_id"], source) for action, source in pairs]
    return {"errors": any("error" in item["index"] for item in items), "items": items}


async def _search(request: web.Request) -> Any:
    body = await request.json()
    asked = body["query"]["knn"]["vector"]
    assert 1 <= asked["k"] <= 10_000
    scored = [
        (1 + sum(a * b for a, b in zip(source["vector"], asked["vector"], strict=True))) / 2
        for source in _index(request).documents.values()
    ]
    scores = dict(zip(_index(request).documents, scored, strict=True))
    keys = sorted(_index(request).matching(asked["filter"]), key=lambda key: -scores[key])
    hits = [{"_id": key, "_score": scores[key]} for key in keys[: min(asked["k"], body["size"])]]
    return {"hits": {"hits": hits}}


async def _count(request: web.Request) -> Any:
    return {"count": len(_index(request).matching((await request.json())["query"]))}


async def _delete_by_query(request: web.Request) -> Any:
    assert request.query["refresh"] == "true"
    query = (await request.json())["query"]
    deleted = 0
    for name, index in request.app[_INDEXES].items():
        if fnmatch.fnmatch(name, request.match_info["name"]):
            for key in index.matching(query):
                del index.documents[key]
                deleted += 1
    return {"deleted": deleted, "failures": []}
