"""What ingestion needs: a place for files, parsers that cannot hurt the server, a queue of documents."""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol
from uuid import UUID

from parley.core.ingestion.lifecycle import Changed, Chosen, Claim, Content, Report, Stored
from parley.core.ingestion.model import ParsedDocument, StoredFile
from parley.core.kernel.ids import WorkspaceId
from parley.core.kernel.transactions import Transaction
from parley.core.knowledge.model import CollectionId, Document, DocumentFailure, DocumentId


class FileStore(Protocol):
    async def put(
        self, workspace_id: WorkspaceId, name: str, content: AsyncIterator[bytes], limit_bytes: int
    ) -> StoredFile:
        """Stores a stream under a new key, never holding it whole in memory.

        Raises FileTooLarge (with `name`) past `limit_bytes`; then, and on any other failure,
        nothing is left behind.
        """
        ...

    def open(self, key: str, *, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """The stored bytes from `start` on, up to `end`, which is left out; raises NotFound."""
        ...

    def local_copy(self, key: str) -> AbstractAsyncContextManager[Path]:
        """A path that parsers can read while the block lasts; it must not be changed. Raises NotFound."""
        ...

    async def remove(self, key: str) -> None:
        """Does nothing when the file is gone already."""
        ...

    def stored_before(self, moment: datetime) -> AsyncIterator[tuple[str, ...]]:
        """The keys of all files that were stored before `moment`, in batches, in no order."""
        ...

    async def remove_abandoned(self) -> int:
        """Removes what is left of uploads whose process was killed; tells how many there were."""
        ...


class DocumentParser(Protocol):
    async def parse(self, path: Path, *, name: str, media_type: str) -> ParsedDocument:
        """Reads the file in a child process with limits on memory, CPU and time.

        `name` and `media_type` are what the uploader claimed; the content decides.
        Raises UnreadableDocument.
        """
        ...


class ReadLink(Protocol):
    async def __call__(self, claim: Claim) -> None:
        """Has the page behind a claimed link take the link's place; the claim ends with it.

        Raises UnreadableDocument, FileTooLarge, DocumentLimitReached, ClaimLost.
        """
        ...


class DocumentChanges(Protocol):
    """What people ask of documents; each change begins a new epoch, so that readings under way end."""

    async def locked(self, tx: Transaction, document_id: DocumentId) -> Document | None:
        """The document, which nobody else changes until `tx` ends."""
        ...

    async def locked_by_name(
        self, tx: Transaction, collection_id: CollectionId, name: str
    ) -> Document | None:
        """The same, by its name; and nobody else looks for that name, or adds it, until `tx` ends."""
        ...

    async def take_content(self, tx: Transaction, document: Document, content: Content) -> Changed:
        """The locked document waits to be read anew. What searches find of it stays until that is done."""
        ...

    async def read_again(self, tx: Transaction, chosen: Chosen) -> Changed:
        """Those of the chosen that have failed or were cancelled wait to be read."""
        ...

    async def cancel(self, tx: Transaction, chosen: Chosen) -> Changed:
        """Those of the chosen that wait or are being read are `cancelled`. A replacement, also one that has
        failed, is given up instead: the document is `ready` with the content that searches find."""
        ...

    async def choose(self, tx: Transaction, chosen: Chosen) -> tuple[Document, ...]:
        """The chosen, in the order of their ids, locked until `tx` ends."""
        ...

    async def stored(self, tx: Transaction, *, count_waiting_to: int) -> Stored:
        """What the workspace holds, this transaction's own additions with it; nobody else adds a document
        to it until `tx` ends."""
        ...


@dataclass(frozen=True, slots=True)
class ClaimRequest:
    """Asks for documents to read, at most one of each workspace."""

    owner: UUID
    held: tuple[DocumentId, ...]
    """What the owner reads already."""
    busy: tuple[WorkspaceId, ...]
    """Whose they are, once for each."""
    served: tuple[WorkspaceId, ...]
    """Workspaces that the owner has taken documents of, longest ago first: they come after the others."""
    lease_s: float
    most: int
    spare: int
    """So many more, but only of workspaces that are not among the busy."""


class ReadingQueue(Protocol):
    """Documents that wait to be read, and those that are being read under a lease."""

    async def claim(self, tx: Transaction, request: ClaimRequest) -> tuple[Claim, ...]:
        """The workspace of which the owner reads the fewest comes first; of each, the document that has
        waited longest, one that is only read again after those that were sent."""
        ...

    async def renew(
        self, tx: Transaction, owner: UUID, reports: Sequence[Report], lease_s: float
    ) -> frozenset[DocumentId]:
        """Stores how far the readings are; gives those that are still the owner's."""
        ...

    async def finish(self, tx: Transaction, claim: Claim, *, chunks: int, notice: str) -> tuple[str, ...]:
        """The document is `ready` with what was read, in place of what it replaces. The keys of files that
        nothing refers to any more. Raises ClaimLost."""
        ...

    async def fail(self, tx: Transaction, claim: Claim, failure: DocumentFailure) -> None:
        """What searches find of the document stays. Raises ClaimLost."""
        ...

    async def put_off(
        self, tx: Transaction, claim: Claim, failure: DocumentFailure, *, delay_s: float
    ) -> None:
        """It is tried again after the delay; until then the reason is shown. Raises ClaimLost."""
        ...

    async def release(self, tx: Transaction, owner: UUID) -> None:
        """What the owner reads waits for another one, as if it had not been begun."""
        ...

    async def read_all_again(self, tx: Transaction, collection_id: CollectionId) -> int:
        """All documents of a collection wait to be read again, behind those that people send. Where some
        are left of the last time this was asked, only those; gives the number now waiting to be read again.
        """
        ...


class Wake(StrEnum):
    WAITING = "waiting"
    """Documents may be waiting."""
    TAKEN_AWAY = "taken_away"
    """Documents that are being read may have been cancelled, replaced or removed."""


class WakeUps(Protocol):
    def listen(self) -> AsyncGenerator[Wake, None]:
        """Begins with one of each. Raises ParleyError when the connection cannot be had or is lost."""
        ...


class StoredKeys(Protocol):
    async def unreferenced(self, tx: Transaction, keys: Sequence[str]) -> tuple[str, ...]:
        """Those of the keys of stored files that no document of any workspace refers to."""
        ...
