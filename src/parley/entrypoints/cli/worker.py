"""`parley worker`: reads, embeds and indexes documents from the job queue."""

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Annotated

import typer

from parley.core.kernel.telemetry import Log
from parley.entrypoints.cli.serve import loop_factory, readable_errors, start_logging
from parley.settings import Settings, load_settings


def worker(
    data_dir: Annotated[
        Path | None, typer.Option(help="Where everything is kept. [env: PARLEY_DATA_DIR]")
    ] = None,
    until_stdin_closes: Annotated[
        bool, typer.Option("--until-stdin-closes", hidden=True, help="End with the process that started it.")
    ] = False,
) -> None:
    """Work through documents that wait to be read."""
    with readable_errors():
        settings = load_settings(data_dir=data_dir)
        with asyncio.Runner(loop_factory=loop_factory()) as runner:
            runner.run(_work(settings, start_logging(settings), until_stdin_closes))


async def _work(settings: Settings, log: Log, until_stdin_closes: bool) -> None:
    from parley.bootstrap.worker import run_worker

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    if until_stdin_closes:
        loop.add_reader(sys.stdin.fileno(), _when_stdin_closes, stop)
    await run_worker(settings, log, stop)


def _when_stdin_closes(stop: asyncio.Event) -> None:
    if not os.read(sys.stdin.fileno(), 1024):
        asyncio.get_running_loop().remove_reader(sys.stdin.fileno())
        stop.set()
