"""One PostgreSQL server of ours, from an unmade data folder to its last word, in a thread of its own."""

import contextlib
import os
import signal
import subprocess
import threading
from pathlib import Path
from typing import Protocol

from parley.adapters.postgres import configuration, socketdir
from parley.adapters.postgres.binaries import find_binaries
from parley.adapters.postgres.datadir import DataFolder
from parley.adapters.postgres.errors import (
    ELSEWHERE,
    EmbeddedPostgresError,
    StartFailed,
    disk_full,
    from_os_error,
)
from parley.adapters.postgres.privileges import Runnable, find_runnable
from parley.adapters.postgres.serverlog import ServerLog
from parley.adapters.postgres.upgrading import refuse_other_version

_LONGEST_LINE_BYTES = 64 * 1024
_ENDING_SIGNS = ("FATAL: ", "PANIC: ", "error: ")
_FULL_DISK_SIGNS = ("No space left on device", "Disk quota exceeded", "File too large")


class EventLog(Protocol):
    """The part of a structlog logger that is used here; it must bear being called from any thread."""

    def info(self, event: str, /, **fields: object) -> object:
        """Something an operator may want to know."""

    def warning(self, event: str, /, **fields: object) -> object:
        """Something that works, though not as well as it should."""

    def error(self, event: str, /, **fields: object) -> object:
        """Something that does not work."""


class Postmaster:
    """Makes the data folder if it is new, starts the server, keeps its log, and notes its end.

    All its processes are started by one thread that lives as long as they do, because Linux sends the
    parent-death signal when the *thread* that forked ends. The thread is a daemon: a process that ends
    without stopping the server takes it down. Takes over `lock`, and lets go of it once the server has
    inherited it.
    """

    def __init__(self, folder: DataFolder, bindir: Path | None, lock: int, log: EventLog) -> None:
        self.failure: EmbeddedPostgresError | None = None
        self.socket_dir: Path | None = None
        self._folder = folder
        self._bindir = bindir
        self._lock = lock
        self._log = log
        self._server_log = ServerLog(folder.log)
        self._guard = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._stopping = False
        self._thread = threading.Thread(target=self._live, name="embedded-postgres", daemon=True)
        self._thread.start()

    @property
    def running(self) -> bool:
        """Whether the server, or the making of its folder, has not ended yet."""
        return self._thread.is_alive()

    def wait_for_end(self, patience_s: float) -> bool:
        """Block until all processes of the server are gone; False if that takes longer."""
        self._thread.join(patience_s)
        return not self.running

    def send(self, number: signal.Signals) -> None:
        """Ask for the end: SIGINT in good order, SIGQUIT at once, SIGKILL without being asked."""
        with self._guard:
            self._stopping = True
            if self._child is not None:
                self._child.send_signal(number)

    def _live(self) -> None:
        try:
            with self._server_log:
                self._run()
        except EmbeddedPostgresError as error:
            self.failure = error
        except OSError as error:
            self.failure = from_os_error(self._folder.home, error)

    def _run(self) -> None:
        try:
            self._folder.sweep()
            runnable = self._find_runnable()
            if self._folder.is_new():
                self._make_data(runnable)
            refuse_other_version(self._folder, runnable)
            self._folder.give_to(runnable.launch.file_owner)
            socket_dir = self._prepare_socket_dir()
            arguments = configuration.server_arguments(self._folder.data, socket_dir, runnable.major)
            child = self._start(runnable.launch.command(runnable.binaries.postgres, *arguments))
            self.socket_dir = socket_dir
        finally:
            os.close(self._lock)
        code = self._follow(child)
        self.failure = self._explain("The database server", code)
        if not self._stopping:
            self._log.error("postgres.exited", exit_code=code, detail=self.failure.detail)

    def _find_runnable(self) -> Runnable:
        runnable = find_runnable(find_binaries(self._bindir), self._folder.data_owner())
        if runnable.launch.mode == "user":
            self._log.warning(
                "postgres.runs_as_another_user",
                uid=runnable.launch.uid,
                reason="root is refused by PostgreSQL and user namespaces by this system",
                data=str(self._folder.data),
            )
        return runnable

    def _make_data(self, runnable: Runnable) -> None:
        folder, launch, binaries = self._folder, runnable.launch, runnable.binaries
        folder.check_room()
        self._log.info("postgres.initialising", data=str(folder.data), version=runnable.major)
        folder.unfinished.mkdir(mode=0o700)
        os.chown(folder.unfinished, launch.file_owner, -1)
        side = folder.unfinished
        self._complete(launch.command(binaries.initdb, *configuration.initdb_arguments(side, runnable.major)))
        # Single-user mode: the database and its roles are there before the folder gets its name.
        single = ("--single", "-D", str(side), "-c", "exit_on_error=on", "postgres")
        self._complete(launch.command(binaries.postgres, *single), configuration.first_statements())
        self._complete(launch.command(binaries.initdb, "--sync-only", "-D", str(side)))
        folder.finish()

    def _prepare_socket_dir(self) -> Path:
        place = socketdir.prepare(self._folder)
        if place != self._folder.run:
            self._log.info(
                "postgres.socket_moved",
                socket_dir=str(place),
                too_long=str(socketdir.socket_path(self._folder.run)),
                limit_bytes=socketdir.SOCKET_PATH_LIMIT_BYTES,
            )
        return place

    def _start(self, command: list[str], stdin: int = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
        with self._guard:
            if self._stopping:
                raise StartFailed("The start of the database was abandoned.")
            self._child = subprocess.Popen(
                command,
                stdin=stdin,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                pass_fds=(self._lock,),
                # Away from the terminal's process group: Ctrl-C is for the application, which then stops us.
                start_new_session=True,
            )
            return self._child

    def _complete(self, command: list[str], text: str = "") -> None:
        child = self._start(command, subprocess.PIPE)
        if child.stdin is not None:
            # A child that failed before it read anything says why itself.
            with contextlib.suppress(BrokenPipeError), child.stdin as pipe:
                pipe.write(text.encode())
        code = self._follow(child)
        if code != 0:
            raise self._explain("Making the data folder", code)

    def _follow(self, child: subprocess.Popen[bytes]) -> int:
        """Log what the child says; its exit code once it and all its own children are gone."""
        if child.stdout is not None:
            with child.stdout as lines:
                while line := lines.readline(_LONGEST_LINE_BYTES):
                    self._server_log.write(line)
        return child.wait()

    def _explain(self, what: str, code: int) -> EmbeddedPostgresError:
        lines = self._server_log.last_lines()
        # Not every error: a query that failed earlier is not what ended the server.
        telling = [line for line in lines if any(sign in line for sign in _ENDING_SIGNS)]
        if any(sign in line for line in telling for sign in _FULL_DISK_SIGNS):
            return disk_full(self._folder.home)
        said = (telling or lines or ["it said nothing"])[-1]
        return StartFailed(
            f"{what} ended with code {code}: {said}", hint=f"See {self._folder.log}. {ELSEWHERE}"
        )
