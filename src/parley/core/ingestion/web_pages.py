"""Pages of the web as documents: a link waits to be read like any file, and reading it fetches the page."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

from parley.core.ingestion.formats import MAX_NAME_CHARS, shown_name
from parley.core.ingestion.ingest import failure_of
from parley.core.ingestion.lifecycle import (
    LINK,
    Chosen,
    Claim,
    ClaimLost,
    Content,
    IfExists,
    Outcome,
    Received,
)
from parley.core.ingestion.model import RemoveFiles, UnreadableDocument
from parley.core.ingestion.ports import DocumentChanges, FileStore, ReadingQueue
from parley.core.ingestion.receive import ReceiveDocument, Upload, must_not_widen
from parley.core.kernel.clock import Clock
from parley.core.kernel.errors import Conflict, ErrorKind, InvalidInput, NotFound, ParleyError
from parley.core.kernel.jobs import JobQueue
from parley.core.kernel.transactions import Transaction, Transactions
from parley.core.knowledge.model import WAITING, CollectionId, Document, DocumentId
from parley.core.workspaces.model import WorkspaceScope

MAX_URL_CHARS = 2_000
_MOST_ATTEMPTS = 3
_FIRST_DELAY_S, _LONGEST_DELAY_S = 5.0, 600.0


class PageRefused(UnreadableDocument):
    """The page cannot be had, and asking again at once will not help.

    Codes: `fetch_refused` (by us or by its server), `robots_forbidden`, `not_found_there`,
    `unsupported_type`, `not_a_sitemap`, and those of `PageUnavailable` once it was tried often enough.
    """


class PageUnavailable(ParleyError):
    """Its server cannot be reached now, or has too much to do."""

    code = "page_unavailable"
    kind = ErrorKind.UNAVAILABLE

    def __init__(self, detail: str, *, retry_after_s: float | None = None) -> None:
        super().__init__(detail, hint="Try again later.")
        self.retry_after_s = retry_after_s


class HostBusy(Exception):
    """The host was asked so lately that politeness wants it to be let alone for `wait_s`."""

    def __init__(self, wait_s: float) -> None:
        super().__init__(f"wait {wait_s:g} s")
        self.wait_s = wait_s


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server is asked with whether a page has changed; empty where it gave none."""

    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class WebPage:
    """Where a document comes from."""

    document_id: DocumentId
    collection_id: CollectionId
    url: str
    """As it was asked for; redirects may lead elsewhere."""
    validators: Validators = Validators()
    fetched_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FetchedPage:
    """A page while it is being fetched."""

    url: str
    """Where it came from, after redirects."""
    media_type: str
    """Of a format that can be read."""
    title: str
    """Its own title, or the name of its file."""
    validators: Validators
    content: AsyncIterator[bytes]


class Web(Protocol):
    """The web, asked politely: robots.txt is obeyed, and no host is asked too often."""

    def open(self, url: str, known: Validators) -> AbstractAsyncContextManager[FetchedPage | None]:
        """The page, its content to be read within the block; None: it has not changed since it was `known`.

        Raises PageRefused, PageUnavailable and HostBusy. Never inside a transaction.
        """
        ...

    async def sitemap(self, url: str) -> "Sitemap":
        """One file of a sitemap. Raises as `open`."""
        ...

    async def check(self, url: str) -> None:
        """Raises PageRefused where robots.txt forbids fetching it, PageUnavailable where it cannot be had."""
        ...


@dataclass(frozen=True, slots=True)
class Sitemap:
    """What one file of a sitemap lists, in order."""

    pages: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    """More files of it, where this one is an index."""


class HostTurns(Protocol):
    """All workers together ask a host no oftener than is polite."""

    async def take(self, host: str, pause_s: float) -> float:
        """0: it may be asked now, and by others after the pause; else the seconds until then."""
        ...


class WebPages(Protocol):
    """Which documents are pages of the web, in the transaction's workspace."""

    async def add(self, tx: Transaction, page: WebPage) -> None: ...

    async def get(self, tx: Transaction, document_id: DocumentId) -> WebPage | None: ...

    async def locked_by_url(self, tx: Transaction, collection_id: CollectionId, url: str) -> Document | None:
        """The collection's document of that page; nobody else looks for it, or adds it, until `tx` ends."""
        ...

    async def locked_claim(self, tx: Transaction, claim: Claim) -> None:
        """Nobody else changes the claimed document until `tx` ends. Raises ClaimLost."""
        ...

    async def fetched(self, tx: Transaction, page: WebPage, name: str | None) -> None:
        """Stores the validators and when they were got; and, unless None, the document's name."""
        ...

    async def found_unchanged(self, tx: Transaction, page: WebPage) -> None:
        """The same, and imports that are under way count the page as unchanged."""
        ...

    async def postpone(self, tx: Transaction, claim: Claim, delay_s: float) -> None:
        """The document waits so long, as if nobody had begun to read it. Raises ClaimLost."""
        ...


def page_address(text: str) -> str:
    """The address as it is stored: no fragment, host in lower case. Raises InvalidInput."""
    url = text.strip()
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    if parts.scheme not in {"http", "https"} or not host or not url.isprintable() or " " in url:
        raise InvalidInput(
            "That is not the address of a web page.", hint="Give one such as https://example.org/page."
        )
    if "@" in parts.netloc:
        raise InvalidInput(
            "The address holds a user name or password; Parley sends neither.", hint="Take it out."
        )
    if len(url) > MAX_URL_CHARS:
        raise InvalidInput(
            f"The address has {len(url):,} characters; the limit is {MAX_URL_CHARS:,}.",
            hint="Give a shorter one.",
        )
    return urlunsplit((parts.scheme, parts.netloc.lower(), parts.path or "/", parts.query, ""))


class ImportPage:
    """Takes a link in: the document is there at once, and the worker fetches its page."""

    def __init__(
        self,
        transactions: Transactions,
        receive: ReceiveDocument,
        changes: DocumentChanges,
        pages: WebPages,
    ) -> None:
        self._transactions = transactions
        self._receive = receive
        self._changes = changes
        self._pages = pages

    async def __call__(
        self,
        scope: WorkspaceScope,
        collection_id: CollectionId,
        url: str,
        *,
        if_exists: IfExists = IfExists.REPLACE,
        restricted_to: frozenset[UUID] | None = None,
    ) -> Received:
        """The collection's document of that page: a new one, or the one that was there, whose page is looked
        at again. `restricted_to` as of an Upload. Raises InvalidInput, DocumentLimitReached, and NotFound for
        the collection."""
        address = page_address(url)
        link = replace(_link(address), restricted_to=restricted_to)

        async def record(tx: Transaction, content: Content) -> Received:
            collection = await self._receive.hold(tx, collection_id)
            there = await self._pages.locked_by_url(tx, collection_id, address)
            if there is None:
                received = await self._receive.add(tx, scope, collection, link, content)
                await self._pages.add(tx, WebPage(received.document.id, collection_id, address))
                return received
            if if_exists is IfExists.KEEP:
                return Received(there, Outcome.UNCHANGED)
            must_not_widen(scope, there, link)
            return await self._look_again(tx, there, content)

        return await self._receive.store(scope, link, LINK, record)

    async def refresh(self, scope: WorkspaceScope, document_id: DocumentId) -> Document:
        """Has the document's page looked at again; what searches find stays until it has been read. Raises
        NotFound, and Conflict for a document that is no page of the web."""
        async with self._transactions.begin(scope) as tx:
            if await self._changes.locked(tx, document_id) is None:
                raise NotFound("document", document_id)
            page = await self._pages.get(tx, document_id)
        if page is None:
            raise Conflict(
                "This document was not imported from the web.", hint="Upload its new content instead."
            )

        async def record(tx: Transaction, content: Content) -> Received:
            there = await self._changes.locked(tx, document_id)
            if there is None:
                raise NotFound("document", document_id)
            return await self._look_again(tx, there, content)

        return (await self._receive.store(scope, _link(page.url), LINK, record)).document

    async def _look_again(self, tx: Transaction, there: Document, content: Content) -> Received:
        newest = there.media_type if there.next_content is None else there.next_content.media_type
        if newest == LINK and there.state in WAITING:
            return Received(there, Outcome.UNCHANGED)  # it is going to be fetched in any case
        return await self._receive.take(tx, there, content)


def _link(url: str) -> Upload:
    async def content() -> AsyncIterator[bytes]:
        yield f"{url}\r\n".encode()

    return Upload(url[:MAX_NAME_CHARS], LINK, content(), url)


class FetchPage:
    """Reads a claimed link: the page takes its place and waits to be read itself."""

    def __init__(
        self,
        transactions: Transactions,
        pages: WebPages,
        web: Web,
        taking: "Taking",
        clock: Clock,
    ) -> None:
        self._transactions = transactions
        self._pages = pages
        self._web = web
        self._taking = taking
        self._clock = clock

    async def __call__(self, claim: Claim) -> None:
        """The claim ends with it. Raises PageRefused, FileTooLarge, DocumentLimitReached, ClaimLost."""
        async with self._transactions.begin_platform(claim.document.workspace_id) as tx:
            page = await self._pages.get(tx, claim.document.id)
        if page is None:  # it was taken out meanwhile
            raise ClaimLost
        known = page.validators if claim.document.searchable else Validators()
        try:
            async with self._web.open(page.url, known) as fetched:
                if fetched is None:
                    await self._leave(claim, replace(page, fetched_at=self._clock.now()))
                else:
                    await self._take(claim, page, fetched)
        except HostBusy as busy:
            async with self._transactions.begin_platform(claim.document.workspace_id) as tx:
                await self._pages.postpone(tx, claim, busy.wait_s)
        except PageUnavailable as error:
            await self._put_off(claim, error)

    async def _put_off(self, claim: Claim, error: PageUnavailable) -> None:
        if claim.attempt >= _MOST_ATTEMPTS:
            raise PageRefused(error.code, error.detail, hint=error.hint) from None
        wanted_s = error.retry_after_s or _FIRST_DELAY_S * 2**claim.attempt
        async with self._transactions.begin_platform(claim.document.workspace_id) as tx:
            await self._taking.queue.put_off(
                tx, claim, failure_of(error), delay_s=min(wanted_s, _LONGEST_DELAY_S)
            )

    async def _take(self, claim: Claim, page: WebPage, fetched: FetchedPage) -> None:
        document, taking = claim.document, self._taking
        async with AsyncExitStack() as unless_kept:
            stored = await taking.files.put(
                document.workspace_id, document.name, fetched.content, taking.limit_bytes
            )
            unless_kept.push_async_callback(taking.files.remove, stored.key)
            known = replace(page, validators=fetched.validators, fetched_at=self._clock.now())
            if stored.size_bytes == 0:
                raise PageRefused("empty_file", f"{fetched.url} is empty.", hint="Import another page.")
            if document.searchable and stored.sha256 == document.sha256:
                await self._leave(claim, known)
                return
            async with self._transactions.begin_platform(document.workspace_id) as tx:
                await self._pages.locked_claim(tx, claim)
                name = None if document.searchable else await self._free_name(tx, page, fetched)
                await self._pages.fetched(tx, known, name)
                content = Content(stored, fetched.media_type, fetched.url)
                changed = await taking.changes.take_content(tx, document, content)
                await taking.receive.check_limits(tx)
                await taking.jobs.enqueue(tx, RemoveFiles(document.workspace_id, changed.file_keys))
                # Before the commit: should its answer be lost, the file may be needed all the same.
                unless_kept.pop_all()

    async def _leave(self, claim: Claim, page: WebPage) -> None:
        """The page is what searches find already: its document is ready as it was."""
        async with self._transactions.begin_platform(claim.document.workspace_id) as tx:
            await self._pages.locked_claim(tx, claim)
            changed = await self._taking.changes.cancel(tx, Chosen(ids=(claim.document.id,)))
            await self._pages.found_unchanged(tx, page)
            await self._taking.jobs.enqueue(tx, RemoveFiles(claim.document.workspace_id, changed.file_keys))

    async def _free_name(self, tx: Transaction, page: WebPage, fetched: FetchedPage) -> str | None:
        """What the document is called from now on; None: it keeps its name, for others have the page's."""
        place = fetched.url.partition("://")[2].rstrip("/")
        for name in (shown_name(fetched.title), shown_name(f"{fetched.title[:150]} ({place})")):
            there = await self._taking.changes.locked_by_name(tx, page.collection_id, name)
            if there is None or there.id == page.document_id:
                return name
        return None


@dataclass(frozen=True, slots=True)
class Taking:
    """How a fetched page takes the place of its link."""

    files: FileStore
    changes: DocumentChanges
    queue: ReadingQueue
    jobs: JobQueue
    receive: ReceiveDocument
    limit_bytes: int
