"""What server and parsing child say to each other: a JSON line in, a reply and an exit status out."""

import struct

import msgspec

from parley.core.ingestion.model import ParsedDocument, UnreadableDocument

EXIT_STATUS = struct.Struct("!i")
"""Follows the reply, sent when the child has ended: its `waitpid` status."""


class ParseRequest(msgspec.Struct, frozen=True):
    path: str
    name: str
    media_type: str


class Parsed(msgspec.Struct, frozen=True, tag=True):
    document: ParsedDocument


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


ParseReply = Parsed | Refusal
