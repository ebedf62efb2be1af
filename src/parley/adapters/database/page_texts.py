"""The text of one page of a document, in PostgreSQL."""

from sqlalchemy import select

from parley.adapters.database.connection import rows
from parley.adapters.database.tables import chunks
from parley.core.kernel.transactions import Transaction
from parley.core.knowledge.model import Chunk, DocumentId

_MOST_CHUNKS = 2_000


class PostgresPageTexts:
    """Implements `PageTexts`."""

    async def of_page(self, tx: Transaction, document_id: DocumentId, page: int) -> tuple[Chunk, ...]:
        statement = (
            select(
                chunks.c.document_id,
                chunks.c.ordinal,
                chunks.c.text,
                chunks.c.heading_path,
                chunks.c.page,
                chunks.c.char_start,
                chunks.c.char_end,
            )
            .where(
                chunks.c.workspace_id == tx.workspace_id,
                chunks.c.document_id == document_id,
                chunks.c.page == page,
            )
            .order_by(chunks.c.ordinal)
            .limit(_MOST_CHUNKS)
        )
        return tuple(
            Chunk(
                document_id=each.document_id,
                ordinal=each.ordinal,
                text=each.text,
                heading_path=tuple(each.heading_path),
                page=each.page,
                char_start=each.char_start,
                char_end=each.char_end,
            )
            for each in await rows(tx, statement)
        )
