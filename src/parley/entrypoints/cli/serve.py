"""`parley serve`: the API, the web app and live streams; on one machine also the database and a worker."""

import asyncio
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from parley.core.kernel.errors import ParleyError
from parley.core.kernel.telemetry import Log
from parley.settings import Settings, WrongSetting, load_settings, unknown_variables

if TYPE_CHECKING:
    import uvicorn

GRACE_S = 5
"""How long open requests may go on after a signal to stop."""
UNREAD_MS = 30_000
"""How long a connection may stay full, or unacknowledged, before the kernel ends it."""
PING_S = 20.0
"""How often an idle WebSocket is asked for a sign of life, and how long it may take to give one."""
RESTART_FIRST_S, RESTART_LONGEST_S = 1.0, 30.0


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on. [env: PARLEY_HOST]")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on. [env: PARLEY_PORT]")] = None,
    data_dir: Annotated[
        Path | None, typer.Option(help="Where everything is kept. [env: PARLEY_DATA_DIR]")
    ] = None,
) -> None:
    """Start Parley and everything it needs on this machine."""
    with readable_errors():
        settings = load_settings(host=host, port=port, data_dir=data_dir)
        log = start_logging(settings)
        with asyncio.Runner(loop_factory=loop_factory()) as runner:
            runner.run(_serve(settings, log))


@contextmanager
def readable_errors() -> Iterator[None]:
    """Turns what a person can mend into two lines and exit status 1, without a traceback."""
    try:
        yield
    except WrongSetting as error:
        typer.echo(f"Parley cannot start.\n{error}", err=True)
        raise typer.Exit(1) from None
    except ParleyError as error:
        typer.echo(f"Parley cannot start: {error.detail}", err=True)
        if error.hint:
            typer.echo(error.hint, err=True)
        raise typer.Exit(1) from None


def start_logging(settings: Settings) -> Log:
    from parley.adapters.telemetry.logs import configure_logs

    form = settings.log_format or ("console" if sys.stderr.isatty() else "json")
    log = configure_logs(settings.log_level, form)
    for sentence in unknown_variables():
        log.warning("settings.unknown", detail=sentence)
    return log


def loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    if sys.platform == "win32":
        return None
    import uvloop

    return uvloop.new_event_loop


async def _serve(settings: Settings, log: Log) -> None:
    from parley.bootstrap.database import running_database
    from parley.bootstrap.server import web_application

    listener = _listen(settings)
    with listener:
        async with running_database(settings, log) as database:
            workers = worker_process(settings, log) if settings.worker == "with_server" else nullcontext()
            async with workers:
                stopping = asyncio.Event()
                app = web_application(settings, log, database, stopping=stopping)
                await _run_server(app, stopping, listener, settings, log)


def _listen(settings: Settings) -> socket.socket:
    """Taken before anything else starts: a busy port is told at once. Raises WrongSetting."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        # Connections inherit it. Without it, one whose peer never reads again is never torn down.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNREAD_MS)
    try:
        listener.bind((settings.host, settings.port))
    except (OSError, OverflowError) as error:
        listener.close()
        raise WrongSetting(
            f"Port {settings.port} on {settings.host} cannot be listened on: {error}.\n"
            "Stop what uses it, or choose another with --port or PARLEY_PORT."
        ) from None
    return listener


async def _run_server(
    app: object, stopping: asyncio.Event, listener: socket.socket, settings: Settings, log: Log
) -> None:
    import uvicorn

    class Server(uvicorn.Server):
        @contextmanager
        def capture_signals(self) -> Iterator[None]:
            yield  # ours, below: uvicorn's would end the process before the database is stopped

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                url = _url(settings.host, listener.getsockname()[1])
                log.info("serving", url=url)
                if sys.stderr.isatty():
                    typer.echo(f"\n  Parley is ready: {url}\n", err=True)

    server = Server(server_config(app))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, _ask_to_stop, server, stopping)
    await server.serve([listener])
    if not server.started:
        raise ParleyError("The server did not start.", hint="The log above says why.")


def server_config(app: object) -> "uvicorn.Config":
    """How uvicorn serves Parley."""
    import uvicorn

    from parley.web.realtime.frames import MAX_FRAME_BYTES

    return uvicorn.Config(
        app,  # type: ignore[arg-type]
        http="httptools",
        ws="websockets-sansio",
        ws_max_size=MAX_FRAME_BYTES,
        ws_ping_interval=PING_S,
        ws_ping_timeout=PING_S,
        ws_per_message_deflate=False,  # its buffers are most of what an idle socket would hold
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_S,
        lifespan="on",
    )


def _ask_to_stop(server: object, stopping: asyncio.Event) -> None:
    stopping.set()
    # A second signal does not wait for open requests.
    server.force_exit = getattr(server, "should_exit", False)  # type: ignore[attr-defined]
    server.should_exit = True  # type: ignore[attr-defined]


def _url(host: str, port: int) -> str:
    shown = "localhost" if host in {"127.0.0.1", "0.0.0.0", "::"} else f"[{host}]" if ":" in host else host  # noqa: S104
    return f"http://{shown}:{port}"


@asynccontextmanager
async def worker_process(settings: Settings, log: Log) -> AsyncIterator[None]:
    """A worker as a child process, so that reading documents never slows a stream; restarted if it dies."""
    keeping = asyncio.create_task(_keep_worker(settings, log))
    try:
        yield
    finally:
        keeping.cancel()
        await asyncio.wait({keeping})


async def _keep_worker(settings: Settings, log: Log) -> None:
    pause_s = RESTART_FIRST_S
    while True:
        # A group of its own: Ctrl+C reaches us alone, and we end it in order. Its standard input
        # closes when we die, however we die.
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "parley.entrypoints.cli",
            "worker",
            "--data-dir",
            str(settings.data_dir),
            "--until-stdin-closes",
            stdin=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
        began = asyncio.get_running_loop().time()
        try:
            status = await process.wait()
        except asyncio.CancelledError:
            await _end(process)
            raise
        if asyncio.get_running_loop().time() - began > RESTART_LONGEST_S:
            pause_s = RESTART_FIRST_S
        log.error("worker.died", status=status, restart_in_s=pause_s)
        await asyncio.sleep(pause_s)
        pause_s = min(pause_s * 2, RESTART_LONGEST_S)


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.stdin is not None:
        process.stdin.close()
    try:
        async with asyncio.timeout(GRACE_S):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
