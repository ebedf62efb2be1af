"""The built web app: immutable hashed assets, precompressed, and index.html for every page address."""

import mimetypes
from http import HTTPStatus
from pathlib import Path

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

_CSP = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "connect-src 'self'; font-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
_NOT_BUILT = (
    "The web app is not built, so there is nothing to show here. `make setup` builds it; "
    "the API is at /docs meanwhile.\n"
)
_SERVER_PATHS = ("/api/", "/health/", "/v1/")


class WebApp:
    """An ASGI application for whatever no route answered."""

    def __init__(self, folder: Path) -> None:
        self._files = {
            f"/{path.relative_to(folder).as_posix()}": path for path in folder.rglob("*") if path.is_file()
        }
        self._index = self._files.get("/index.html")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = self._respond(scope)
        await response(scope, receive, send)

    def _respond(self, scope: Scope) -> Response:
        path = scope["path"]
        if scope["method"] not in {"GET", "HEAD"} or path.startswith(_SERVER_PATHS):
            raise HTTPException(HTTPStatus.NOT_FOUND)
        if self._index is None:
            return PlainTextResponse(_NOT_BUILT, HTTPStatus.NOT_FOUND)
        found = self._files.get(path)
        if found is None and "." in path.rsplit("/", 1)[-1]:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        return self._file(f"/{self._index.name}" if found is None else path, Headers(scope=scope))

    def _file(self, path: str, request: Headers) -> Response:
        media_type = mimetypes.guess_type(path)[0] or "application/octet-stream"
        headers = {
            "Cache-Control": (
                "public, max-age=31536000, immutable" if path.startswith("/assets/") else "no-cache"
            ),
            "Vary": "Accept-Encoding",
        }
        if media_type == "text/html":
            headers["Content-Security-Policy"] = _CSP
        compressed = self._files.get(f"{path}.gz")
        if compressed is not None and "gzip" in request.get("accept-encoding", ""):
            headers["Content-Encoding"] = "gzip"
            return FileResponse(compressed, headers=headers, media_type=media_type)
        return FileResponse(self._files[path], headers=headers, media_type=media_type)
