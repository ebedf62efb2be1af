"""The file under a reader's eyes, with its name and its limits, and the refusals that all readers share."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from parley.adapters.documents.encoding import decode
from parley.adapters.documents.limits import ParserLimits
from parley.adapters.documents.recognition import TextRecognizer
from parley.core.ingestion.model import UnreadableDocument

_MOST_RUNS = 30


@dataclass(frozen=True, slots=True)
class Source:
    path: Path
    name: str
    limits: ParserLimits
    recognizer: TextRecognizer | None = None
    """Reads text in pictures; None where no such program is installed."""
    content: bytes | None = None
    """Of an attachment, which is no file of its own."""

    def open(self) -> BinaryIO:
        return self.path.open("rb") if self.content is None else BytesIO(self.content)

    @property
    def size_bytes(self) -> int:
        return self.path.stat().st_size if self.content is None else len(self.content)

    def attached(self, name: str, content: bytes, characters: int) -> "Source":
        """A file that stands within this one and may hold `characters` of text."""
        limits = replace(self.limits, characters=characters)
        return replace(self, name=name, content=content, limits=limits)

    def text(self, declared_encoding: str | None = None) -> str:
        """The whole file decoded, line ends as they are. Raises UnreadableDocument (`too_much_text`)."""
        return decode(self.bytes(), declared_encoding)

    def bytes(self) -> bytes:
        """The whole file, if it can hold no more text than the limit allows."""
        limit = self.limits.text_bytes
        with self.open() as file:
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

    def too_many_pages(self, count: int, what: str = "pages") -> UnreadableDocument:
        return UnreadableDocument(
            "too_many_pages",
            f"{self.name!r} has {count:,} {what}; the limit is {self.limits.pages:,}.",
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
        self.left = source.limits.characters

    def spend(self, text: str) -> str:
        """`text` itself; raises UnreadableDocument (`too_much_text`)."""
        self.left -= len(text)
        if self.left < 0:
            raise self._source.too_much_text()
        return text


def in_words(numbers: Sequence[int]) -> str:
    """Rising numbers for a person, such as "3, 7-9"; of very many only the first."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1][1:] = [number]
        else:
            runs.append([number])
    shown = ", ".join("-".join(map(str, run)) for run in runs[:_MOST_RUNS])
    return f"{shown} and more" if len(runs) > _MOST_RUNS else shown
