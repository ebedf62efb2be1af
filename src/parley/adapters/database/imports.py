"""Imports of sitemaps in PostgreSQL, with what has become of their pages."""

from collections.abc import Sequence
from dataclasses import asdict
from uuid import UUID

from sqlalchemy import bindparam, insert, select, text

from parley.adapters.database.connection import execute, row, rows
from parley.adapters.database.cursors import as_uuid
from parley.adapters.database.documents import failure_to_json
from parley.adapters.database.import_tables import import_pages, imports, web_pages
from parley.adapters.database.statements import Record
from parley.core.ingestion.imports import (
    MAX_PROBLEMS,
    ImportId,
    ImportState,
    PageCounts,
    SitemapImport,
    SkippedPage,
)
from parley.core.ingestion.lifecycle import IfExists, Outcome, Received
from parley.core.kernel.ids import WorkspaceId
from parley.core.kernel.paging import Page, PageRequest
from parley.core.kernel.transactions import Transaction
from parley.core.knowledge.model import CollectionId, DocumentFailure, DocumentId, DocumentState

_LOCK_WORKSPACE = text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))")

_COUNT_UNFINISHED = text("""
SELECT count(*) AS unfinished FROM imports
WHERE workspace_id = :workspace_id AND state IN ('running', 'reading')
""")

_COUNTS = text("""
SELECT p.import_id, p.outcome, d.state, count(*) AS pages
FROM import_pages p JOIN documents d ON d.id = p.document_id
WHERE p.workspace_id = :workspace_id AND p.import_id = ANY (CAST(:ids AS uuid[]))
GROUP BY 1, 2, 3
""")

_PROGRESS = text("""
UPDATE imports SET found = found + :found, skipped = skipped + :skipped,
  problems = CASE WHEN jsonb_array_length(problems) >= :most THEN problems
    ELSE problems || CAST(:problems AS jsonb) END
WHERE id = :id AND workspace_id = :workspace_id AND state = 'running'
""")

_SET_STATE = text("""
UPDATE imports SET state = :state, failure = CAST(:failure AS jsonb),
  finished_at = CASE WHEN :state IN ('running', 'reading') THEN NULL ELSE now() END
WHERE id = :id AND workspace_id = :workspace_id AND state IN ('running', 'reading')
""")

_UNREAD = text("""
SELECT d.id FROM import_pages p JOIN documents d ON d.id = p.document_id
WHERE p.import_id = :id AND p.workspace_id = :workspace_id
  AND d.state IN ('received', 'reading', 'embedding')
ORDER BY d.id LIMIT 5000
""")

_ENDED = text("""
SELECT i.workspace_id, i.id FROM imports i
WHERE i.state = 'reading' AND NOT EXISTS (
  SELECT FROM import_pages p JOIN documents d ON d.id = p.document_id
  WHERE p.import_id = i.id AND d.state IN ('received', 'reading', 'embedding')
)
ORDER BY i.id LIMIT 100
""")

_GET = select(*imports.c).where(
    imports.c.id == bindparam("wanted"), imports.c.workspace_id == bindparam("workspace")
)


class PostgresImports:
    """Implements `Imports` and `UnreadPages`."""

    async def add(self, tx: Transaction, new: SitemapImport) -> None:
        await execute(
            tx,
            insert(imports).values(
                id=new.id,
                workspace_id=new.workspace_id,
                collection_id=new.collection_id,
                url=new.url,
                hosts=list(new.hosts),
                most_pages=new.most_pages,
                if_exists=new.if_exists.value,
                restricted_to=None if new.restricted_to is None else sorted(new.restricted_to),
                state=new.state.value,
                found=new.found,
                skipped=new.skipped,
                problems=[asdict(problem) for problem in new.problems],
                created_by=new.created_by,
                created_at=new.created_at,
            ),
        )

    async def get(self, tx: Transaction, import_id: ImportId) -> SitemapImport | None:
        found = await row(tx, _GET, {"wanted": import_id, "workspace": tx.workspace_id})
        if found is None:
            return None
        return _to_import(found, (await self._counts(tx, [found.id])).get(found.id, PageCounts()))

    async def list(
        self, tx: Transaction, collection_id: CollectionId, page: PageRequest
    ) -> Page[SitemapImport]:
        statement = (
            select(*imports.c)
            .where(imports.c.workspace_id == tx.workspace_id, imports.c.collection_id == collection_id)
            .order_by(imports.c.id.desc())
            .limit(page.size + 1)
        )
        if page.after is not None:
            statement = statement.where(imports.c.id < as_uuid(page.after[0]))
        found = await rows(tx, statement)
        counts = await self._counts(tx, [each.id for each in found])
        return Page.cut(
            [_to_import(each, counts.get(each.id, PageCounts())) for each in found],
            page,
            lambda each: (str(each.id),),
        )

    async def count_unfinished(self, tx: Transaction) -> int:
        await execute(tx, _LOCK_WORKSPACE, {"key": f"imports {tx.workspace_id}"})
        found = await row(tx, _COUNT_UNFINISHED, {"workspace_id": tx.workspace_id})
        return 0 if found is None else int(found.unfinished)

    async def taken(self, tx: Transaction, import_id: ImportId) -> frozenset[str]:
        statement = (
            select(web_pages.c.url)
            .join(import_pages, import_pages.c.document_id == web_pages.c.document_id)
            .where(import_pages.c.import_id == import_id, import_pages.c.workspace_id == tx.workspace_id)
        )
        return frozenset(each.url for each in await rows(tx, statement))

    async def progress(
        self, tx: Transaction, import_id: ImportId, received: Received | None, skipped: Sequence[SkippedPage]
    ) -> bool:
        changed = await execute(
            tx,
            _PROGRESS,
            {
                "id": import_id,
                "workspace_id": tx.workspace_id,
                "found": 0 if received is None else 1,
                "skipped": len(skipped),
                "problems": [asdict(each) for each in skipped[:MAX_PROBLEMS]],
                "most": MAX_PROBLEMS,
            },
        )
        if changed and received is not None:
            await execute(
                tx,
                insert(import_pages).values(
                    import_id=import_id,
                    document_id=received.document.id,
                    workspace_id=tx.workspace_id,
                    outcome=received.outcome.value,
                ),
            )
        return changed == 1

    async def set_state(
        self,
        tx: Transaction,
        import_id: ImportId,
        state: ImportState,
        failure: DocumentFailure | None = None,
    ) -> bool:
        values = {
            "id": import_id,
            "workspace_id": tx.workspace_id,
            "state": state.value,
            "failure": failure_to_json(failure),
        }
        return await execute(tx, _SET_STATE, values) == 1

    async def documents(self, tx: Transaction, import_id: ImportId) -> tuple[DocumentId, ...]:
        found = await rows(tx, _UNREAD, {"id": import_id, "workspace_id": tx.workspace_id})
        return tuple(DocumentId(each.id) for each in found)

    async def ended(self, tx: Transaction) -> tuple[tuple[WorkspaceId, ImportId], ...]:
        return tuple((each.workspace_id, each.id) for each in await rows(tx, _ENDED))

    async def _counts(self, tx: Transaction, ids: Sequence[UUID]) -> dict[UUID, PageCounts]:
        found: dict[UUID, PageCounts] = {}
        for each in await rows(tx, _COUNTS, {"workspace_id": tx.workspace_id, "ids": list(ids)}):
            counts = found.setdefault(each.import_id, PageCounts())
            outcome, state = Outcome(each.outcome), DocumentState(each.state)
            counts.outcomes[outcome] = counts.outcomes.get(outcome, 0) + each.pages
            counts.states[state] = counts.states.get(state, 0) + each.pages
        return found


def _to_import(found: Record, counts: PageCounts) -> SitemapImport:
    failure = found.failure
    return SitemapImport(
        id=found.id,
        workspace_id=found.workspace_id,
        collection_id=found.collection_id,
        url=found.url,
        hosts=tuple(found.hosts),
        most_pages=found.most_pages,
        if_exists=IfExists(found.if_exists),
        restricted_to=None if found.restricted_to is None else frozenset(found.restricted_to),
        state=ImportState(found.state),
        created_by=found.created_by,
        created_at=found.created_at,
        finished_at=found.finished_at,
        found=found.found,
        skipped=found.skipped,
        problems=tuple(SkippedPage(**problem) for problem in found.problems[:MAX_PROBLEMS]),
        failure=None
        if failure is None
        else DocumentFailure(failure["code"], failure["detail"], failure["hint"]),
        counts=counts,
    )
