"""A small application on the embedded PostgreSQL, run as a process of its own so that tests can kill it.

Commands come on standard input, one a line; every answer and every log event is one line of JSON.
"""

import asyncio
import json
import sys
from pathlib import Path

import asyncpg

from parley.adapters.postgres import EmbeddedConfig, EmbeddedPostgres, EmbeddedPostgresError, PostgresAddress


def say(**fields: object) -> None:
    print(json.dumps(fields, default=str), flush=True)


class JsonLog:
    def info(self, event: str, /, **fields: object) -> None:
        say(log=event, **fields)

    warning = error = info


async def connect(address: PostgresAddress, user: str) -> asyncpg.Connection:
    return await asyncpg.connect(
        host=str(address.socket_dir), port=address.port, user=user, database=address.database, password=""
    )


async def start(postgres: EmbeddedPostgres) -> PostgresAddress | None:
    try:
        address = await postgres.start()
    except EmbeddedPostgresError as error:
        say(error=type(error).__name__, detail=error.detail, hint=error.hint)
        return None
    connection = await connect(address, address.superuser)
    await connection.execute("SELECT pg_advisory_lock(1)")
    await connection.execute("CREATE TABLE IF NOT EXISTS written (n bigint PRIMARY KEY)")
    await connection.close()
    say(owns=address.owns, socket_dir=address.socket_dir, url=address.url("parley_app"))
    return address


async def insert(address: PostgresAddress, first: int, count: int) -> None:
    connection = await connect(address, address.superuser)
    for n in range(first, first + count):
        await connection.execute("INSERT INTO written VALUES ($1)", n)
        say(acknowledged=n)
    connection.terminate()  # the test may kill the server as soon as it has read the last line


async def rows(address: PostgresAddress) -> None:
    connection = await connect(address, address.superuser)
    say(rows=[row["n"] for row in await connection.fetch("SELECT n FROM written ORDER BY n")])
    await connection.close()


async def main(data_dir: str, bindir: str = "") -> None:
    postgres = EmbeddedPostgres(EmbeddedConfig(Path(data_dir), Path(bindir) if bindir else None), JsonLog())
    address = await start(postgres)
    while line := await asyncio.to_thread(sys.stdin.readline):
        match line.split():
            case ["insert", first, count] if address:
                await insert(address, int(first), int(count))
            case ["rows"] if address:
                await rows(address)
            case ["start"]:
                address = await start(postgres)
            case _:
                say(refused=line)
    await postgres.stop()
    say(stopped=True)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
