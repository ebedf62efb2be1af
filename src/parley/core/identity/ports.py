"""What identity needs: where users and sessions are kept, how passwords and tokens are made."""

from datetime import datetime
from typing import Protocol

from parley.core.identity.model import Caller, Session, SessionId, User
from parley.core.kernel.ids import UserId
from parley.core.kernel.transactions import Transaction


class Users(Protocol):
    async def add(self, tx: Transaction, user: User) -> None:
        """Raises EmailTaken when another account has the address, in any case."""
        ...

    async def get(self, tx: Transaction, user_id: UserId) -> User | None: ...

    async def by_email(self, tx: Transaction, email: str) -> User | None:
        """The address is matched without regard to case."""
        ...

    async def save(self, tx: Transaction, user: User) -> None:
        """Stores name and password hash of an existing user."""
        ...

    async def exist(self, tx: Transaction) -> bool:
        """Whether anyone has signed up."""
        ...

    async def claim_first(self, tx: Transaction) -> bool:
        """True when no user exists; holds others who ask off until `tx` ends."""
        ...


class Sessions(Protocol):
    async def add(self, tx: Transaction, session: Session) -> None: ...

    async def lock(self, tx: Transaction, session_id: SessionId) -> Session | None:
        """The session, locked until `tx` ends, so that a refresh token is used once."""
        ...

    async def rotate(
        self, tx: Transaction, session_id: SessionId, refresh_hash: str, expires_at: datetime
    ) -> None: ...

    async def revoke(self, tx: Transaction, session_id: SessionId, at: datetime) -> None: ...


class PasswordHasher(Protocol):
    async def hash(self, password: str) -> str: ...

    async def verify(self, password: str, password_hash: str | None) -> bool:
        """False for None too, after the same work, so that timing does not tell who has an account."""
        ...


class Tokens(Protocol):
    def issue_access(self, caller: Caller, now: datetime) -> tuple[str, int]:
        """An access token and the seconds until it expires."""
        ...

    def read_access(self, token: str) -> Caller:
        """Raises InvalidToken, saying whether it is expired or forged."""
        ...

    def new_refresh(self, session_id: SessionId) -> tuple[str, str]:
        """A refresh token and the hash to store."""
        ...

    def read_refresh(self, token: str) -> tuple[SessionId, str]:
        """The session it names and its hash; raises InvalidToken when malformed."""
        ...
