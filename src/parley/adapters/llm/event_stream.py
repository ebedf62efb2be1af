"""Splits a stream of bytes into the messages of an AWS event stream, without I/O."""

import struct
from binascii import crc32
from collections.abc import Iterator

import msgspec

from parley.adapters.llm.transport import ProviderFault

_PRELUDE = struct.Struct("!III")
"""Length of the message, length of its headers, checksum of these two."""
_CHECKSUM_BYTES = 4
_STRING = 7
_FIXED_BYTES = {0: 0, 1: 0, 2: 1, 3: 2, 4: 4, 5: 8, 8: 8, 9: 16}
"""Sizes of the kinds of header values that do not tell theirs; 6 and 7 (bytes, text) begin with it."""


class EventStreamDecoder:
    """Feed it reads of any size; it gives back each message that is now complete.

    A message becomes the JSON object `{kind: payload}`, as the service's own models have it: `kind` is the
    type of the event or of the exception.
    """

    def __init__(self, limit_bytes: int = 4 << 20) -> None:
        self._rest = b""
        self._limit_bytes = limit_bytes

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """What came before a message that cannot be read is given first.

        Raises msgspec.DecodeError when this is no event stream, ProviderFault when a message was damaged,
        ValueError when one is larger than the limit.
        """
        buffer, begin = self._rest + chunk, 0
        try:
            while len(buffer) - begin >= _PRELUDE.size:
                length, header_bytes, checksum = _PRELUDE.unpack_from(buffer, begin)
                if crc32(buffer[begin : begin + 8]) != checksum or header_bytes + 16 > length:
                    raise msgspec.DecodeError("it is no AWS event stream")
                if length > self._limit_bytes:
                    raise ValueError(f"a message is larger than {self._limit_bytes} bytes")
                if len(buffer) - begin < length:
                    break
                message = buffer[begin : begin + length]
                begin += length
                yield _as_json(message, _PRELUDE.size + header_bytes)
        finally:
            self._rest = buffer[begin:]


def _as_json(message: bytes, payload_at: int) -> bytes:
    body = message[:-_CHECKSUM_BYTES]
    if crc32(body) != int.from_bytes(message[-_CHECKSUM_BYTES:], "big"):
        raise ProviderFault("a message was damaged on its way.")
    headers = _text_headers(body[_PRELUDE.size : payload_at])
    if headers.get(b":message-type") == b"error":
        code, said = headers.get(b":error-code", b"error"), headers.get(b":error-message", b"")
        raise ProviderFault(f"{code.decode()}: {said.decode()}")
    kind = headers.get(b":event-type") or headers.get(b":exception-type") or b"unknown"
    return b'{"' + kind + b'":' + (body[payload_at:] or b"{}") + b"}"


def _text_headers(packed: bytes) -> dict[bytes, bytes]:
    """Headers whose values are text; others are passed over."""
    found, at = {}, 0
    try:
        while at < len(packed):
            value_at = at + 2 + packed[at]
            name, kind = packed[at + 1 : value_at - 1], packed[value_at - 1]
            size = _FIXED_BYTES.get(kind)
            if size is None:
                size = int.from_bytes(packed[value_at : value_at + 2], "big")
                value_at += 2
            at = value_at + size
            if kind == _STRING:
                found[name] = packed[value_at:at]
    except IndexError:
        raise msgspec.DecodeError("the headers of a message are cut off") from None
    return found
