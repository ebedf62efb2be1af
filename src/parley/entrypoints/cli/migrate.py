"""`parley migrate`: brings the database's schema up to date without starting the server."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from parley.core.kernel.telemetry import Log
from parley.entrypoints.cli.serve import readable_errors, start_logging
from parley.settings import Settings, load_settings


def migrate(
    data_dir: Annotated[
        Path | None, typer.Option(help="Where everything is kept. [env: PARLEY_DATA_DIR]")
    ] = None,
) -> None:
    """Bring the database's schema up to date."""
    with readable_errors():
        settings = load_settings(data_dir=data_dir)
        revision = asyncio.run(_migrate(settings, start_logging(settings)))
        typer.echo(f"The database is at schema {revision}.")


async def _migrate(settings: Settings, log: Log) -> str:
    from parley.bootstrap.database import running_database

    async with running_database(settings, log) as database:
        return database.revision
