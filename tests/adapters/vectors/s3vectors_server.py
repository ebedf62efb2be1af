"""A server with those parts of the S3 Vectors API that the adapter uses, written from its public description.

Requests are checked against the shapes of AWS's own description of the API, as botocore has it.
"""

import json
import re
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.validate import ParamValidator

from tests.adapters.vectors.metadata_filters import inner_product, passes

BUCKET = "parley-vectors"
_FILTERABLE_BYTES = 2_048
_PAGE = 100

_api = ServiceModel(Loader().load_service_model("s3vectors", "service-2"))


class _Index:
    def __init__(self, dimension: int, not_filterable: list[str]) -> None:
        self.dimension = dimension
        self.not_filterable = not_filterable
        self.vectors: dict[str, dict[str, Any]] = {}

    def check(self, values: list[float]) -> None:
        if len(values) != self.dimension:
            raise _refusal(400, "ValidationException", "Invalid vector dimension")

    def put(self, vector: dict[str, Any]) -> None:
        self.check(vector["data"]["float32"])
        filterable = {
            name: value for name, value in vector["metadata"].items() if name not in self.not_filterable
        }
        if len(json.dumps(filterable).encode()) > _FILTERABLE_BYTES or not all(filterable.values()):
            raise _refusal(400, "ValidationException", "Filterable metadata is invalid")
        self.vectors[vector["key"]] = vector


class Buckets:
    def __init__(self) -> None:
        self.indexes: dict[str, _Index] = {}

    def application(self) -> web.Application:
        app = web.Application(middlewares=[_as_s3_does], client_max_size=20 << 20)
        for name in ("CreateIndex", "GetIndex", "DeleteIndex", "ListIndexes"):
            app.router.add_post(f"/{name}", self._handler(name))
        for name in ("PutVectors", "QueryVectors", "DeleteVectors", "ListVectors"):
            app.router.add_post(f"/{name}", self._handler(name))
        return app

    def _handler(self, operation: str) -> Callable[[web.Request], Awaitable[web.Response]]:
        shape = _api.operation_model(operation).input_shape
        act: Callable[[dict[str, Any]], Any] = getattr(self, f"_{operation}")

        async def handle(request: web.Request) -> web.Response:
            body = await request.json()
            report = ParamValidator().validate(body, shape)
            unknown = body.keys() - shape.members.keys()
            assert not report.has_errors(), report.generate_report()
            assert not unknown
            if body["vectorBucketName"] != BUCKET:
                raise _refusal(404, "NotFoundException", "The specified vector bucket could not be found")
            return web.json_response(act(body))

        return handle

    def _index(self, body: dict[str, Any]) -> _Index:
        try:
            return self.indexes[body["indexName"]]
        except KeyError:
            raise _refusal(404, "NotFoundException", "The specified index could not be found") from None

    def _CreateIndex(self, body: dict[str, Any]) -> Any:  # noqa: N802 - as the operation is called
        assert re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", body["indexName"])
        assert (body["dataType"], body["distanceMetric"]) == ("float32", "cosine")
        if body["indexName"] in self.indexes:
            raise _refusal(409, "ConflictException", "An index with the specified name already exists")
        not_filterable = body["metadataConfiguration"]["nonFilterableMetadataKeys"]
        self.indexes[body["indexName"]] = _Index(body["dimension"], not_filterable)
        return {"indexArn": f"arn:aws:s3vectors:eu-west-1:1:bucket/{BUCKET}/index/{body['indexName']}"}

    def _GetIndex(self, body: dict[str, Any]) -> Any:  # noqa: N802
        return {"index": {"indexName": body["indexName"], "dimension": self._index(body).dimension}}

    def _DeleteIndex(self, body: dict[str, Any]) -> Any:  # noqa: N802
        self._index(body)
        del self.indexes[body["indexName"]]
        return {}

    def _ListIndexes(self, body: dict[str, Any]) -> Any:  # noqa: N802
        names = [name for name in self.indexes if name.startswith(body["prefix"])]
        return {"indexes": [{"indexName": name} for name in names]}

    def _PutVectors(self, body: dict[str, Any]) -> Any:  # noqa: N802
        index = self._index(body)
        for vector in body["vectors"]:
            index.put(vector)
        return {}

    def _DeleteVectors(self, body: dict[str, Any]) -> Any:  # noqa: N802
        for key in body["keys"]:
            self._index(body).vectors.pop(key, None)
        return {}

    def _ListVectors(self, body: dict[str, Any]) -> Any:  # noqa: N802
        return _page([{"key": key} for key in self._index(body).vectors], body)

    def _QueryVectors(self, body: dict[str, Any]) -> Any:  # noqa: N802
        index = self._index(body)
        asked = body["queryVector"]["float32"]
        index.check(asked)
        assert body["returnDistance"] is True
        found: list[dict[str, Any]] = [
            {"key": key, "distance": 1 - inner_product(vector["data"]["float32"], asked)}
            for key, vector in index.vectors.items()
            if passes(vector["metadata"], body["filter"])
        ]
        found.sort(key=lambda each: float(each["distance"]))
        return {**_page(found[: body["topK"]], body), "distanceMetric": "cosine"}


def _page(found: list[dict[str, Any]], body: dict[str, Any]) -> dict[str, Any]:
    start = int(body.get("nextToken", 0))
    page: dict[str, Any] = {"vectors": found[start : start + _PAGE]}
    if start + _PAGE < len(found):
        page["nextToken"] = str(start + _PAGE)
    return page


def _refusal(status: int, kind: str, said: str) -> web.HTTPException:
    refusal = web.HTTPNotFound if status == 404 else web.HTTPConflict if status == 409 else web.HTTPBadRequest
    return refusal(text=json.dumps({"message": said}), headers={"x-amzn-errortype": kind})


@web.middleware
async def _as_s3_does(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    given = request.headers.get("Authorization", "")
    signed = given.startswith("AWS4-HMAC-SHA256 Credential=AKIATEST/") and "/eu-west-1/s3vectors/" in given
    return await handler(request) if signed else web.Response(status=403, text="AccessDenied")
