"""The built web app: immutable hashed assets, precompressed, and index.html for every page address."""

import mimetypes
from http import HTTPStatus
from pathlib import Path

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocketClose

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
    """An ASGI application for whatever no route answered; a new build is seen without a restart."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await WebSocketClose()(scope, receive, send)  # refused, as Starlette does without a route
            return
        response = self._respond(scope)
        await response(scope, receive, send)

    def _respond(self, scope: Scope) -> Response:
        path = scope["path"]
        if scope["method"] not in {"GET", "HEAD"} or path.startswith(_SERVER_PATHS):
            raise HTTPException(HTTPStatus.NOT_FOUND)
        file = self._file("docs/index.html" if path.rstrip("/") == "/docs" else path)
        if file is None and "." in path.rsplit("/", 1)[-1]:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        file = file or self._file("index.html")
        if file is None:
            return PlainTextResponse(_NOT_BUILT, HTTPStatus.NOT_FOUND)
        return _file_response(file, Headers(scope=scope), immutable=path.startswith("/assets/"))

    def _file(self, path: str) -> Path | None:
        """The file at a path of the web app, never one outside its folder."""
        if "\0" in path:
            return None
        file = (self._folder / path.lstrip("/")).resolve()
        return file if file.is_relative_to(self._folder) and file.is_file() else None


def _file_response(file: Path, request: Headers, *, immutable: bool) -> Response:
    media_type = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    headers = {
        "Cache-Control": "public, max-age=31536000, immutable" if immutable else "no-cache",
        "Vary": "Accept-Encoding",
    }
    if media_type == "text/html":
        headers["Content-Security-Policy"] = _CSP
    compressed = file.with_name(f"{file.name}.gz")
    if "gzip" in request.get("accept-encoding", "") and compressed.is_file():
        headers["Content-Encoding"] = "gzip"
        return FileResponse(compressed, headers=headers, media_type=media_type)
    return FileResponse(file, headers=headers, media_type=media_type)
