"""Values of ingestion: what a parser makes of a file, and why it could not."""

from dataclasses import dataclass
from typing import ClassVar

from parley.core.kernel.errors import ErrorKind, ParleyError
from parley.core.kernel.ids import UserId
from parley.core.kernel.jobs import Job
from parley.core.knowledge.model import CollectionId


@dataclass(frozen=True, slots=True)
class Block:
    """A run of text under one heading path, on one page: what a chunk never crosses."""

    text: str
    heading_path: tuple[str, ...] = ()
    page: int | None = None
    """Page, slide or sheet, from 1; None where the format has none."""
    tables: tuple[tuple[int, int], ...] = ()
    """Ranges of `text`, end exclusive, in order, in which each line is a row of a table."""


@dataclass(frozen=True, slots=True)
class ParsedDocument:
    """The whole text of a file, in reading order."""

    title: str
    """From the file's own metadata or first heading; empty when it has none."""
    blocks: tuple[Block, ...]
    page_count: int | None = None
    """Pages, slides or sheets; None where the format has none."""
    notice: str = ""
    """What a person must know who relies on this text, such as which pages are pictures; often empty."""


@dataclass(frozen=True, slots=True)
class Rectangle:
    """In points of the page as it is shown, from its upper left corner."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class PageLayout:
    width: float
    """In points: 1/72 inch."""
    height: float
    rectangles: tuple[Rectangle, ...]
    """Of the text that was sought, line by line; empty where it is not found on the page."""


@dataclass(frozen=True, slots=True)
class SoughtText:
    """What to look for on a page. `near` says where: 0 at the beginning of its text, 1 at the end."""

    text: str
    near: float


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file in the file store; `key` is opaque and never made of user input."""

    key: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class RemoveFiles(Job):
    """Remove stored files whose documents are gone."""

    name: ClassVar[str] = "remove_files"

    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SeedSampleWorkspace(Job):
    """Put the guides into the collection that was made for them with a server's first account."""

    name: ClassVar[str] = "seed_sample_workspace"

    user_id: UserId
    collection_id: CollectionId


class UnreadableDocument(ParleyError):
    """The file cannot be made searchable; retrying the same file will not help.

    Codes: `empty_file`, `unsupported_type`, `mislabelled_file`, `encrypted_file`, `damaged_file`,
    `no_text` (a scan, say), `needs_ocr`, `too_many_pages`, `too_many_sections`, `too_much_text`,
    `parser_limit` (memory, time or CPU).
    """

    kind = ErrorKind.UNSUPPORTED

    def __init__(self, code: str, detail: str, *, hint: str) -> None:
        super().__init__(detail, hint=hint)
        self.code = code


class FileTooLarge(ParleyError):
    code = "file_too_large"
    kind = ErrorKind.TOO_LARGE

    def __init__(self, name: str, limit_bytes: int) -> None:
        super().__init__(
            f"{name!r} is larger than {limit_bytes // (1 << 20)} MiB.",
            hint="Split the file, or have the administrator raise PARLEY_UPLOAD_LIMIT_MB.",
        )
