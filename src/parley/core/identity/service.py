"""Use cases of identity: make an account, sign in, refresh, sign out."""

from dataclasses import replace
from datetime import timedelta
from hmac import compare_digest

from parley.core.identity.model import (
    MAX_PASSWORD_CHARS,
    MIN_PASSWORD_CHARS,
    Caller,
    InvalidToken,
    Session,
    SessionId,
    SignedIn,
    User,
    WeakPassword,
    WrongCredentials,
)
from parley.core.identity.ports import PasswordHasher, Sessions, Tokens, Users
from parley.core.kernel.clock import Clock
from parley.core.kernel.errors import NotFound
from parley.core.kernel.ids import UserId, uuid7
from parley.core.kernel.transactions import Transaction, Transactions

SESSION_LENGTH = timedelta(days=30)


def check_password(password: str, email: str) -> None:
    """Raises WeakPassword, naming the rule that is broken."""
    if len(password) < MIN_PASSWORD_CHARS:
        raise WeakPassword(f"The password has {len(password)} characters; the least is {MIN_PASSWORD_CHARS}.")
    if len(password) > MAX_PASSWORD_CHARS:
        raise WeakPassword(f"The password is longer than {MAX_PASSWORD_CHARS} characters.")
    if len(set(password)) < 4 or password.casefold() in email.casefold():
        raise WeakPassword("The password is too easy to guess.")


class Identity:
    def __init__(
        self,
        transactions: Transactions,
        users: Users,
        sessions: Sessions,
        hasher: PasswordHasher,
        tokens: Tokens,
        clock: Clock,
    ) -> None:
        self._transactions = transactions
        self._users = users
        self._sessions = sessions
        self._hasher = hasher
        self._tokens = tokens
        self._clock = clock

    async def new_user(self, email: str, name: str, password: str) -> User:
        """A user that is not stored yet. Raises WeakPassword."""
        check_password(password, email)
        return User(
            id=UserId(uuid7()),
            email=email,
            name=name,
            password_hash=await self._hasher.hash(password),
            created_at=self._clock.now(),
        )

    async def start_session(self, tx: Transaction, user: User) -> SignedIn:
        """Signs `user` in; the session exists once `tx` commits."""
        now = self._clock.now()
        session_id = SessionId(uuid7())
        refresh_token, refresh_hash = self._tokens.new_refresh(session_id)
        await self._sessions.add(
            tx,
            Session(
                id=session_id,
                user_id=user.id,
                refresh_hash=refresh_hash,
                expires_at=now + SESSION_LENGTH,
                created_at=now,
            ),
        )
        access_token, expires_in_s = self._tokens.issue_access(Caller(user.id, session_id), now)
        return SignedIn(user, access_token, refresh_token, expires_in_s)

    async def login(self, email: str, password: str) -> SignedIn:
        """Raises WrongCredentials, the same for an unknown address as for a wrong password."""
        async with self._transactions.begin_identity() as tx:
            user = await self._users.by_email(tx, email)
        matches = await self._hasher.verify(password, user.password_hash if user else None)
        if user is None or not matches:
            raise WrongCredentials
        async with self._transactions.begin_identity(user.id) as tx:
            return await self.start_session(tx, user)

    async def refresh(self, refresh_token: str) -> SignedIn:
        """Swaps a refresh token for a new pair. A token used twice revokes its session: it was stolen."""
        session_id, presented_hash = self._tokens.read_refresh(refresh_token)
        now = self._clock.now()
        async with self._transactions.begin_identity() as tx:
            session = await self._sessions.lock(tx, session_id)
            if session is None or session.revoked_at is not None:
                raise InvalidToken("The session has ended.")
            if session.expires_at <= now:
                raise InvalidToken("The session has expired.")
            stolen = not compare_digest(session.refresh_hash, presented_hash)
            if stolen:
                await self._sessions.revoke(tx, session_id, now)
            else:
                signed_in = await self._rotate(tx, session)
        if stolen:
            raise InvalidToken("The refresh token was used before; the session has been ended for safety.")
        return signed_in

    async def _rotate(self, tx: Transaction, session: Session) -> SignedIn:
        user = await self._users.get(tx, session.user_id)
        if user is None:
            raise InvalidToken("The account no longer exists.")
        now = self._clock.now()
        refresh_token, refresh_hash = self._tokens.new_refresh(session.id)
        await self._sessions.rotate(tx, session.id, refresh_hash, now + SESSION_LENGTH)
        access_token, expires_in_s = self._tokens.issue_access(Caller(user.id, session.id), now)
        return SignedIn(user, access_token, refresh_token, expires_in_s)

    async def logout(self, caller: Caller) -> None:
        """Ends the session; its refresh token is void at once, its access token when it expires."""
        if caller.session_id is None:
            return
        async with self._transactions.begin_identity(caller.user_id) as tx:
            await self._sessions.revoke(tx, caller.session_id, self._clock.now())

    async def me(self, caller: Caller) -> User:
        async with self._transactions.begin_identity(caller.user_id) as tx:
            user = await self._users.get(tx, caller.user_id)
        if user is None:
            raise InvalidToken("The account no longer exists.")
        return user

    async def rename(self, caller: Caller, name: str) -> User:
        async with self._transactions.begin_identity(caller.user_id) as tx:
            user = await self._users.get(tx, caller.user_id)
            if user is None:
                raise NotFound("user", caller.user_id)
            renamed = replace(user, name=name)
            await self._users.save(tx, renamed)
        return renamed
