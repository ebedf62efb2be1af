"""Users and their sessions in PostgreSQL."""

from datetime import datetime

from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from parley.adapters.database.connection import execute, row
from parley.adapters.database.statements import Record
from parley.adapters.database.tables import sessions, users
from parley.core.identity.model import EmailTaken, Session, SessionId, User
from parley.core.kernel.ids import UserId
from parley.core.kernel.transactions import Transaction

_FIRST_USER_LOCK = 0x5061_7273  # any constant; it only has to differ from the other advisory locks

_user_columns = (users.c.id, users.c.email, users.c.name, users.c.password_hash, users.c.created_at)
_session_columns = (
    sessions.c.id,
    sessions.c.user_id,
    sessions.c.refresh_hash,
    sessions.c.expires_at,
    sessions.c.created_at,
    sessions.c.revoked_at,
)


class PostgresUsers:
    async def add(self, tx: Transaction, user: User) -> None:
        added = await execute(
            tx,
            insert(users)
            .values(
                id=user.id,
                email=user.email,
                name=user.name,
                password_hash=user.password_hash,
                created_at=user.created_at,
            )
            .on_conflict_do_nothing(index_elements=[users.c.email_key]),
        )
        if not added:
            raise EmailTaken(user.email)

    async def get(self, tx: Transaction, user_id: UserId) -> User | None:
        return _to_user(await row(tx, select(*_user_columns).where(users.c.id == user_id)))

    async def by_email(self, tx: Transaction, email: str) -> User | None:
        # Folded by the database, as the column was: two ways to fold would let one address in twice.
        statement = select(*_user_columns).where(users.c.email_key == func.lower(email))
        return _to_user(await row(tx, statement))

    async def save(self, tx: Transaction, user: User) -> None:
        await execute(
            tx,
            update(users)
            .where(users.c.id == user.id)
            .values(name=user.name, password_hash=user.password_hash),
        )

    async def exist(self, tx: Transaction) -> bool:
        return await row(tx, select(users.c.id).limit(1)) is not None

    async def claim_first(self, tx: Transaction) -> bool:
        await execute(tx, text("SELECT pg_advisory_xact_lock(:key)"), {"key": _FIRST_USER_LOCK})
        return not await self.exist(tx)


class PostgresSessions:
    async def add(self, tx: Transaction, session: Session) -> None:
        await execute(
            tx,
            insert(sessions).values(
                id=session.id,
                user_id=session.user_id,
                refresh_hash=session.refresh_hash,
                expires_at=session.expires_at,
                created_at=session.created_at,
                revoked_at=session.revoked_at,
            ),
        )

    async def lock(self, tx: Transaction, session_id: SessionId) -> Session | None:
        statement = select(*_session_columns).where(sessions.c.id == session_id).with_for_update()
        return _to_session(await row(tx, statement))

    async def rotate(
        self, tx: Transaction, session_id: SessionId, refresh_hash: str, expires_at: datetime
    ) -> None:
        await execute(
            tx,
            update(sessions)
            .where(sessions.c.id == session_id)
            .values(refresh_hash=refresh_hash, expires_at=expires_at),
        )

    async def revoke(self, tx: Transaction, session_id: SessionId, at: datetime) -> None:
        await execute(
            tx,
            update(sessions)
            .where(sessions.c.id == session_id, sessions.c.revoked_at.is_(None))
            .values(revoked_at=at),
        )


def _to_user(found: Record | None) -> User | None:
    if found is None:
        return None
    return User(
        id=found.id,
        email=found.email,
        name=found.name,
        password_hash=found.password_hash,
        created_at=found.created_at,
    )


def _to_session(found: Record | None) -> Session | None:
    if found is None:
        return None
    return Session(
        id=found.id,
        user_id=found.user_id,
        refresh_hash=found.refresh_hash,
        expires_at=found.expires_at,
        created_at=found.created_at,
        revoked_at=found.revoked_at,
    )
