"""Builds what takes pages of the web in: for requests, and for the worker that fetches them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from parley.adapters.database.collections import PostgresCollections
from parley.adapters.database.document_changes import PostgresDocumentChanges
from parley.adapters.database.imports import PostgresImports
from parley.adapters.database.reading_queue import PostgresReadingQueue
from parley.adapters.database.web_pages import PostgresHostTurns, PostgresWebPages
from parley.adapters.database.workspaces import PostgresMemberships
from parley.adapters.outbound.guard import AddressGuard
from parley.adapters.pages.web import MIB, PageLimits, PoliteWeb
from parley.adapters.queue.worker import JobHandler
from parley.bootstrap.ingestion import receive_document, upload_limit_bytes
from parley.bootstrap.parts import Parts, owned
from parley.bootstrap.webhooks import announcing
from parley.core.ingestion.imports import Cancelling, ImportSitemap, RunImport
from parley.core.ingestion.ports import ReadLink
from parley.core.ingestion.sitemaps import FinishImports, ImportRecords, RunImportJob
from parley.core.ingestion.web_pages import FetchPage, ImportPage, Taking
from parley.core.kernel.telemetry import Log
from parley.core.workspaces.authorize import Authorizer
from parley.settings import Settings
from parley.variables import places_of
from parley.web.deps import ImportUses

_IMPORTS_AT_ONCE = 2
"""On all workers together: an import mostly waits, and other jobs want places too."""


def import_uses(settings: Settings, parts: Parts) -> ImportUses:
    imports = PostgresImports()
    cancelling = Cancelling(PostgresDocumentChanges(), imports, announcing(parts))
    return ImportUses(
        page=_import_page(settings, parts),
        sitemap=ImportSitemap(
            parts.database, PostgresCollections(), imports, cancelling, parts.queue, parts.clock
        ),
        of_collection=imports,
    )


@dataclass(frozen=True, slots=True)
class Importing:
    """What the worker needs for imports."""

    links: ReadLink
    job: JobHandler


@asynccontextmanager
async def importing_pages(settings: Settings, parts: Parts, log: Log) -> AsyncIterator[Importing]:
    """Pages can be fetched, and imports are seen to end, as long as the block lasts."""
    records = ImportRecords(PostgresImports(), announcing(parts))
    limit_bytes = upload_limit_bytes(settings)
    guard = AddressGuard(places_of(settings.import_allowed_hosts), setting="PARLEY_IMPORT_ALLOWED_HOSTS")
    # Past the limit of uploads, so that who reaches it is told of that one.
    web = PoliteWeb(guard, PostgresHostTurns(parts.database), PageLimits(page_bytes=limit_bytes + MIB))
    run = RunImportJob(
        parts.database,
        Authorizer(parts.database, PostgresMemberships()),
        web,
        _import_page(settings, parts),
        records,
    )
    finish = FinishImports(parts.database, PostgresImports(), records, log)
    try:
        async with owned(finish.run(), log):
            yield Importing(
                _fetch_page(settings, parts, web),
                JobHandler(RunImport, run.run, run.gave_up, at_once=_IMPORTS_AT_ONCE),
            )
    finally:
        await web.close()


def _import_page(settings: Settings, parts: Parts) -> ImportPage:
    receive = receive_document(settings, parts)
    return ImportPage(parts.database, receive, PostgresDocumentChanges(), PostgresWebPages())


def _fetch_page(settings: Settings, parts: Parts, web: PoliteWeb) -> FetchPage:
    taking = Taking(
        parts.files,
        PostgresDocumentChanges(),
        PostgresReadingQueue(),
        parts.queue,
        receive_document(settings, parts),
        upload_limit_bytes(settings),
    )
    return FetchPage(parts.database, PostgresWebPages(), web, taking, parts.clock)
