"""Reads the files of a multipart request one after the other as they arrive, never whole in memory."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect, Request

from parley.core.kernel.errors import ErrorKind, InvalidInput, ParleyError

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

FIELD = "files"
MAX_FILES = 100
_MAX_OTHER_FIELDS = 20
_MAX_HEADERS = 8
_MAX_HEADER_BYTES = 4_096
_MAX_BOUNDARY_BYTES = 256
"""What the parser takes; the standard has 70."""
_IDLE_TIMEOUT_S = 60.0

_HINT = f"Send multipart/form-data with the files in the field {FIELD!r}."


class NotMultipart(ParleyError):
    code = "not_multipart"
    kind = ErrorKind.UNSUPPORTED

    def __init__(self) -> None:
        super().__init__("The body is not multipart/form-data.", hint=_HINT)


class UploadTooLarge(ParleyError):
    code = "upload_too_large"
    kind = ErrorKind.TOO_LARGE


def is_multipart(request: Request) -> bool:
    media_type, _ = parse_options_header(request.headers.get("content-type"))
    return media_type == b"multipart/form-data"


def is_json(request: Request) -> bool:
    media_type, _ = parse_options_header(request.headers.get("content-type"))
    return media_type == b"application/json"


async def body_of(request: Request) -> AsyncGenerator[bytes, None]:
    """The body as it arrives. Raises InvalidInput when it breaks off or stands still."""
    chunks = request.stream()
    while chunk := await _within_idle_time(chunks):
        yield chunk


async def _within_idle_time(chunks: AsyncIterator[bytes]) -> bytes | None:
    """None at the end."""
    try:
        async with asyncio.timeout(_IDLE_TIMEOUT_S):
            return await anext(chunks, None)
    except ClientDisconnect:
        raise InvalidInput("The upload broke off.", hint="Send it again.") from None
    except TimeoutError:
        waited = f"{_IDLE_TIMEOUT_S:.0f} seconds"
        raise InvalidInput(f"The upload stood still for {waited}.", hint="Send it again.") from None


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file on its way in; `content` can be read until the next one is asked for."""

    name: str
    media_type: str
    content: AsyncIterator[bytes]


async def uploaded_files(request: Request, limit_bytes: int) -> AsyncGenerator[UploadedFile, None]:
    """The files of the field `files`, in order; what a caller leaves of one is skipped.

    Raises NotMultipart at once. Where the body breaks a rule or breaks off, whoever reads just then, here
    or in a file's content, gets InvalidInput or UploadTooLarge, and no more files come. `limit_bytes` is
    for the whole body.
    """
    media_type, options = parse_options_header(request.headers.get("content-type"))
    boundary = options.get(b"boundary")
    if media_type != b"multipart/form-data" or not boundary:
        raise NotMultipart
    if len(boundary) > _MAX_BOUNDARY_BYTES:
        raise InvalidInput(
            f"The multipart boundary has {len(boundary)} characters; the limit is {_MAX_BOUNDARY_BYTES}.",
            hint="Choose a shorter one.",
        )
    body = _Body(request.stream(), boundary, limit_bytes)
    files = others = 0
    async for headers in body.parts():
        name, filename = _names(headers)
        is_file = name == FIELD and filename is not None
        files += is_file
        others += not is_file
        if files > MAX_FILES or others > _MAX_OTHER_FIELDS:
            raise InvalidInput(
                f"The request has more than {MAX_FILES} files or {_MAX_OTHER_FIELDS} other fields.",
                hint="Send the files in several requests.",
            )
        if name == FIELD and filename is not None:
            yield UploadedFile(filename, headers.get("content-type", ""), body.content())
    if not files:
        raise InvalidInput(f"The request has no file in the field {FIELD!r}.", hint=_HINT)


class _PartEnd:
    """Stands between parts in the row of events."""


_PART_END = _PartEnd()


class _Body:
    """Pulls parts from a stream through a parser that is pushed; holds one network read at most."""

    def __init__(self, chunks: AsyncIterator[bytes], boundary: bytes, limit_bytes: int) -> None:
        callbacks: MultipartCallbacks = {
            "on_part_begin": self._on_part_begin,
            "on_header_field": self._on_header_field,
            "on_header_value": self._on_header_value,
            "on_header_end": self._on_header_end,
            "on_headers_finished": self._on_headers_finished,
            "on_part_data": self._on_part_data,
            "on_part_end": self._on_part_end,
            "on_end": self._on_end,
        }
        self._parser = MultipartParser(
            boundary, callbacks, max_header_count=_MAX_HEADERS, max_header_size=_MAX_HEADER_BYTES
        )
        self._chunks = chunks
        self._limit_bytes = limit_bytes
        self._received_bytes = 0
        self._events: deque[dict[str, str] | bytes | _PartEnd] = deque()
        self._headers: dict[str, str] = {}
        self._header_name = self._header_value = b""
        self._in_part = self._ended = self._finished = False
        self._broken: ParleyError | None = None

    async def parts(self) -> AsyncGenerator[dict[str, str], None]:
        """The headers of each part, by lower-case name; skips what is left of the part before."""
        while True:
            async for _ in self.content():
                pass
            event = await self._next()
            if event is None:
                return
            if isinstance(event, dict):
                self._in_part = True
                yield event

    async def content(self) -> AsyncGenerator[bytes, None]:
        """The rest of the current part."""
        while self._in_part:
            event = await self._next()
            if isinstance(event, bytes):
                yield event
            else:
                self._in_part = False

    async def _next(self) -> dict[str, str] | bytes | _PartEnd | None:
        """None at the end of the body. What came whole is handed out before an error is, which comes once."""
        while not self._events and not self._finished:
            await self._feed()
        if self._events:
            return self._events.popleft()
        broken, self._broken = self._broken, None
        if broken is not None:
            raise broken
        return None

    async def _feed(self) -> None:
        try:
            chunk = await _within_idle_time(self._chunks)
            if chunk is None:
                self._finished = True
                if not self._ended:
                    raise FormParserError("it ends in the middle of a part")
            elif chunk:
                self._count(len(chunk))
                self._parser.write(chunk)
        except FormParserError as error:
            self._break(InvalidInput(f"The multipart body is damaged: {error}.", hint=_HINT))
        except (InvalidInput, UploadTooLarge) as error:
            self._break(error)

    def _count(self, received_bytes: int) -> None:
        self._received_bytes += received_bytes
        if self._received_bytes > self._limit_bytes:
            raise UploadTooLarge(
                f"The upload is larger than {self._limit_bytes // (1 << 20)} MiB in all.",
                hint="Send the files in several requests.",
            )

    def _break(self, error: ParleyError) -> None:
        self._broken, self._finished = error, True

    def _on_part_begin(self) -> None:
        self._headers = {}

    def _on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._header_name += data[start:end]

    def _on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._header_value += data[start:end]

    def _on_header_end(self) -> None:
        # Browsers send file names in UTF-8, whatever the header's own rules say.
        value = self._header_value.decode("utf-8", "replace")
        self._headers[self._header_name.decode("latin-1").lower()] = value
        self._header_name = self._header_value = b""

    def _on_headers_finished(self) -> None:
        self._events.append(self._headers)

    def _on_part_data(self, data: bytes, start: int, end: int) -> None:
        self._events.append(data[start:end])

    def _on_part_end(self) -> None:
        self._events.append(_PART_END)

    def _on_end(self) -> None:
        self._ended = True


def _names(headers: dict[str, str]) -> tuple[str, str | None]:
    """The field's name, and the file's where the part is one."""
    # The parser of options wants Latin-1; this way round the UTF-8 bytes come through whole.
    disposition = headers.get("content-disposition", "").encode().decode("latin-1")
    _, options = parse_options_header(disposition)
    filename = options.get(b"filename")
    return (
        options.get(b"name", b"").decode("utf-8", "replace"),
        None if filename is None else filename.decode("utf-8", "replace"),
    )
