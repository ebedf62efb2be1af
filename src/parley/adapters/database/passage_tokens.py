"""What late interaction keeps of chunks, beside their vectors in PostgreSQL."""

from collections.abc import Sequence

from sqlalchemy import text

from parley.adapters.database.connection import rows
from parley.core.kernel.transactions import Transaction

_OF_CHUNKS = text("""
SELECT chunk_id, tokens FROM chunk_vectors
WHERE workspace_id = :workspace_id AND model = :model AND tokens IS NOT NULL
  AND chunk_id = ANY (CAST(:chunk_ids AS bigint[]))
""")


class PostgresPassageTokens:
    """Implements `PassageTokens`."""

    async def of_chunks(self, tx: Transaction, model: str, chunk_keys: Sequence[int]) -> dict[int, bytes]:
        values = {"workspace_id": tx.workspace_id, "model": model, "chunk_ids": list(chunk_keys)}
        return {found.chunk_id: found.tokens for found in await rows(tx, _OF_CHUNKS, values)}
