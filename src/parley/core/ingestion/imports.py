"""Imports of sitemaps: every page that they list becomes a document, within limits, until it is cancelled."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, NewType, Protocol
from urllib.parse import urlsplit
from uuid import UUID

from parley.core.ingestion.lifecycle import Chosen, IfExists, Outcome, Received
from parley.core.ingestion.model import RemoveFiles
from parley.core.ingestion.ports import DocumentChanges
from parley.core.ingestion.web_pages import page_address
from parley.core.kernel.clock import Clock
from parley.core.kernel.errors import Conflict, InvalidInput, NotFound
from parley.core.kernel.ids import UserId, WorkspaceId, uuid7
from parley.core.kernel.jobs import Job, JobQueue
from parley.core.kernel.paging import Page, PageRequest
from parley.core.kernel.transactions import Transaction, Transactions
from parley.core.knowledge.model import CollectionId, DocumentFailure, DocumentId, DocumentState
from parley.core.knowledge.ports import Collections
from parley.core.workspaces.model import WorkspaceScope

ImportId = NewType("ImportId", UUID)

_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[\w.-]{1,253})(:\d{1,5})?")

MAX_PAGES = 5_000
DEFAULT_PAGES = 500
MAX_HOSTS = 20
MAX_RUNNING = 5
"""Imports of one workspace at a time."""
MAX_PROBLEMS = 50
"""Skipped addresses that are told one by one; the rest are counted."""


class ImportState(StrEnum):
    RUNNING = "running"
    """Its addresses are being collected."""
    READING = "reading"
    """All its documents are there; some wait to be fetched and read."""
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


UNFINISHED = frozenset({ImportState.RUNNING, ImportState.READING})


@dataclass(frozen=True, slots=True)
class SkippedPage:
    """An address of the sitemap that no document was made of, and why."""

    url: str
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class PageCounts:
    """What became of an import's pages so far."""

    outcomes: dict[Outcome, int] = field(default_factory=dict)
    states: dict[DocumentState, int] = field(default_factory=dict)
    """Of the documents that are still there."""


@dataclass(frozen=True, slots=True)
class SitemapImport:
    id: ImportId
    workspace_id: WorkspaceId
    collection_id: CollectionId
    url: str
    hosts: tuple[str, ...]
    """Whose pages are taken: the sitemap's own and those named, as `host` or `host:port`."""
    most_pages: int
    if_exists: IfExists
    restricted_to: frozenset[UUID] | None
    """Users and groups who may read its documents, in place of those that the collection names."""
    state: ImportState
    created_by: UserId
    created_at: datetime
    finished_at: datetime | None = None
    found: int = 0
    """Pages that a document stands for."""
    skipped: int = 0
    problems: tuple[SkippedPage, ...] = ()
    """The first of those that were skipped."""
    failure: DocumentFailure | None = None
    """Why it could not go on."""
    counts: PageCounts = field(default_factory=PageCounts)


@dataclass(frozen=True, slots=True)
class RunImport(Job):
    """Collect the addresses of one import, and take each in."""

    name: ClassVar[str] = "run_import"

    import_id: ImportId


class Imports(Protocol):
    """Imports of the transaction's workspace."""

    async def add(self, tx: Transaction, new: SitemapImport) -> None: ...

    async def get(self, tx: Transaction, import_id: ImportId) -> SitemapImport | None: ...

    async def list(
        self, tx: Transaction, collection_id: CollectionId, page: PageRequest
    ) -> Page[SitemapImport]:
        """Newest first."""
        ...

    async def count_unfinished(self, tx: Transaction) -> int:
        """Nobody else begins one in the workspace until `tx` ends."""
        ...

    async def taken(self, tx: Transaction, import_id: ImportId) -> frozenset[str]:
        """The addresses that documents stand for already."""
        ...

    async def progress(
        self, tx: Transaction, import_id: ImportId, received: Received | None, skipped: Sequence[SkippedPage]
    ) -> bool:
        """One document more, and what was skipped. False, and nothing changed, unless it is running."""
        ...

    async def set_state(
        self,
        tx: Transaction,
        import_id: ImportId,
        state: ImportState,
        failure: DocumentFailure | None = None,
    ) -> bool:
        """False, and nothing changed, when it has finished before."""
        ...


class UnreadPages(Protocol):
    """What imports still wait for."""

    async def documents(self, tx: Transaction, import_id: ImportId) -> tuple[DocumentId, ...]:
        """Its documents that wait to be fetched or read, at most 5,000."""
        ...

    async def ended(self, tx: Transaction) -> tuple[tuple[WorkspaceId, ImportId], ...]:
        """Imports of any workspace that wait for none of their documents any more, at most 100."""
        ...


class TooManyImports(Conflict):
    code = "too_many_imports"

    def __init__(self, limit: int) -> None:
        super().__init__(
            f"{limit} imports of this workspace are under way, which is the limit.",
            hint="Wait until one has finished, or cancel one.",
        )


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants to import."""

    url: str
    most_pages: int = DEFAULT_PAGES
    hosts: tuple[str, ...] = ()
    """Other hosts than the sitemap's whose pages are taken too."""
    if_exists: IfExists = IfExists.REPLACE
    restricted_to: frozenset[UUID] | None = None


class ImportSitemap:
    """Begins an import, and cancels one."""

    def __init__(
        self,
        transactions: Transactions,
        collections: Collections,
        imports: Imports,
        cancelling: "Cancelling",
        queue: JobQueue,
        clock: Clock,
    ) -> None:
        self._transactions = transactions
        self._collections = collections
        self._imports = imports
        self._cancelling = cancelling
        self._queue = queue
        self._clock = clock

    async def __call__(
        self, scope: WorkspaceScope, collection_id: CollectionId, wanted: Wanted
    ) -> SitemapImport:
        """Raises InvalidInput, TooManyImports, and NotFound for the collection."""
        url = page_address(wanted.url)
        new = SitemapImport(
            id=ImportId(uuid7()),
            workspace_id=scope.workspace_id,
            collection_id=collection_id,
            url=url,
            hosts=(_place(url), *dict.fromkeys(map(_checked_host, wanted.hosts))),
            most_pages=wanted.most_pages,
            if_exists=wanted.if_exists,
            restricted_to=wanted.restricted_to,
            state=ImportState.RUNNING,
            created_by=scope.user_id,
            created_at=self._clock.now(),
        )
        async with self._transactions.begin(scope) as tx:
            collection = await self._collections.get(tx, collection_id)
            if collection is None:
                raise NotFound("collection", collection_id)
            if new.restricted_to is None:
                new = replace(new, restricted_to=collection.principals)
            if await self._imports.count_unfinished(tx) >= MAX_RUNNING:
                raise TooManyImports(MAX_RUNNING)
            await self._imports.add(tx, new)
            await self._queue.enqueue(tx, RunImport(scope.workspace_id, new.id))
        return new

    async def cancel(self, scope: WorkspaceScope, import_id: ImportId) -> SitemapImport:
        """No more pages are taken in, and those that wait are not fetched; what was read stays. Raises
        NotFound, and Conflict when it has finished."""
        async with self._transactions.begin(scope) as tx:
            found = await self._imports.get(tx, import_id)
            if found is None:
                raise NotFound("import", import_id)
            if not await self._imports.set_state(tx, import_id, ImportState.CANCELLED):
                raise Conflict(
                    f"The import of {found.url} has finished: it is {found.state}.",
                    hint="Documents can be deleted one by one, or all that are in one state.",
                )
            waiting = await self._cancelling.unread.documents(tx, import_id)
            if waiting:
                chosen = Chosen(ids=waiting, most=len(waiting))
                changed = await self._cancelling.changes.cancel(tx, chosen)
                if changed.file_keys:
                    await self._queue.enqueue(tx, RemoveFiles(scope.workspace_id, changed.file_keys))
            cancelled = await self._imports.get(tx, import_id) or found
            await self._cancelling.events.finished(tx, cancelled)
        return cancelled


class ImportEvents(Protocol):
    async def finished(self, tx: Transaction, ended: SitemapImport) -> None:
        """It is done, has failed or was cancelled; told to others once `tx` commits."""
        ...


@dataclass(frozen=True, slots=True)
class Cancelling:
    """What ends with an import."""

    changes: DocumentChanges
    unread: UnreadPages
    events: ImportEvents


def _place(url: str) -> str:
    return urlsplit(url).netloc


def _checked_host(name: str) -> str:
    host = name.strip().lower()
    if not _HOST.fullmatch(host):
        raise InvalidInput(f"{name[:100]!r} is no host.", hint="Name one such as docs.example.org.")
    return host
