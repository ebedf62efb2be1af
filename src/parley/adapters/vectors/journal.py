"""A file that is only ever appended to: what was put and removed, read by any process, written by one.

Each record has a checksum. One that its writer left unfinished is passed over and overwritten by the next.
"""

import os
import struct
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

_NAME_BYTES = 16
_HEAD = struct.Struct("<II")  # length and checksum of what follows


class Entry(msgspec.Struct, array_like=True, frozen=True):
    """A vector, or without one: that there is none any more."""

    key: int
    collection: str = ""
    readers: Sequence[str] = ()
    vector: bytes = b""
    """Single precision, little endian."""


class Record(msgspec.Struct, array_like=True, frozen=True):
    dimension: int
    entries: Sequence[Entry]


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Record)


@dataclass(frozen=True, slots=True)
class Position:
    """How far a file was read. Its name tells it from another file that took its place."""

    name: bytes = b""
    offset: int = 0


def read_on(path: Path, position: Position) -> tuple[Position, list[Record]]:
    """The whole records behind the position, or all where the file is another; none where there is none."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return Position(), []
    with file:
        name = file.read(_NAME_BYTES)
        if len(name) < _NAME_BYTES:
            return Position(), []
        offset = position.offset if name == position.name else _NAME_BYTES
        file.seek(offset)
        records = []
        while len(head := file.read(_HEAD.size)) == _HEAD.size:
            length, checksum = _HEAD.unpack(head)
            body = file.read(length)
            if len(body) < length or zlib.crc32(body) != checksum:
                break
            records.append(_decoder.decode(body))
            offset += _HEAD.size + length
        return Position(name, offset), records


def append(path: Path, position: Position, record: Record) -> Position:
    """Behind the position, to which its writer has read the file; on disk when this returns."""
    body = _encoder.encode(record)
    written = _HEAD.pack(len(body), zlib.crc32(body)) + body
    if not position.name:
        position = Position(os.urandom(_NAME_BYTES), 0)
        written = position.name + written
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        os.ftruncate(descriptor, position.offset)
        os.lseek(descriptor, position.offset, os.SEEK_SET)
        view = memoryview(written)
        while view:
            view = view[os.write(descriptor, view) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return Position(position.name, position.offset + len(written))


def rewrite(path: Path, records: Iterable[Record]) -> Position:
    """The file anew, in the old one's place in one step."""
    side = path.with_suffix(".new")
    side.unlink(missing_ok=True)
    position = Position()
    for record in records:
        position = append(side, position, record)
    side.replace(path)
    return position
