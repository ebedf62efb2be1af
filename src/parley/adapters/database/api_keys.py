"""API keys in PostgreSQL; of a key itself only the hash is here."""

from datetime import datetime

from sqlalchemy import delete, insert, select, update

from parley.adapters.database.connection import execute, row, rows
from parley.adapters.database.statements import Record
from parley.adapters.database.tables import api_keys
from parley.core.identity.model import ApiKeyId, KeyScope
from parley.core.kernel.transactions import Transaction
from parley.core.workspaces.model import ApiKey

_MOST_KEYS = 200

_columns = (
    api_keys.c.id,
    api_keys.c.workspace_id,
    api_keys.c.user_id,
    api_keys.c.name,
    api_keys.c.prefix,
    api_keys.c.hash,
    api_keys.c.scopes,
    api_keys.c.bots,
    api_keys.c.created_at,
    api_keys.c.expires_at,
    api_keys.c.last_used_at,
)


class PostgresApiKeys:
    """Implements `ApiKeys`."""

    async def add(self, tx: Transaction, key: ApiKey) -> None:
        await execute(
            tx,
            insert(api_keys).values(
                id=key.id,
                workspace_id=key.workspace_id,
                user_id=key.user_id,
                name=key.name,
                prefix=key.prefix,
                hash=key.hash,
                scopes=sorted(key.scopes),
                bots=None if key.bots is None else sorted(key.bots),
                created_at=key.created_at,
                expires_at=key.expires_at,
                last_used_at=key.last_used_at,
            ),
        )

    async def list(self, tx: Transaction) -> tuple[ApiKey, ...]:
        statement = (
            select(*_columns)
            .where(api_keys.c.workspace_id == tx.workspace_id)
            .order_by(api_keys.c.id.desc())
            .limit(_MOST_KEYS)
        )
        return tuple(_to_key(found) for found in await rows(tx, statement))

    async def by_hash(self, tx: Transaction, key_hash: str) -> ApiKey | None:
        found = await row(tx, select(*_columns).where(api_keys.c.hash == key_hash))
        return None if found is None else _to_key(found)

    async def used(self, tx: Transaction, key_id: ApiKeyId, at: datetime) -> None:
        await execute(tx, update(api_keys).where(api_keys.c.id == key_id).values(last_used_at=at))

    async def remove(self, tx: Transaction, key_id: ApiKeyId) -> ApiKey | None:
        statement = (
            delete(api_keys)
            .where(api_keys.c.id == key_id, api_keys.c.workspace_id == tx.workspace_id)
            .returning(*_columns)
        )
        found = await row(tx, statement)
        return None if found is None else _to_key(found)


def _to_key(found: Record) -> ApiKey:
    return ApiKey(
        id=found.id,
        workspace_id=found.workspace_id,
        user_id=found.user_id,
        name=found.name,
        prefix=found.prefix,
        hash=found.hash,
        scopes=frozenset(KeyScope(scope) for scope in found.scopes),
        bots=None if found.bots is None else frozenset(found.bots),
        created_at=found.created_at,
        expires_at=found.expires_at,
        last_used_at=found.last_used_at,
    )
