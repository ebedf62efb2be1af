"""Signals between replicas over PostgreSQL's LISTEN and NOTIFY."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from uuid import UUID

import asyncpg
from sqlalchemy import text

from parley.adapters.database.connection import (
    PLATFORM_ROLE,
    DatabaseConfig,
    DatabaseUnavailable,
    connect_arguments,
    execute,
)
from parley.core.chat.signals import CancelRequested, EventsStored, Missed, Signal, TurnQueued
from parley.core.conversations.model import TurnId
from parley.core.kernel.transactions import Transaction

CHANNEL = "parley_turns"
HEARD_AT_MOST = 1_000
"""Signals not yet passed on; past them, one says that some were missed."""
PING_S = 15.0
IDS_AT_ONCE = 200
"""Of the turns whose logs have grown: a notification holds less than 8,000 bytes."""

_NOTIFY = text("SELECT pg_notify(:channel, :line)")


async def signal(tx: Transaction, said: TurnQueued | CancelRequested) -> None:
    """Tells every replica once the transaction has committed. What the log stores, it tells itself."""
    match said:
        case TurnQueued():
            line = "q"
        case CancelRequested(turn_id):
            line = "c" + turn_id.hex
    await execute(tx, _NOTIFY, {"channel": CHANNEL, "line": line})


class PostgresSignals:
    """Implements `Signals` on a connection of its own."""

    def __init__(self, config: DatabaseConfig) -> None:
        self._config = config

    async def listen(self) -> AsyncGenerator[Signal, None]:
        async with aclosing(heard_on(CHANNEL, self._config)) as lines:
            async for line in lines:
                yield _read(line)


async def heard_on(channel: str, config: DatabaseConfig) -> AsyncGenerator[str, None]:
    """What is said on a channel, over a connection of its own; the empty text at the beginning and where
    something was missed. Raises DatabaseUnavailable."""
    heard: asyncio.Queue[str] = asyncio.Queue(maxsize=HEARD_AT_MOST)

    def hear(_connection: object, _pid: int, _channel: str, payload: object) -> None:
        if heard.full():
            heard.get_nowait()
            payload = ""  # one more that was missed
        heard.put_nowait(str(payload))

    try:
        connection = await asyncpg.connect(**connect_arguments(config.platform_url, PLATFORM_ROLE, config))
        try:
            connection.add_termination_listener(lambda _: hear(None, 0, channel, ""))
            await connection.add_listener(channel, hear)
            yield ""
            while True:
                yield await _next(heard, connection)
        finally:
            connection.terminate()
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError) as error:
        raise DatabaseUnavailable("the connection that carries signals was lost.") from error


async def _next(heard: asyncio.Queue[str], connection: "asyncpg.Connection[asyncpg.Record]") -> str:
    """Silence may be a connection that has died: it is asked."""
    while True:
        try:
            async with asyncio.timeout(PING_S):
                line = await heard.get()
            if connection.is_closed():
                raise ConnectionError
            return line
        except TimeoutError:
            await connection.execute("SELECT 1", timeout=PING_S)


def _read(line: str) -> Signal:
    kind, rest = line[:1], line[1:]
    match kind:
        case "e":
            return EventsStored(frozenset(TurnId(UUID(each)) for each in rest.split(",")))
        case "q":
            return TurnQueued()
        case "c":
            return CancelRequested(TurnId(UUID(rest)))
        case _:
            return Missed()  # too much at once, or the word of a newer version
