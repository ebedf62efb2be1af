"""The file under a reader's eyes, with its name and its limits, and the refusals that all readers share."""

from dataclasses import dataclass
from pathlib import Path

from parley.adapters.documents.encoding import decode
from parley.adapters.documents.limits import ParserLimits
from parley.core.ingestion.model import UnreadableDocument


@dataclass(frozen=True, slots=True)
class Source:
    path: Path
    name: str
    limits: ParserLimits

    def text(self, declared_encoding: str | None = None) -> str:
        """The whole file decoded, line ends as they are. Raises UnreadableDocument (`too_much_text`)."""
        return decode(self.bytes(), declared_encoding)

    def bytes(self) -> bytes:
        """The whole file, if it can hold no more text than the limit allows."""
        limit = self.limits.text_bytes
        with self.path.open("rb") as file:
            data = file.read(limit + 1)
        if len(data) > limit:
            raise self.too_much_text()
        return data

    def too_much_text(self) -> UnreadableDocument:
        return UnreadableDocument(
            "too_much_text",
            f"{self.name!r} holds more than {self.limits.characters:,} characters of text.",
            hint="Split it into several files.",
        )

    def damaged(self, what: str) -> UnreadableDocument:
        """`what` says which part cannot be read and completes the sentence "the file is damaged: …"."""
        return UnreadableDocument(
            "damaged_file",
            f"{self.name!r} is damaged or incomplete: {what}.",
            hint="Open it in the program it comes from, save it anew, and upload that.",
        )

    def encrypted(self) -> UnreadableDocument:
        return UnreadableDocument(
            "encrypted_file",
            f"{self.name!r} is protected with a password.",
            hint="Remove the password and upload the file again.",
        )

    def nested_too_deep(self) -> UnreadableDocument:
        return UnreadableDocument(
            "parser_limit",
            f"{self.name!r} is nested too deep to be read.",
            hint="Flatten its structure and upload it again.",
        )


class TextBudget:
    """Counts text as it is made, so that a small file that grows is stopped early."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._left = source.limits.characters

    def spend(self, text: str) -> str:
        """`text` itself; raises UnreadableDocument (`too_much_text`)."""
        self._left -= len(text)
        if self._left < 0:
            raise self._source.too_much_text()
        return text
