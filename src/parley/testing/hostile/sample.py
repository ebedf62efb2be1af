"""What a hostile sample is."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

OFFICE = "application/vnd.openxmlformats-officedocument."
PDF = "application/pdf"
DOCX = f"{OFFICE}wordprocessingml.document"
XLSX = f"{OFFICE}spreadsheetml.sheet"
PPTX = f"{OFFICE}presentationml.presentation"
EPUB = "application/epub+zip"
EML = "message/rfc822"
HTML = "text/html"
TEXT = "text/plain"
CSV = "text/csv"
JSON = "application/json"
MARKDOWN = "text/markdown"

EXTENSIONS = {
    PDF: ".pdf", DOCX: ".docx", XLSX: ".xlsx", PPTX: ".pptx", EPUB: ".epub", EML: ".eml", HTML: ".html",
    TEXT: ".txt", CSV: ".csv", JSON: ".json", MARKDOWN: ".md",
}  # fmt: skip

READ = "read"
REFUSED = frozenset(
    {"parser_limit", "damaged_file", "too_much_text", "no_text", "too_many_pages", "too_many_sections",
     "mislabelled_file", "encrypted_file", "empty_file"}
)  # fmt: skip
"""All codes; most samples must end with a certain few."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One file. `write` fills it, at full size or small, and never needs much memory itself."""

    name: str
    media_type: str
    write: Callable[[BinaryIO, bool], None]
    """The file to write to, and whether at full size."""
    outcomes: frozenset[str]
    """READ, or the codes that it may be refused with."""
    file_name: str = ""
    """What the uploader calls it, where that is part of the attack."""

    def write_to(self, path: Path, *, full_size: bool) -> None:
        with path.open("wb") as file:
            self.write(file, full_size)

    @property
    def upload_name(self) -> str:
        return self.file_name or f"{self.name.replace(' ', '-')}{EXTENSIONS[self.media_type]}"


def codes(*outcomes: str) -> frozenset[str]:
    return frozenset(outcomes)
