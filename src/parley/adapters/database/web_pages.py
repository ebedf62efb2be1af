"""Which documents are pages of the web, and when each host may be asked again, in PostgreSQL."""

from hashlib import sha256

from sqlalchemy import bindparam, insert, select, text, update

from parley.adapters.database.connection import execute, row
from parley.adapters.database.documents import select_documents, to_document
from parley.adapters.database.import_tables import web_pages
from parley.adapters.database.tables import documents
from parley.core.ingestion.lifecycle import Claim, ClaimLost
from parley.core.ingestion.web_pages import Validators, WebPage
from parley.core.kernel.transactions import Transaction, Transactions
from parley.core.knowledge.model import CollectionId, Document, DocumentId

_LOCK_URL = text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))")

_BY_URL = (
    select_documents.join(web_pages, web_pages.c.document_id == documents.c.id)
    .where(
        web_pages.c.collection_id == bindparam("collection"),
        web_pages.c.url_hash == bindparam("url_hash"),
        documents.c.workspace_id == bindparam("workspace"),
    )
    .order_by(documents.c.created_at.desc(), documents.c.id.desc())
    .limit(1)
    .with_for_update(of=documents)
)

_CLAIMED = text("""
SELECT 1 AS there FROM documents
WHERE id = :id AND workspace_id = :workspace_id AND epoch = :epoch AND lease_owner IS NOT NULL FOR UPDATE
""")

_POSTPONE = text("""
UPDATE documents SET state = 'received', progress = 0, lease_owner = NULL, epoch = epoch + 1,
  attempts = attempts - 1, due_at = now() + make_interval(secs => :delay_s)
WHERE id = :id AND workspace_id = :workspace_id AND epoch = :epoch AND lease_owner IS NOT NULL
""")

_UNCHANGED = text("""
UPDATE import_pages p SET outcome = 'unchanged' FROM imports i
WHERE p.document_id = :document_id AND p.workspace_id = :workspace_id AND p.outcome = 'replacing'
  AND i.id = p.import_id AND i.state IN ('running', 'reading')
""")

# One statement, so that of two who ask at once one has to wait.
_TAKE_TURN = text("""
WITH taken AS (
  INSERT INTO web_hosts AS h (host, free_at) VALUES (:host, now() + make_interval(secs => :pause_s))
  ON CONFLICT (host) DO UPDATE SET free_at = now() + make_interval(secs => :pause_s)
    WHERE h.free_at <= now()
  RETURNING host
)
SELECT CAST(CASE WHEN EXISTS (SELECT FROM taken) THEN 0
  ELSE greatest(extract(epoch FROM h.free_at - now()), 0.01) END AS double precision) AS wait_s
FROM (SELECT 1) AS one LEFT JOIN web_hosts h ON h.host = :host
""")
_FORGET_HOSTS = text("DELETE FROM web_hosts WHERE free_at < now() - interval '1 hour'")


class PostgresWebPages:
    """Implements `WebPages`."""

    async def add(self, tx: Transaction, page: WebPage) -> None:
        await execute(
            tx,
            insert(web_pages).values(
                document_id=page.document_id,
                workspace_id=tx.workspace_id,
                collection_id=page.collection_id,
                url=page.url,
                url_hash=_hash(page.url),
                etag=page.validators.etag,
                last_modified=page.validators.last_modified,
                fetched_at=page.fetched_at,
            ),
        )

    async def get(self, tx: Transaction, document_id: DocumentId) -> WebPage | None:
        found = await row(
            tx,
            select(
                web_pages.c.document_id,
                web_pages.c.collection_id,
                web_pages.c.url,
                web_pages.c.etag,
                web_pages.c.last_modified,
                web_pages.c.fetched_at,
            ).where(web_pages.c.document_id == document_id, web_pages.c.workspace_id == tx.workspace_id),
        )
        if found is None:
            return None
        return WebPage(
            found.document_id,
            found.collection_id,
            found.url,
            Validators(found.etag, found.last_modified),
            found.fetched_at,
        )

    async def locked_by_url(self, tx: Transaction, collection_id: CollectionId, url: str) -> Document | None:
        await execute(tx, _LOCK_URL, {"key": f"page {collection_id} {url}"})
        values = {"collection": collection_id, "url_hash": _hash(url), "workspace": tx.workspace_id}
        found = await row(tx, _BY_URL, values)
        return None if found is None else to_document(found)

    async def locked_claim(self, tx: Transaction, claim: Claim) -> None:
        if await row(tx, _CLAIMED, _of(claim)) is None:
            raise ClaimLost

    async def fetched(self, tx: Transaction, page: WebPage, name: str | None) -> None:
        await execute(
            tx,
            update(web_pages)
            .where(web_pages.c.document_id == page.document_id, web_pages.c.workspace_id == tx.workspace_id)
            .values(
                etag=page.validators.etag,
                last_modified=page.validators.last_modified,
                fetched_at=page.fetched_at,
            ),
        )
        if name is not None:
            await execute(
                tx,
                update(documents)
                .where(documents.c.id == page.document_id, documents.c.workspace_id == tx.workspace_id)
                .values(name=name),
            )

    async def found_unchanged(self, tx: Transaction, page: WebPage) -> None:
        await self.fetched(tx, page, None)
        await execute(tx, _UNCHANGED, {"document_id": page.document_id, "workspace_id": tx.workspace_id})

    async def postpone(self, tx: Transaction, claim: Claim, delay_s: float) -> None:
        if not await execute(tx, _POSTPONE, {**_of(claim), "delay_s": delay_s}):
            raise ClaimLost


class PostgresHostTurns:
    """Implements `HostTurns`."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    async def take(self, host: str, pause_s: float) -> float:
        async with self._transactions.begin_platform() as tx:
            found = await row(tx, _TAKE_TURN, {"host": host, "pause_s": pause_s})
            await execute(tx, _FORGET_HOSTS)
        return 0.0 if found is None else float(found.wait_s)


def _hash(url: str) -> bytes:
    """Addresses are longer than an index takes."""
    return sha256(url.encode()).digest()


def _of(claim: Claim) -> dict[str, object]:
    return {
        "id": claim.document.id,
        "workspace_id": claim.document.workspace_id,
        "epoch": claim.epoch,
    }
