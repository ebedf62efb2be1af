"""What server and parsing child say to each other: a JSON line in, a reply and its cost out."""

import struct

import msgspec

from parley.adapters.documents.limits import ParserLimits
from parley.core.ingestion.model import PageLayout, ParsedDocument, SoughtText, UnreadableDocument

END = struct.Struct("!16sidq")
"""Follows the reply when the child has ended: END_MARK, the child's `waitpid` status, CPU seconds, most bytes
of memory."""
END_MARK = b"\x00end-of-a-child\xff"
"""Where it is missing, the process that waits for children has died before it could tell how one ended."""


class TesseractConfig(msgspec.Struct, frozen=True):
    """Where the program is that recognises text in pictures, and which languages it is to look for."""

    program: str
    languages: tuple[str, ...]


class ParserConfig(msgspec.Struct, frozen=True):
    limits: ParserLimits
    tesseract: TesseractConfig | None = None


class ParseRequest(msgspec.Struct, frozen=True, tag=True):
    path: str
    name: str
    media_type: str


class PictureRequest(msgspec.Struct, frozen=True, tag=True):
    """Draw a page of a PDF, `width` pixels wide."""

    path: str
    name: str
    page: int
    width: int


class LayoutRequest(msgspec.Struct, frozen=True, tag=True):
    """Measure a page of a PDF and find a text on it."""

    path: str
    name: str
    page: int
    sought: SoughtText | None


ChildRequest = ParseRequest | PictureRequest | LayoutRequest


class Parsed(msgspec.Struct, frozen=True, tag=True):
    document: ParsedDocument


class Drawn(msgspec.Struct, frozen=True, tag=True):
    png: bytes


class LaidOut(msgspec.Struct, frozen=True, tag=True):
    layout: PageLayout


class Refusal(msgspec.Struct, frozen=True, tag=True):
    """An UnreadableDocument on its way between processes."""

    code: str
    detail: str
    hint: str

    @classmethod
    def of(cls, error: UnreadableDocument) -> "Refusal":
        return cls(error.code, error.detail, error.hint)

    def to_error(self) -> UnreadableDocument:
        return UnreadableDocument(self.code, self.detail, hint=self.hint)


ChildReply = Parsed | Drawn | LaidOut | Refusal
