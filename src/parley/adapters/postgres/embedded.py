"""The embedded PostgreSQL: starts the server in the data folder, or attaches to the one that runs there."""

import asyncio
import contextlib
import os
import signal
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

import asyncpg

from parley.adapters.postgres import socketdir
from parley.adapters.postgres.binaries import WAY_OUT
from parley.adapters.postgres.configuration import DATABASE, OWNER_ROLE
from parley.adapters.postgres.datadir import DataFolder
from parley.adapters.postgres.errors import (
    ELSEWHERE,
    BinariesMissing,
    DataFolderForeign,
    StartFailed,
    from_os_error,
)
from parley.adapters.postgres.postmaster import EventLog, Postmaster

_POLL_S = 0.02
_CONNECT_TIMEOUT_S = 5.0
# After the time for an orderly stop: for one at once, then for the system to clear a killed server away.
_FORCED_STOP_S = 5.0
# What a server answers, or its socket does, while it is not up yet or not any more.
_NOT_UP = (
    OSError,  # includes TimeoutError
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    asyncpg.ConnectionDoesNotExistError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.InterfaceError,
)
_NOT_OURS = (asyncpg.InvalidCatalogNameError, asyncpg.InvalidAuthorizationSpecificationError)


@dataclass(frozen=True, slots=True)
class EmbeddedConfig:
    """`bindir` names other programs than those of the installed wheel (PARLEY_PG_BINDIR)."""

    data_dir: Path
    bindir: Path | None = None
    # Holds the making of a new folder, and recovery after a crash.
    start_timeout_s: float = 60.0
    stop_timeout_s: float = 15.0


@dataclass(frozen=True, slots=True)
class PostgresAddress:
    """Where the running server is; `owns` tells whether this process started it."""

    socket_dir: Path
    port: int
    database: str
    superuser: str
    owns: bool

    def url(self, user: str) -> str:
        """For SQLAlchemy with asyncpg. No password: only this system's user can reach the socket."""
        place = urlencode({"host": str(self.socket_dir), "port": self.port}, quote_via=quote)
        return f"postgresql+asyncpg://{quote(user, safe='')}@/{quote(self.database, safe='')}?{place}"


class EmbeddedPostgres:
    """The PostgreSQL server of one data folder, shared by all processes of this user that name the folder.

    The first to come starts it and owns it; the others attach. It ends with its owner, in good order when
    the owner stops it and also when the owner is killed (on Linux, where the kernel tells it; elsewhere it
    runs on and the next to come attaches to it). Those attached then lose their connections, as everyone
    does when the server crashes: call `start()` again, and one of the callers owns the next server.
    """

    def __init__(self, config: EmbeddedConfig, log: EventLog) -> None:
        self._config = config
        self._log = log
        self._folder = DataFolder(config.data_dir.absolute() / "postgres")
        self._postmaster: Postmaster | None = None

    async def start(self) -> PostgresAddress:
        """The address of a server that answers. May be called again at any time, also when it is up.

        Raises an EmbeddedPostgresError, at the latest after the configured time; a server that was started
        is ended then.
        """
        try:
            self._folder.open()
            async with asyncio.timeout(self._config.start_timeout_s):
                return await self._start_or_attach()
        except TimeoutError as error:
            raise self._timed_out() from error
        except OSError as error:
            raise from_os_error(self._folder.home, error) from error

    async def stop(self) -> None:
        """End the server if this process owns it, at once if it will not end in good order; else do nothing.

        Takes at most the configured time and ten seconds more.
        """
        postmaster, self._postmaster = self._postmaster, None
        if postmaster is None:
            return
        for number, patience_s in (
            (signal.SIGINT, self._config.stop_timeout_s),
            (signal.SIGQUIT, _FORCED_STOP_S),
            (signal.SIGKILL, _FORCED_STOP_S),
        ):
            postmaster.send(number)
            if await asyncio.to_thread(postmaster.wait_for_end, patience_s):
                break
            self._log.warning("postgres.stop_is_slow", signal=number.name, waited_s=patience_s)
        self._leave_tidy()

    async def _start_or_attach(self) -> PostgresAddress:
        while True:
            lock = None if self._owns() else self._folder.try_lock()
            if lock is not None:
                return await self._launch(lock)
            socket_dir = socketdir.locate(self._folder)
            if socket_dir is not None and await self._answers(socket_dir):
                if not self._owns():
                    self._log.info("postgres.attached", socket_dir=str(socket_dir))
                return self._address(socket_dir)
            await asyncio.sleep(_POLL_S)

    async def _launch(self, lock: int) -> PostgresAddress:
        postmaster = Postmaster(self._folder, self._config.bindir, lock, self._log)
        self._postmaster = postmaster
        try:
            while postmaster.running:
                if postmaster.socket_dir is not None and await self._answers(postmaster.socket_dir):
                    self._log.info("postgres.started", socket_dir=str(postmaster.socket_dir))
                    return self._address(postmaster.socket_dir)
                await asyncio.sleep(_POLL_S)
            raise postmaster.failure or StartFailed("The start of the database broke off.", hint=ELSEWHERE)
        except BaseException:
            # Cancelled, out of time or unusable: what runs is told to end at once; its thread sees it off.
            postmaster.send(signal.SIGQUIT)
            self._postmaster = None
            raise

    async def _answers(self, socket_dir: Path) -> bool:
        """Whether the server is up. Raises an EmbeddedPostgresError if it is, but not as it should be."""
        try:
            connection = await asyncpg.connect(
                host=str(socket_dir),
                port=socketdir.PORT,
                user=OWNER_ROLE,
                password="",
                database=DATABASE,
                ssl=False,
                timeout=_CONNECT_TIMEOUT_S,
            )
        except _NOT_UP:
            return False
        except _NOT_OURS as error:
            raise DataFolderForeign(
                f"{self._folder.data} holds a database that Parley did not make: {error}.",
                hint="Move it away, or choose another folder with PARLEY_DATA_DIR.",
            ) from error
        except asyncpg.PostgresError as error:
            raise StartFailed(
                f"The database in {self._folder.home} runs but refuses connections: {error}.",
                hint=f"See {self._folder.log}. {ELSEWHERE}",
            ) from error
        try:
            found = await connection.fetchval(
                "SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'vector')",
                timeout=_CONNECT_TIMEOUT_S,
            )
        except _NOT_UP:
            return False
        finally:
            with contextlib.suppress(*_NOT_UP):
                await connection.close(timeout=_CONNECT_TIMEOUT_S)
        if not found:
            raise BinariesMissing("This PostgreSQL has no pgvector (extension “vector”).", hint=WAY_OUT)
        return True

    def _owns(self) -> bool:
        return self._postmaster is not None and self._postmaster.running

    def _address(self, socket_dir: Path) -> PostgresAddress:
        return PostgresAddress(socket_dir, socketdir.PORT, DATABASE, OWNER_ROLE, owns=self._owns())

    def _leave_tidy(self) -> None:
        lock = self._folder.try_lock()
        # Another process may have started the next server already; then the folder is its own.
        if lock is not None:
            try:
                socketdir.discard(self._folder)
            finally:
                os.close(lock)

    def _timed_out(self) -> StartFailed:
        limit_s = self._config.start_timeout_s
        return StartFailed(
            f"The database in {self._folder.home} did not answer within {limit_s:g} s.",
            hint=f"See {self._folder.log}; start again if the machine was busy. {ELSEWHERE}",
        )
