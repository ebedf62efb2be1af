"""The parts of a document that is a ZIP archive, unpacked piece by piece and never to a disk."""

import zipfile
import zlib
from collections.abc import Iterator
from types import TracebackType
from typing import Self

from parley.adapters.documents.limits import MIB
from parley.adapters.documents.source import Source
from parley.core.ingestion.model import UnreadableDocument

_PIECE_BYTES = 1 << 16
_LOCAL_HEADER_BYTES = 30
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})  # all that document formats allow
_BROKEN = (zipfile.BadZipFile, zlib.error, NotImplementedError, ValueError, EOFError, OSError)


class Archive:
    """Opened with its table of contents checked, so that no part of it unpacks to more than it admits.

    Raises UnreadableDocument: `damaged_file`, `encrypted_file`, `parser_limit` (it would unpack to too
    much, or into too many parts). Part names are compared without regard to case.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._file = source.open()
        try:
            self._zip = zipfile.ZipFile(self._file)
            entries = self._zip.infolist()
        except _BROKEN as error:
            self._file.close()
            raise source.damaged("its table of contents cannot be read") from error
        try:
            _check(source, entries)
        except UnreadableDocument:
            self.close()
            raise
        self._entries = {_normal(entry.filename): entry for entry in entries}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._zip.close()
        self._file.close()

    def __contains__(self, name: str) -> bool:
        return _normal(name) in self._entries

    def pieces(self, name: str) -> Iterator[bytes]:
        """The part's bytes, a little at a time. Raises UnreadableDocument when it is missing or damaged."""
        try:
            with self._zip.open(self._entries[_normal(name)]) as part:
                while piece := part.read(_PIECE_BYTES):
                    yield piece
        except KeyError as error:
            raise self._source.damaged(f"its part {name!r} is missing") from error
        except _BROKEN as error:
            raise self._source.damaged(f"its part {name!r} cannot be unpacked") from error

    def read(self, name: str, limit_bytes: int) -> bytes:
        """The whole part; raises UnreadableDocument past `limit_bytes`."""
        content = bytearray()
        for piece in self.pieces(name):
            content += piece
            if len(content) > limit_bytes:
                raise self._source.too_much_text()
        return bytes(content)


def _normal(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def _check(source: Source, entries: list[zipfile.ZipInfo]) -> None:
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise source.encrypted()
    if len(entries) > source.limits.parts:
        raise UnreadableDocument(
            "parser_limit",
            f"{source.name!r} has {len(entries):,} parts; the limit is {source.limits.parts:,}.",
            hint="Split it into several files.",
        )
    unpacked_bytes = sum(entry.file_size for entry in entries)
    if unpacked_bytes > source.limits.unpacked_bytes:
        raise UnreadableDocument(
            "parser_limit",
            f"{source.name!r} unpacks to {unpacked_bytes // MIB:,} MiB;"
            f" the limit is {source.limits.unpacked_bytes // MIB:,} MiB.",
            hint="Remove large pictures and attachments from it, or split it.",
        )
    if any(entry.compress_type not in _METHODS for entry in entries):
        raise source.damaged("its parts are packed in a way that such files never use")
    ends_at = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.header_offset < ends_at:
            raise source.damaged("its parts overlap each other")
        ends_at = entry.header_offset + _LOCAL_HEADER_BYTES + len(entry.filename) + entry.compress_size
