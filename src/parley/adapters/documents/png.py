"""Rendered pages of pdfium as PNG files, the one picture format that every program and browser reads."""

import struct
import zlib

import pypdfium2 as pdfium

_COLOUR_TYPES = {1: 0, 3: 2, 4: 6}  # by the bytes of a pixel: grey, red-green-blue, and with transparency


def png_of(bitmap: pdfium.PdfBitmap, *, effort: int = 1) -> bytes:
    """Of a bitmap in shades of grey, or rendered with `rev_byteorder`; `effort` is of deflate, 1 to 9."""
    rows = memoryview(bitmap.buffer).cast("B")
    width_bytes = bitmap.width * bitmap.n_channels
    pixels = zlib.compressobj(effort)
    packed = bytearray()
    for start in range(0, bitmap.height * bitmap.stride, bitmap.stride):
        packed += pixels.compress(b"\0")  # the row is not filtered
        packed += pixels.compress(rows[start : start + width_bytes])
    packed += pixels.flush()
    colour = _COLOUR_TYPES[bitmap.n_channels]
    header = struct.pack("!IIBBBBB", bitmap.width, bitmap.height, 8, colour, 0, 0, 0)
    parts = _part(b"IHDR", header), _part(b"IDAT", bytes(packed)), _part(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def _part(kind: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(content, zlib.crc32(kind))
    return struct.pack("!I", len(content)) + kind + content + struct.pack("!I", checksum)
