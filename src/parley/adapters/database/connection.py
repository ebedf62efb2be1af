"""Engines and transactions: each begins by telling row-level security who asks."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Row, TextClause, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.sql import Executable

from parley.core.kernel.errors import ErrorKind, InvalidInput, NotFound, ParleyError
from parley.core.kernel.ids import UserId, WorkspaceId
from parley.core.kernel.transactions import Scope, Transaction, marked_as_open

APP_ROLE = "parley_app"
PLATFORM_ROLE = "parley_platform"

_NUL_IN_TEXT = "22021"
_FOREIGN_KEY = "23503"

_SET_SCOPE = text(
    "SELECT set_config('parley.workspace_id', :workspace, true),"
    " set_config('parley.user_id', :user, true),"
    " set_config('parley.principals', :principals, true)"
)

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

    connection: AsyncConnection


def connection_of(tx: Transaction) -> AsyncConnection:
    """The connection behind a transaction that `Database` opened."""
    return cast(PostgresTransaction, tx).connection


async def rows(
    tx: Transaction, statement: Executable, values: dict[str, Any] | None = None
) -> list[Row[Any]]:
    result = await connection_of(tx).execute(statement, values)
    return list(result.all())


async def row(
    tx: Transaction, statement: Executable, values: dict[str, Any] | None = None
) -> Row[Any] | None:
    result = await connection_of(tx).execute(statement, values)
    return result.first()


async def execute(tx: Transaction, statement: Executable | TextClause, values: Any = None) -> int:
    """Runs a statement and tells how many rows it touched."""
    result = await connection_of(tx).execute(statement, values)
    return int(result.rowcount)


class Database:
    """Implements `Transactions`: `parley_app` serves requests, `parley_platform` Parley's own work."""

    def __init__(self, config: DatabaseConfig) -> None:
        self._app = _engine(config.app_url, APP_ROLE, config)
        self._platform = _engine(config.platform_url, PLATFORM_ROLE, config)

    def begin(self, scope: Scope) -> AbstractAsyncContextManager[Transaction]:
        principals = "{" + ",".join(str(principal) for principal in scope.principals) + "}"
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
        await self._app.dispose()
        await self._platform.dispose()


@asynccontextmanager
async def _begin(
    engine: AsyncEngine, workspace_id: WorkspaceId | None, user_id: UserId | None, principals: str
) -> AsyncIterator[Transaction]:
    with marked_as_open():
        try:
            async with engine.begin() as connection:
                await connection.execute(
                    _SET_SCOPE,
                    {
                        "workspace": str(workspace_id or ""),
                        "user": str(user_id or ""),
                        "principals": principals,
                    },
                )
                yield PostgresTransaction(workspace_id, user_id, connection)
        except DBAPIError as error:
            translated = _translated(error)
            if translated is error:
                raise
            raise translated from error
        except PoolTimeout as error:
            raise DatabaseUnavailable("all connections are in use.") from error
        except TimeoutError as error:
            raise DatabaseUnavailable("it took too long.") from error
        except (ConnectionError, FileNotFoundError) as error:
            raise DatabaseUnavailable("nothing listens at its address.") from error


def _translated(error: DBAPIError) -> Exception:
    """As callers of a transaction know it; any other error as it is, for that is a fault of ours."""
    sqlstate = str(getattr(error.orig, "sqlstate", None) or "")
    if error.connection_invalidated:
        return DatabaseUnavailable("the connection was lost.")
    for beginning, why in _OUTAGES.items():
        if sqlstate.startswith(beginning):
            return DatabaseUnavailable(why)
    if sqlstate == _FOREIGN_KEY:
        return RemovedMeanwhile()
    if sqlstate == _NUL_IN_TEXT:
        return InvalidInput("A text holds a NUL character, which cannot be stored.", hint="Take it out.")
    return error


def _engine(url: str, role: str, config: DatabaseConfig) -> AsyncEngine:
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
    return create_async_engine(
        parsed,
        hide_parameters=True,  # they hold what people wrote, and errors are logged
        pool_size=config.pool_size,
        max_overflow=0,
        pool_timeout=config.pool_timeout_s,
        pool_recycle=1800,
        connect_args={
            "server_settings": settings,
            "timeout": config.connect_timeout_s,
            "command_timeout": config.statement_timeout_s + 5,
        },
    )


def asyncpg_url(url: str) -> URL:
    """Accepts `postgres://`, `postgresql://` and `postgresql+asyncpg://`."""
    return make_url(url).set(drivername="postgresql+asyncpg")
