"""Provider keys of workspaces in PostgreSQL, as ciphertext that only Parley's own role can read."""

from collections.abc import Mapping

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from parley.adapters.database.connection import execute, rows
from parley.adapters.database.tables import provider_keys
from parley.core.kernel.transactions import Transaction
from parley.core.llm.provider_keys import ProviderKey, SealedKey


class PostgresProviderKeys:
    async def put(self, tx: Transaction, key: ProviderKey, sealed: bytes) -> None:
        values = {
            "id": key.id,
            "sealed": sealed,
            "last_four": key.last_four,
            "set_by": key.set_by,
            "set_at": key.set_at,
        }
        statement = insert(provider_keys).values(
            workspace_id=tx.workspace_id, provider=key.provider, **values
        )
        # Set from the values themselves: `excluded` would need the right to read the ciphertext.
        await execute(
            tx, statement.on_conflict_do_update(index_elements=["workspace_id", "provider"], set_=values)
        )

    async def list(self, tx: Transaction) -> tuple[ProviderKey, ...]:
        columns = (
            provider_keys.c.id,
            provider_keys.c.provider,
            provider_keys.c.last_four,
            provider_keys.c.set_by,
            provider_keys.c.set_at,
        )
        statement = (
            select(*columns)
            .where(provider_keys.c.workspace_id == tx.workspace_id)
            .order_by(provider_keys.c.provider)
        )
        return tuple(
            ProviderKey(found.id, found.provider, found.last_four, found.set_by, found.set_at)
            for found in await rows(tx, statement)
        )

    async def sealed(self, tx: Transaction) -> Mapping[str, SealedKey]:
        statement = select(provider_keys.c.provider, provider_keys.c.id, provider_keys.c.sealed).where(
            provider_keys.c.workspace_id == tx.workspace_id
        )
        return {found.provider: SealedKey(found.id, found.sealed) for found in await rows(tx, statement)}

    async def remove(self, tx: Transaction, provider: str) -> bool:
        removed = await execute(
            tx,
            delete(provider_keys).where(
                provider_keys.c.workspace_id == tx.workspace_id, provider_keys.c.provider == provider
            ),
        )
        return removed > 0
