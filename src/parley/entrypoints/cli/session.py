"""Who asks: signs in once, keeps the session in a file of the user's own, and renews it."""

import asyncio
import fcntl
import os
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from parley.core.kernel.errors import ErrorKind, ParleyError
from parley.entrypoints.cli.client import Tokens
from parley.entrypoints.cli.transport import Http, NotSignedIn, bearer

# Renewed this long before it runs out, so that no request travels with a dying token.
_MARGIN_S = 30.0
_LOCK_TIMEOUT_S = 15.0
_LOCK_POLL_S = 0.05
_ATTEMPTS = 3


class SessionNotKept(ParleyError):
    """The session file cannot be read or written."""

    code = "session_not_kept"
    kind = ErrorKind.UNAVAILABLE


@dataclass(frozen=True, slots=True)
class Credentials:
    email: str
    password: str


AskPerson = Callable[[str | None], Credentials]
"""Asks on the terminal for e-mail and password; the e-mail is only asked for when it is not known."""


class Session(msgspec.Struct, frozen=True):
    """One server's session; `expires_at` is the access token's, in seconds since the epoch."""

    email: str
    access_token: str
    refresh_token: str
    expires_at: float


class _User(msgspec.Struct):
    email: str


class _SignedIn(msgspec.Struct):
    access_token: str
    refresh_token: str
    expires_in: float
    user: _User


class _Status(msgspec.Struct):
    has_users: bool


async def sign_in(
    http: Http, folder: Path, known: tuple[str | None, str | None], ask: AskPerson | None
) -> Tokens:
    """The session kept in `folder`, or a new one: from the `known` e-mail and password, else by asking.

    Raises NotSignedIn where neither leads to one.
    """
    email, password = known
    given = Credentials(email, password) if email and password else None
    tokens = StoredSession(http, SessionFile(folder, http.server), given)
    if await tokens.is_accepted(email):
        return tokens
    if given is not None:
        await tokens.start(given)
    elif ask is not None:
        await _start_by_asking(http, tokens, email, ask)
    else:
        raise NotSignedIn(
            f"You are not signed in to {http.server}.",
            hint="Run `parley chat` in a terminal once, or set PARLEY_EMAIL and PARLEY_PASSWORD, "
            "or PARLEY_TOKEN.",
        )
    return tokens


async def _start_by_asking(http: Http, tokens: "StoredSession", email: str | None, ask: AskPerson) -> None:
    status = await http.call("GET", "/auth/status", _Status, headers={})
    if not status.has_users:
        raise NotSignedIn(
            f"Nobody has an account at {http.server} yet.",
            hint="Open that address in a browser and make the first one.",
        )
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            await tokens.start(ask(email))
            return
        except NotSignedIn:
            if attempt == _ATTEMPTS:
                raise


class FixedToken:
    """The access token of PARLEY_TOKEN, used as it is."""

    def __init__(self, token: str) -> None:
        self._token = token

    async def current(self) -> str:
        return self._token

    async def replace(self, refused: str) -> str:
        raise NotSignedIn(
            "The server does not take the token in PARLEY_TOKEN: it is wrong or has expired.",
            hint="Set a new one, or unset it and sign in by e-mail and password.",
        )

    async def forget(self) -> None:
        """It was never kept here."""


class StoredSession:
    """A session that outlives the process and is shared by all that run at once."""

    def __init__(self, http: Http, file: "SessionFile", given: Credentials | None) -> None:
        self._http = http
        self._file = file
        self._given = given

    async def is_accepted(self, email: str | None) -> bool:
        """Whether there is a session (of `email`, when that is given) that the server takes."""
        session = self._file.read()
        if session is None or (email and email.casefold() != session.email.casefold()):
            return False
        try:
            await self._http.call("GET", "/me", _User, headers=bearer(await self.current()))
        except NotSignedIn:
            try:
                await self.replace(session.access_token)
            except NotSignedIn:
                return False
        return True

    async def start(self, credentials: Credentials) -> None:
        """Raises NotSignedIn when the server does not take them."""
        async with self._file.exclusively():
            await self._log_in(credentials)

    async def forget(self) -> None:
        async with self._file.exclusively():
            self._file.write(None)

    async def current(self) -> str:
        session = self._file.read()
        if session is None:
            raise _ended(self._http.server)
        if session.expires_at - time.time() > _MARGIN_S:
            return session.access_token
        return await self.replace(session.access_token)

    async def replace(self, refused: str) -> str:
        # A refresh token works once: of several processes one renews, the others take what it got.
        async with self._file.exclusively():
            session = self._file.read()
            if session is None:
                raise _ended(self._http.server)
            if session.access_token != refused:
                return session.access_token
            try:
                return await self._exchange("/auth/refresh-token", {"refresh_token": session.refresh_token})
            except NotSignedIn as error:
                self._file.write(None)
                if self._given is None:
                    raise _ended(self._http.server) from error
            return await self._log_in(self._given)

    async def _log_in(self, credentials: Credentials) -> str:
        body = {"email": credentials.email, "password": credentials.password}
        return await self._exchange("/auth/login", body)

    async def _exchange(self, path: str, body: dict[str, str]) -> str:
        """Keeps the session that the server gives for `body`; its access token."""
        reply = await self._http.call("POST", path, _SignedIn, body=body, headers={})
        expires_at = time.time() + reply.expires_in
        self._file.write(Session(reply.user.email, reply.access_token, reply.refresh_token, expires_at))
        return reply.access_token


class SessionFile:
    """The sessions of one user, by server, in one file that no one else can read."""

    def __init__(self, folder: Path, server: str) -> None:
        self._folder = folder
        self._path = folder / "sessions.json"
        self._server = server

    def read(self) -> Session | None:
        """None where there is none for this server."""
        return self._read_all().get(self._server)

    def write(self, session: Session | None) -> None:
        """Under `exclusively` only. None forgets it."""
        kept = self._read_all()
        kept.pop(self._server, None)
        if session is not None:
            kept[self._server] = session
        side = self._path.with_suffix(".new")
        try:
            with os.fdopen(os.open(side, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(msgspec.json.encode(kept))
            side.replace(self._path)
        except OSError as error:
            raise self._not_kept(error) from error

    @asynccontextmanager
    async def exclusively(self) -> AsyncIterator[None]:
        """Keeps other processes of this user from renewing at the same time."""
        lock = self._open_lock()
        try:
            async with asyncio.timeout(_LOCK_TIMEOUT_S):
                while not _try_lock(lock):  # noqa: ASYNC110  another process lets go of it
                    await asyncio.sleep(_LOCK_POLL_S)
        except TimeoutError as error:
            os.close(lock)
            raise SessionNotKept(
                f"Another `parley chat` has held {self._folder} for {_LOCK_TIMEOUT_S:g} s.",
                hint="End it, then try again.",
            ) from error
        except BaseException:
            os.close(lock)
            raise
        try:
            yield
        finally:
            os.close(lock)

    def _open_lock(self) -> int:
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            return os.open(self._folder / "sessions.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise self._not_kept(error) from error

    def _read_all(self) -> dict[str, Session]:
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=dict[str, Session])
        except FileNotFoundError:
            return {}
        except msgspec.DecodeError as error:
            raise SessionNotKept(
                f"{self._path} does not hold sessions ({error}).", hint="Delete it and sign in again."
            ) from error
        except OSError as error:
            raise self._not_kept(error) from error

    def _not_kept(self, error: OSError) -> SessionNotKept:
        return SessionNotKept(
            f"The session cannot be kept in {self._folder}: {error.strerror}.",
            hint="Choose a folder of your own with PARLEY_CONFIG_DIR, or give a token in PARLEY_TOKEN.",
        )


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _ended(server: str) -> NotSignedIn:
    return NotSignedIn(
        f"Your session at {server} has ended.", hint="Run `parley chat` in a terminal to sign in again."
    )
