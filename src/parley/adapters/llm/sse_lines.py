"""Splits a stream of bytes into the data of server-sent events, without I/O."""


class SseDecoder:
    """Feed it reads of any size; it gives back the `data` of each event that is now complete."""

    def __init__(self, limit_bytes: int = 4 << 20) -> None:
        self._rest = b""
        self._limit_bytes = limit_bytes

    def feed(self, chunk: bytes) -> list[bytes]:
        """Raises ValueError when one event grows past the limit."""
        buffer = self._rest + chunk
        if b"\r" in buffer:
            # A lone \r at the end may be half of \r\n.
            held = buffer.endswith(b"\r")
            buffer = buffer[: -1 if held else None].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
            tail = b"\r" if held else b""
        else:
            tail = b""
        *events, rest = buffer.split(b"\n\n")
        self._rest = rest + tail
        if len(self._rest) > self._limit_bytes:
            raise ValueError(f"an event is larger than {self._limit_bytes} bytes")
        return [data for event in events if (data := _data(event)) is not None]


def _data(event: bytes) -> bytes | None:
    lines = [
        line[6:] if line.startswith(b"data: ") else line[5:]
        for line in event.split(b"\n")
        if line.startswith(b"data:")
    ]
    return b"\n".join(lines) if lines else None
