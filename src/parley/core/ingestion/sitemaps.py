"""Runs imports in the worker: collects the addresses of sitemaps, takes each page in, sees imports end."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass

from parley.core.identity.model import Caller
from parley.core.ingestion.imports import (
    ImportEvents,
    Imports,
    ImportState,
    RunImport,
    SitemapImport,
    SkippedPage,
    UnreadPages,
)
from parley.core.ingestion.ingest import failure_of
from parley.core.ingestion.lifecycle import DocumentLimitReached
from parley.core.ingestion.web_pages import (
    HostBusy,
    ImportPage,
    PageRefused,
    PageUnavailable,
    Sitemap,
    Web,
    page_address,
)
from parley.core.kernel.errors import ErrorKind, InvalidInput, NotFound, ParleyError
from parley.core.kernel.telemetry import Log
from parley.core.kernel.transactions import Transactions
from parley.core.workspaces.authorize import Authorizer
from parley.core.workspaces.model import Action, Forbidden, WorkspaceScope

MAX_FILES = 50
"""Files of one sitemap that are fetched."""
MAX_DEPTH = 3
"""An index within an index within an index is followed no further."""
DEADLINE_S = 600.0
_ATTEMPTS = 3
_PAUSE_S = 5.0
LOOK_S = 2.0
"""How often it is looked whether imports have ended."""


class ImportTooSlow(ParleyError):
    code = "import_too_slow"
    kind = ErrorKind.UNAVAILABLE

    def __init__(self) -> None:
        super().__init__(
            f"Collecting the addresses took more than {DEADLINE_S / 60:g} minutes.",
            hint="What was taken in stays. Import a part of the sitemap, or the rest later.",
        )


class _Ended(Exception):
    """The import was cancelled, or its collection removed."""


class RunImportJob:
    """Handles RunImport. It may run twice: what was taken in already is passed over."""

    def __init__(
        self,
        transactions: Transactions,
        authorizer: Authorizer,
        web: Web,
        import_page: ImportPage,
        records: "ImportRecords",
    ) -> None:
        self._transactions = transactions
        self._authorizer = authorizer
        self._web = web
        self._import_page = import_page
        self._imports = records.imports
        self._events = records.events

    async def run(self, job: RunImport) -> None:
        async with self._transactions.begin_platform(job.workspace_id) as tx:
            found = await self._imports.get(tx, job.import_id)
            taken = frozenset[str]() if found is None else await self._imports.taken(tx, job.import_id)
        if found is None or found.state is not ImportState.RUNNING:
            return
        try:
            scope = await self._authorizer.in_workspace(
                Caller(found.created_by), Action.EDIT_DOCUMENTS, job.workspace_id
            )
            async with asyncio.timeout(DEADLINE_S):
                await self._take_all(scope, found, set(taken))
        except TimeoutError:
            await self._end(found, ImportState.FAILED, ImportTooSlow())
        except (PageRefused, PageUnavailable, DocumentLimitReached, Forbidden, NotFound) as error:
            await self._end(found, ImportState.FAILED, error)
        except _Ended:
            return
        else:
            await self._end(found, ImportState.READING)

    async def gave_up(self, job: RunImport, error: Exception) -> None:
        async with self._transactions.begin_platform(job.workspace_id) as tx:
            found = await self._imports.get(tx, job.import_id)
        if found is not None:
            await self._end(found, ImportState.FAILED, error)

    async def _end(self, found: SitemapImport, state: ImportState, error: Exception | None = None) -> None:
        failure = None if error is None else failure_of(error)
        async with self._transactions.begin_platform(found.workspace_id) as tx:
            if not await self._imports.set_state(tx, found.id, state, failure):
                return
            ended = await self._imports.get(tx, found.id)
            if ended is not None and state is ImportState.FAILED:
                await self._events.finished(tx, ended)

    async def _take_all(self, scope: WorkspaceScope, found: SitemapImport, taken: set[str]) -> None:
        async for url in self._pages(found):
            if url in taken:
                continue
            if len(taken) >= found.most_pages:
                return
            if await self._take(scope, found, url):
                taken.add(url)

    async def _take(self, scope: WorkspaceScope, found: SitemapImport, url: str) -> bool:
        """Whether a document stands for it now."""
        try:
            await self._web.check(url)
        except (PageRefused, PageUnavailable) as error:
            await self._skip(found, SkippedPage(url, error.code, error.detail))
            return False
        received = await self._import_page(
            scope,
            found.collection_id,
            url,
            if_exists=found.if_exists,
            restricted_to=found.restricted_to,
        )
        async with self._transactions.begin_platform(found.workspace_id) as tx:
            if not await self._imports.progress(tx, found.id, received, ()):
                raise _Ended
        return True

    async def _skip(self, found: SitemapImport, *skipped: SkippedPage) -> None:
        async with self._transactions.begin_platform(found.workspace_id) as tx:
            if not await self._imports.progress(tx, found.id, None, skipped):
                raise _Ended

    async def _pages(self, found: SitemapImport) -> AsyncIterator[str]:
        """The addresses that the sitemap lists, each once, on the hosts that are meant; the others are
        counted as skipped. Raises PageRefused and PageUnavailable for the first file alone."""
        files: deque[tuple[str, int]] = deque([(found.url, 1)])
        seen = {found.url}
        fetched = 0
        while files:
            url, depth = files.popleft()
            fetched += 1
            try:
                sitemap = await self._file(url)
            except (PageRefused, PageUnavailable) as error:
                if fetched == 1:
                    raise
                await self._skip(found, SkippedPage(url, error.code, error.detail))
                continue
            for page in await self._usable(found, sitemap.pages, seen):
                yield page
            for inner in await self._usable(found, sitemap.sitemaps, seen):
                if depth < MAX_DEPTH and fetched + len(files) < MAX_FILES:
                    files.append((inner, depth + 1))
                else:
                    why = f"An import follows {MAX_DEPTH} levels of sitemaps and {MAX_FILES} files."
                    await self._skip(found, SkippedPage(inner, "sitemap_limit", why))

    async def _usable(self, found: SitemapImport, listed: tuple[str, ...], seen: set[str]) -> list[str]:
        usable, skipped = [], []
        for text in listed:
            try:
                url = page_address(text)
            except InvalidInput as error:
                skipped.append(SkippedPage(text[:200], error.code, error.detail))
                continue
            if url in seen:
                continue
            seen.add(url)
            place = url.split("/", 3)[2]
            if place in found.hosts:
                usable.append(url)
            else:
                why = f"It is on {place}, which this import was not told to take."
                skipped.append(SkippedPage(url, "other_host", why))
        if skipped:
            await self._skip(found, *skipped)
        return usable

    async def _file(self, url: str) -> Sitemap:
        attempt = 0
        while True:
            attempt += 1
            try:
                return await self._web.sitemap(url)
            except HostBusy as busy:
                attempt -= 1
                await asyncio.sleep(busy.wait_s)
            except PageUnavailable as error:
                if attempt >= _ATTEMPTS:
                    raise
                await asyncio.sleep(min(error.retry_after_s or _PAUSE_S * attempt, 60.0))


@dataclass(frozen=True, slots=True)
class ImportRecords:
    imports: Imports
    events: ImportEvents


class FinishImports:
    """Sees imports end: `run()` looks again and again whether all their documents have been read."""

    def __init__(
        self, transactions: Transactions, unread: UnreadPages, records: ImportRecords, log: Log
    ) -> None:
        self._transactions = transactions
        self._unread = unread
        self._imports = records.imports
        self._events = records.events
        self._log = log

    async def run(self) -> None:
        """Until it is cancelled."""
        while True:
            try:
                await self.look()
            except ParleyError as error:
                self._log.warning("imports.not_looked_at", code=error.code, detail=error.detail)
            await asyncio.sleep(LOOK_S)

    async def look(self) -> None:
        async with self._transactions.begin_platform() as tx:
            ended = await self._unread.ended(tx)
        for workspace_id, import_id in ended:
            async with self._transactions.begin_platform(workspace_id) as tx:
                if not await self._imports.set_state(tx, import_id, ImportState.DONE):
                    continue
                found = await self._imports.get(tx, import_id)
                if found is not None:
                    await self._events.finished(tx, found)
            self._log.info("import.finished", import_id=str(import_id))
