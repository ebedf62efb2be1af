"""Share links and the workspace's policy for them in PostgreSQL."""

from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.dialects.postgresql import insert

from parley.adapters.database.connection import execute, row, rows
from parley.adapters.database.statements import Record
from parley.adapters.database.tables import conversation_shares, memberships, workspaces
from parley.core.conversations.model import ConversationId
from parley.core.conversations.sharing import Audience, Share, SharingPolicy
from parley.core.kernel.transactions import Transaction

_MOST_SHARES = 200

_select_shares = select(
    conversation_shares.c.id,
    conversation_shares.c.workspace_id,
    conversation_shares.c.user_id,
    conversation_shares.c.conversation_id,
    conversation_shares.c.leaf_id,
    conversation_shares.c.title,
    conversation_shares.c.audience,
    conversation_shares.c.token_hash,
    conversation_shares.c.created_at,
    conversation_shares.c.expires_at,
)


class PostgresShares:
    """Implements `Shares`."""

    async def put(self, tx: Transaction, share: Share, idempotency_key: str | None) -> Share | None:
        statement = (
            insert(conversation_shares)
            .values(
                id=share.id,
                workspace_id=share.workspace_id,
                user_id=share.user_id,
                conversation_id=share.conversation_id,
                leaf_id=share.leaf_id,
                title=share.title,
                audience=share.audience.value,
                token_hash=share.token_hash,
                idempotency_key=idempotency_key,
                created_at=share.created_at,
                expires_at=share.expires_at,
            )
            .on_conflict_do_update(
                index_elements=["workspace_id", "user_id", "idempotency_key"],
                index_where=conversation_shares.c.idempotency_key.is_not(None),
                set_={"token_hash": share.token_hash},
                where=conversation_shares.c.revoked_at.is_(None),
            )
            .returning(*_select_shares.selected_columns)
        )
        found = await row(tx, statement)
        return None if found is None else _to_share(found)

    async def of_conversation(
        self, tx: Transaction, conversation_id: ConversationId, now: datetime
    ) -> tuple[Share, ...]:
        statement = (
            _select_shares.where(
                conversation_shares.c.workspace_id == tx.workspace_id,
                conversation_shares.c.conversation_id == conversation_id,
                conversation_shares.c.revoked_at.is_(None),
                or_(conversation_shares.c.expires_at.is_(None), conversation_shares.c.expires_at > now),
            )
            .order_by(conversation_shares.c.id.desc())
            .limit(_MOST_SHARES)
        )
        return tuple(_to_share(each) for each in await rows(tx, statement))

    async def by_hash(self, tx: Transaction, token_hash: bytes) -> Share | None:
        statement = _select_shares.join(
            memberships,
            (memberships.c.workspace_id == conversation_shares.c.workspace_id)
            & (memberships.c.user_id == conversation_shares.c.user_id),
        ).where(conversation_shares.c.token_hash == token_hash, conversation_shares.c.revoked_at.is_(None))
        found = await row(tx, statement)
        return None if found is None else _to_share(found)

    async def revoke(self, tx: Transaction, conversation_id: ConversationId, at: datetime) -> int:
        statement = (
            update(conversation_shares)
            .where(
                conversation_shares.c.workspace_id == tx.workspace_id,
                conversation_shares.c.conversation_id == conversation_id,
                conversation_shares.c.revoked_at.is_(None),
            )
            .values(revoked_at=at)
        )
        return await execute(tx, statement)

    async def policy(self, tx: Transaction) -> SharingPolicy:
        statement = select(workspaces.c.public_sharing, workspaces.c.public_passages).where(
            workspaces.c.id == tx.workspace_id
        )
        found = await row(tx, statement)
        return SharingPolicy() if found is None else SharingPolicy(found[0], found[1])

    async def set_policy(self, tx: Transaction, policy: SharingPolicy) -> None:
        await execute(
            tx,
            update(workspaces)
            .where(workspaces.c.id == tx.workspace_id)
            .values(public_sharing=policy.public_sharing, public_passages=policy.public_passages),
        )


def _to_share(found: Record) -> Share:
    return Share(
        id=found.id,
        workspace_id=found.workspace_id,
        user_id=found.user_id,
        conversation_id=found.conversation_id,
        leaf_id=found.leaf_id,
        title=found.title,
        audience=Audience(found.audience),
        token_hash=found.token_hash,
        created_at=found.created_at,
        expires_at=found.expires_at,
    )
