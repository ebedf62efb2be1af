"""Forks a limited child for each file to parse; runs as a process of its own, started by `sandbox`.

A fresh interpreter with its libraries costs 200 ms of CPU, a fork of this warm one about 3 ms. It never
looks into a file itself, holds no secret (its environment is empty) and lives as long as its control
socket, so it cannot outlive the server.
"""

import ctypes
import gc
import os
import selectors
import signal
import socket
import sys
import traceback
from contextlib import suppress
from typing import Never

import msgspec

from parley.adapters.documents.child import bind_by, prepare, reply_to
from parley.adapters.documents.messages import END, END_MARK, ChildRequest, ParserConfig

_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38
_CLONE_NEWUSER = 0x1000_0000
_CLONE_NEWNET = 0x4000_0000
_KIB = 1_024
_CRASHED = 70


class Forkserver:
    """`control` carries, for each file, one byte and the socket of its request and its reply."""

    def __init__(self, control: socket.socket, config: ParserConfig) -> None:
        self._control = control
        self._config = config
        self._conversations: dict[int, socket.socket] = {}
        """By the child's process id."""
        self._selector = selectors.DefaultSelector()

    def serve(self) -> None:
        """Until the other end of the control socket is closed; then its children are killed."""
        wake_up, on_signal = socket.socketpair()
        wake_up.settimeout(0)
        on_signal.settimeout(0)
        signal.set_wakeup_fd(on_signal.fileno())
        signal.signal(signal.SIGCHLD, lambda _signal, _frame: None)
        self._selector.register(wake_up, selectors.EVENT_READ)
        self._selector.register(self._control, selectors.EVENT_READ)
        try:
            while True:
                for key, _ in self._selector.select():
                    if key.fileobj is wake_up:
                        wake_up.recv(4_096)
                        self._bury_the_dead()
                    elif key.fileobj is not self._control:
                        self._abandon(key.data)
                    elif not self._accept():
                        return
        finally:
            for pid in self._conversations:
                _kill(pid)

    def _accept(self) -> bool:
        """False at the end of the control socket."""
        byte, descriptors, _, _ = socket.recv_fds(self._control, 1, 1)
        if not byte:
            return False
        conversation = socket.socket(fileno=descriptors[0])
        with conversation.makefile("rb") as lines:
            request = msgspec.json.decode(lines.readline(), type=ChildRequest)
        prepare(request)
        gc.freeze()  # a collection in a child would copy the pages it shares with this process
        server_pid = os.getpid()
        pid = os.fork()
        if pid == 0:
            self._become_child(conversation, request, server_pid)
        with suppress(OSError):  # it has done so itself
            os.setpgid(pid, pid)
        self._conversations[pid] = conversation
        self._selector.register(conversation, selectors.EVENT_READ, data=pid)
        return True

    def _abandon(self, pid: int) -> None:
        """The server has hung up: it was cancelled or waited long enough."""
        self._selector.unregister(self._conversations[pid])
        _kill(pid)

    def _bury_the_dead(self) -> None:
        while self._conversations:
            dead = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            if dead is None:
                return
            _kill(dead.si_pid)  # what it has started; the number is its own until it is waited for
            pid, status, used = os.wait4(dead.si_pid, 0)
            with self._conversations.pop(pid) as conversation:
                if conversation in self._selector.get_map():
                    self._selector.unregister(conversation)
                memory_bytes = used.ru_maxrss * (1 if sys.platform == "darwin" else _KIB)
                with suppress(ConnectionError):  # the server has hung up
                    conversation.sendall(
                        END.pack(END_MARK, status, used.ru_utime + used.ru_stime, memory_bytes)
                    )

    def _become_child(self, conversation: socket.socket, request: ChildRequest, server_pid: int) -> Never:
        exit_code = _CRASHED
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.setpgid(0, 0)  # so that what it starts can be ended with it
            _end_with_parent(server_pid)
            _keep_only(conversation)
            bind_by(self._config.limits)
            conversation.sendall(reply_to(request, self._config))
            exit_code = 0
        finally:
            try:
                if exit_code:
                    _report_crash()
            finally:
                # Whatever happens: beyond this frame a child would act as the server and kill its siblings.
                os._exit(exit_code)


def _kill(pid: int) -> None:
    """The child and whatever it has started."""
    with suppress(ProcessLookupError, PermissionError):  # macOS says the latter of a group that is all dead
        os.killpg(pid, signal.SIGKILL)


def _report_crash() -> None:
    """Where, but not the message: it may quote the file."""
    kind, _, frames = sys.exc_info()
    name = kind.__name__ if kind else "no error"
    sys.stderr.write(f"A parser failed with {name}:\n{''.join(traceback.format_tb(frames))}")


def _end_with_parent(parent_pid: int) -> None:
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if os.getppid() != parent_pid:
        os._exit(_CRASHED)


def _keep_only(conversation: socket.socket) -> None:
    """Standard error stays open for the report of a crash."""
    kept = conversation.fileno()
    os.close(0)
    os.closerange(3, kept)
    os.closerange(kept + 1, 1_024)


def _leave_the_network() -> None:
    """No reader has to speak to anyone. Some containers forbid it; the other limits hold there too."""
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        if libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET):
            libc.unshare(_CLONE_NEWNET)


def main() -> None:
    config = msgspec.json.decode(sys.argv[1], type=ParserConfig)
    _leave_the_network()
    with socket.socket(fileno=0) as control:
        Forkserver(control, config).serve()


if __name__ == "__main__":
    main()
