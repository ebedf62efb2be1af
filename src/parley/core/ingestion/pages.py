"""Shows a page of a document as a picture, and where a passage stands on it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from uuid import UUID

from parley.core.identity.model import Caller
from parley.core.ingestion.model import PageLayout, SoughtText
from parley.core.ingestion.ports import FileStore
from parley.core.kernel.errors import ErrorKind, InvalidInput, NotFound, ParleyError
from parley.core.kernel.transactions import Transaction, Transactions
from parley.core.knowledge.model import Chunk, Document, DocumentId
from parley.core.knowledge.ports import Documents
from parley.core.workspaces.authorize import Authorizer
from parley.core.workspaces.model import Action, ResourceKind, WorkspaceScope

PDF = "application/pdf"
LEAST_WIDTH, MOST_WIDTH = 100, 2_000
"""Of a picture, in pixels."""


@dataclass(frozen=True, slots=True)
class PageLimits:
    at_once: int = 2
    """Pages rendered at a time, each for another user."""
    waiting: int = 100
    waiting_of_one: int = 20
    """A reader that scrolls asks for many at once; who asks for more is told to wait."""
    wait_s: float = 30.0


class PageRenderer(Protocol):
    """Works in a limited child process, as `DocumentParser` does. Raises UnreadableDocument."""

    async def picture(self, path: Path, *, name: str, page: int, width: int) -> bytes:
        """The page as PNG, `width` pixels wide; narrower where it would be too high."""
        ...

    async def layout(self, path: Path, *, name: str, page: int, sought: SoughtText | None) -> PageLayout: ...


class PageTexts(Protocol):
    async def of_page(self, tx: Transaction, document_id: DocumentId, page: int) -> tuple[Chunk, ...]:
        """The page's chunks in reading order."""
        ...


class NoPictures(ParleyError):
    code = "no_page_pictures"
    kind = ErrorKind.UNSUPPORTED

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name!r} is no PDF: there are no pictures of its pages.",
            hint="Read its text with GET /documents/{id}/chunks.",
        )


class TooManyPages(ParleyError):
    code = "too_many_pages_at_once"
    kind = ErrorKind.LIMITED

    def __init__(self) -> None:
        super().__init__("Too many pages are being drawn at the moment.", hint="Ask again in a few seconds.")


class Turnstile:
    """Lets `at_once` in, at most one of each user's, so that whoever asks for many waits behind nobody
    but themselves."""

    def __init__(self, limits: PageLimits) -> None:
        self._limits = limits
        self._places = asyncio.Semaphore(limits.at_once)
        self._own: dict[UUID, tuple[asyncio.Lock, int]] = {}
        self._inside = 0

    @asynccontextmanager
    async def pass_through(self, user_id: UUID) -> AsyncIterator[None]:
        """Raises TooManyPages, at once or after `wait_s`."""
        own, mine = self._own.get(user_id) or (asyncio.Lock(), 0)
        if mine >= self._limits.waiting_of_one or self._inside >= self._limits.waiting:
            raise TooManyPages
        self._own[user_id] = (own, mine + 1)
        self._inside += 1
        try:
            async with self._admitted(own):
                yield
        finally:
            self._inside -= 1
            left = self._own[user_id][1] - 1
            if left:
                self._own[user_id] = (own, left)
            else:
                del self._own[user_id]

    @asynccontextmanager
    async def _admitted(self, own: asyncio.Lock) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self._limits.wait_s):
                await own.acquire()
                try:
                    await self._places.acquire()
                except BaseException:
                    own.release()
                    raise
        except TimeoutError:
            raise TooManyPages from None
        try:
            yield
        finally:
            self._places.release()
            own.release()


class ShowPages:
    def __init__(
        self,
        transactions: Transactions,
        authorizer: Authorizer,
        stores: tuple[Documents, PageTexts, FileStore],
        renderer: PageRenderer,
        limits: PageLimits = PageLimits(),
    ) -> None:
        self._transactions = transactions
        self._authorizer = authorizer
        self._documents, self._texts, self._files = stores
        self._renderer = renderer
        self._turnstile = Turnstile(limits)

    async def find(
        self, caller: Caller, document_id: DocumentId, page: int
    ) -> tuple[WorkspaceScope, Document]:
        """The document, which has pictures and this page. Raises NotFound, NoPictures."""
        scope = await self._authorizer.on(caller, Action.READ_DOCUMENTS, ResourceKind.DOCUMENT, document_id)
        async with self._transactions.begin(scope) as tx:
            document = await self._documents.get(tx, document_id)
        if document is None:
            raise NotFound("document", document_id)
        if document.media_type != PDF:
            raise NoPictures(document.name)
        if not 1 <= page <= (document.page_count or 0):
            raise NotFound("page", page)
        return scope, document

    async def picture(self, scope: WorkspaceScope, document: Document, page: int, width: int) -> bytes:
        """PNG. Raises TooManyPages, UnreadableDocument."""
        async with (
            self._turnstile.pass_through(scope.user_id),
            self._files.local_copy(document.file_key) as path,
        ):
            return await self._renderer.picture(path, name=document.name, page=page, width=width)

    async def layout(
        self, scope: WorkspaceScope, document: Document, page: int, span: tuple[int, int] | None
    ) -> PageLayout:
        """The page's size and, of a range of the document's text, where its part on this page stands.

        Raises InvalidInput, TooManyPages, UnreadableDocument.
        """
        if span is not None and span[0] >= span[1]:
            raise InvalidInput(
                "char_end is not after char_start.", hint="Give a range of at least one character."
            )
        sought = None
        if span is not None:
            async with self._transactions.begin(scope) as tx:
                sought = _sought(await self._texts.of_page(tx, document.id, page), span)
        async with (
            self._turnstile.pass_through(scope.user_id),
            self._files.local_copy(document.file_key) as path,
        ):
            return await self._renderer.layout(path, name=document.name, page=page, sought=sought)


def _sought(chunks: tuple[Chunk, ...], span: tuple[int, int]) -> SoughtText | None:
    """The text of the range on the page, each character once: chunks may overlap."""
    pieces: list[str] = []
    start, end = span
    place = start
    for chunk in chunks:
        first, last = max(place, chunk.char_start), min(end, chunk.char_end)
        if first < last:
            pieces.append(chunk.text[first - chunk.char_start : last - chunk.char_start])
            place = last
    if not pieces:
        return None
    begin, whole = chunks[0].char_start, max(1, chunks[-1].char_end - chunks[0].char_start)
    return SoughtText("\n".join(pieces), min(1.0, max(0.0, (start - begin) / whole)))
