"""Connections and transactions: each begins by telling row-level security who asks."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

import asyncpg
from sqlalchemy.dialects.postgresql.asyncpg import dialect as asyncpg_dialect
from sqlalchemy.engine import URL, make_url
from sqlalchemy.sql import Executable

from parley.adapters.database.statements import Record, decode_json, prepared
from parley.core.kernel.errors import ErrorKind, InvalidInput, NotFound, ParleyError
from parley.core.kernel.ids import UserId, WorkspaceId
from parley.core.kernel.transactions import Scope, Transaction, marked_as_open

APP_ROLE = "parley_app"
PLATFORM_ROLE = "parley_platform"

_NUL_IN_TEXT = ("22021", "22P05")
"""In a text, and in a text inside JSON."""
_FOREIGN_KEY = "23503"

_BROKEN = (asyncpg.InterfaceError, asyncpg.InternalClientError)
"""What asyncpg raises for a connection that broke while it was used."""

_OUTAGES = {
    "08": "the connection fails.",
    "53": "it has no connection, memory or disk space left.",
    "57P": "it is starting or shutting down.",
    "57014": "a statement took too long.",
    "40": "two transactions stood in each other's way.",
}
"""How the SQLSTATEs begin after which the same transaction may succeed, in words that tell nothing of
the server's inside; its own are the cause of the error raised."""


class DatabaseUnavailable(ParleyError):
    code = "database_unavailable"
    kind = ErrorKind.UNAVAILABLE

    def __init__(self, why: str) -> None:
        super().__init__(f"The database does not answer: {why}", hint="Try again in a moment.")


class RemovedMeanwhile(NotFound):
    """What a new row belongs to was there when the transaction looked, and was gone when it wrote."""

    def __init__(self) -> None:
        ParleyError.__init__(
            self,
            "What this belongs to was removed at the same moment.",
            hint="Nothing was stored; choose another place for it.",
        )


@dataclass(frozen=True, slots=True)
class DatabaseConfig:
    """Where PostgreSQL is. Both URLs may name one login: the roles are then set on connecting."""

    app_url: str
    platform_url: str
    pool_size: int = 8
    connect_timeout_s: float = 10.0
    pool_timeout_s: float = 10.0
    statement_timeout_s: float = 30.0


@dataclass(frozen=True, slots=True)
class PostgresTransaction(Transaction):
    """A transaction on PostgreSQL; adapters of this family (and the job queue) use its connection."""

    connection: "asyncpg.Connection[Record]"


def connection_of(tx: Transaction) -> "asyncpg.Connection[Record]":
    """The connection behind a transaction that `Database` opened."""
    return cast(PostgresTransaction, tx).connection


async def rows(tx: Transaction, statement: Executable, values: dict[str, Any] | None = None) -> list[Record]:
    sql, arguments = prepared(statement, values)
    return await connection_of(tx).fetch(sql, *arguments)


async def row(tx: Transaction, statement: Executable, values: dict[str, Any] | None = None) -> Record | None:
    sql, arguments = prepared(statement, values)
    return await connection_of(tx).fetchrow(sql, *arguments)


async def execute(tx: Transaction, statement: Executable, values: Any = None) -> int:
    """Runs a statement, once for each of a list of values, and tells how many rows it touched."""
    if isinstance(values, list):
        many = [prepared(statement, each) for each in values]
        if many:
            await connection_of(tx).executemany(many[0][0], [arguments for _, arguments in many])
        return len(many)
    sql, arguments = prepared(statement, values)
    done: str = await connection_of(tx).execute(sql, *arguments)
    count = done.rpartition(" ")[2]  # such as INSERT 0 1, UPDATE 3
    return int(count) if count.isdecimal() else 0


class Database:
    """Implements `Transactions`: `parley_app` serves requests, `parley_platform` Parley's own work."""

    def __init__(self, config: DatabaseConfig) -> None:
        self._app = _Pool(config.app_url, APP_ROLE, config)
        self._platform = _Pool(config.platform_url, PLATFORM_ROLE, config)

    def begin(self, scope: Scope) -> AbstractAsyncContextManager[Transaction]:
        principals = "{" + ",".join(principal.hex for principal in scope.principals) + "}"
        return _begin(self._app, scope.workspace_id, scope.user_id, principals)

    def begin_identity(self, user_id: UserId | None = None) -> AbstractAsyncContextManager[Transaction]:
        return _begin(self._app, None, user_id, "")

    def begin_platform(
        self, workspace_id: WorkspaceId | None = None
    ) -> AbstractAsyncContextManager[Transaction]:
        return _begin(self._platform, workspace_id, None, "")

    async def ping(self) -> None:
        """Raises DatabaseUnavailable."""
        async with self.begin_identity():
            pass

    async def close(self) -> None:
        await self._app.close()
        await self._platform.close()


def connect_arguments(url: str, role: str, config: DatabaseConfig) -> dict[str, Any]:
    """What asyncpg is told to connect as `role`."""
    parsed = asyncpg_url(url)
    settings = {
        "application_name": role,
        "jit": "off",
        "statement_timeout": f"{config.statement_timeout_s:g}s",
        "idle_in_transaction_session_timeout": "60s",
    }
    if parsed.username != role:
        # The login is only a member of the role; given at start-up, RESET ROLE cannot shed it.
        settings["role"] = role
    _, address = asyncpg_dialect().create_connect_args(parsed)  # type: ignore[no-untyped-call]
    return {
        **address,
        "server_settings": settings,
        "timeout": config.connect_timeout_s,
        "command_timeout": config.statement_timeout_s + 5,
    }


class _Pool:
    """Connections of one role, opened as they are needed."""

    def __init__(self, url: str, role: str, config: DatabaseConfig) -> None:
        self._size = config.pool_size
        self._timeout_s = config.pool_timeout_s
        self._pool = asyncpg.create_pool(
            **connect_arguments(url, role, config),
            min_size=0,
            max_size=config.pool_size,
            max_queries=10**9,
            init=decode_json,
            reset=_nothing_to_reset,
            record_class=Record,
            statement_cache_size=500,
        )

    @asynccontextmanager
    async def connection(self) -> AsyncIterator["asyncpg.Connection[Record]"]:
        """Raises DatabaseUnavailable when none is free in time."""
        await self._pool
        busy = self._pool.get_size() == self._size and not self._pool.get_idle_size()
        try:
            connection = await self._pool.acquire(timeout=self._timeout_s)
        except TimeoutError as error:
            raise DatabaseUnavailable(
                "all connections are in use." if busy else "it took too long."
            ) from error
        try:
            yield cast("asyncpg.Connection[Record]", connection)
        finally:
            await self._pool.release(connection)

    async def close(self) -> None:
        await self._pool
        self._pool.terminate()


async def _roll_back(connection: "asyncpg.Connection[Record]") -> None:
    """To its end even when cancelled meanwhile: the pool may not get the connection back before."""
    if connection.is_closed():
        return
    ending = asyncio.ensure_future(connection.execute("ROLLBACK"))
    cancelled: asyncio.CancelledError | None = None
    while not ending.done():
        try:
            await asyncio.wait({ending})
        except asyncio.CancelledError as error:
            cancelled = error
    # Where it failed, the pool undoes the transaction, or does away with the connection.
    with suppress(asyncpg.PostgresError, *_BROKEN, OSError):
        ending.result()
    if cancelled is not None:
        raise cancelled


async def _nothing_to_reset(connection: "asyncpg.Connection[Record]") -> None:
    """All that a transaction sets ends with it."""


@asynccontextmanager
async def _begin(
    pool: _Pool, workspace_id: WorkspaceId | None, user_id: UserId | None, principals: str
) -> AsyncIterator[Transaction]:
    with marked_as_open():
        try:
            async with pool.connection() as connection:
                try:
                    # One round trip; of the values none can hold a quotation mark.
                    await connection.execute(
                        f"BEGIN; SELECT set_config('parley.workspace_id', '{_hex(workspace_id)}', true),"
                        f" set_config('parley.user_id', '{_hex(user_id)}', true),"
                        f" set_config('parley.principals', '{principals}', true)"
                    )
                    yield PostgresTransaction(workspace_id, user_id, connection)
                    await connection.execute("COMMIT")
                except BaseException:
                    await _roll_back(connection)
                    raise
        except asyncpg.PostgresError as error:
            translated = _translated(error)
            if translated is error:
                raise
            raise translated from error
        except _BROKEN as error:
            raise DatabaseUnavailable("the connection was lost.") from error
        except TimeoutError as error:
            raise DatabaseUnavailable("it took too long.") from error
        except (ConnectionError, FileNotFoundError) as error:
            raise DatabaseUnavailable("nothing listens at its address.") from error


def _hex(value: UUID | None) -> str:
    return "" if value is None else value.hex


def _translated(error: asyncpg.PostgresError) -> Exception:
    """As callers of a transaction know it; any other error as it is, for that is a fault of ours."""
    sqlstate = str(error.sqlstate or "")
    for beginning, why in _OUTAGES.items():
        if sqlstate.startswith(beginning):
            return DatabaseUnavailable(why)
    if sqlstate == _FOREIGN_KEY:
        return RemovedMeanwhile()
    if sqlstate in _NUL_IN_TEXT:
        return InvalidInput("A text holds a NUL character, which cannot be stored.", hint="Take it out.")
    error.detail = None  # it quotes what people wrote, and errors are logged
    return error


def asyncpg_url(url: str) -> URL:
    """Accepts `postgres://`, `postgresql://` and `postgresql+asyncpg://`."""
    return make_url(url).set(drivername="postgresql+asyncpg")
