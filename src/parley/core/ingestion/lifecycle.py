"""Values of a document's way from upload to ready: what was sent, who reads it, what people ask of it."""

from dataclasses import dataclass
from enum import StrEnum

from parley.core.ingestion.model import StoredFile
from parley.core.kernel.errors import ErrorKind, ParleyError
from parley.core.knowledge.model import CollectionId, Document, DocumentId, DocumentState


class IfExists(StrEnum):
    """What becomes of the document that has the same name in the same collection, but other content."""

    REPLACE = "replace"
    KEEP = "keep"


class Outcome(StrEnum):
    CREATED = "created"
    UNCHANGED = "unchanged"
    """The document has this content already, or was to be kept."""
    REPLACING = "replacing"
    """The document gets this content as soon as it has been read."""


@dataclass(frozen=True, slots=True)
class Received:
    document: Document
    outcome: Outcome


LINK = "text/uri-list"
"""Media type of content that is the address of a page, which reading it fetches."""


@dataclass(frozen=True, slots=True)
class Content:
    """A stored file that is to become a document's content."""

    file: StoredFile
    media_type: str
    source_url: str | None


@dataclass(frozen=True, slots=True)
class Claim:
    """A document taken for reading. `epoch` grows with each claim and with everything that people ask of
    the document: what a claim of an earlier epoch brings is not taken."""

    document: Document
    epoch: int
    attempt: int
    """Counts from 1, also those that ended with their worker."""
    reading: int
    """Of its collection: how often it was asked to be read again, from 1."""

    @property
    def file_key(self) -> str:
        """Of the content to read."""
        newest = self.document.next_content
        return self.document.file_key if newest is None else newest.file_key

    @property
    def media_type(self) -> str:
        newest = self.document.next_content
        return self.document.media_type if newest is None else newest.media_type


@dataclass(frozen=True, slots=True)
class Report:
    """How far the reading of a claimed document is."""

    document_id: DocumentId
    epoch: int
    state: DocumentState
    progress: float
    chunks_done: int
    chunks_total: int | None
    seconds_left: float | None


@dataclass(frozen=True, slots=True)
class Chosen:
    """The documents that an action is for: those named, or those of a collection that are in a state."""

    ids: tuple[DocumentId, ...] | None = None
    collection_id: CollectionId | None = None
    state: DocumentState | None = None
    after: DocumentId | None = None
    """Only ids above it."""
    most: int = 1_000


@dataclass(frozen=True, slots=True)
class Changed:
    """What an action did. The files are those that nothing refers to any more."""

    ids: tuple[DocumentId, ...]
    file_keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentLimits:
    """For each workspace."""

    documents: int = 100_000
    bytes: int = 50 << 30
    waiting: int = 20_000
    """Documents that are still to be read."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What a workspace holds; `waiting` is counted to one past its limit."""

    documents: int
    bytes: int
    waiting: int


class DocumentLimitReached(ParleyError):
    """The workspace may not hold more."""

    code = "document_limit"
    kind = ErrorKind.LIMITED


class ReadingEndsItsWorker(ParleyError):
    """The process died each time it read this document."""

    code = "job_ends_its_worker"
    kind = ErrorKind.UNAVAILABLE

    def __init__(self, name: str, attempts: int) -> None:
        super().__init__(
            f"The server's worker process ended {attempts} times while it read {name!r}.",
            hint="Split the file, or have the administrator look whether the machine runs out of memory.",
        )


class ClaimLost(Exception):
    """Another claim, or what somebody asked of the document, has taken it away from this one."""
