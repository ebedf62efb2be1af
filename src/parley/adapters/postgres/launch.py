"""The program that drops root, ties its life to its parent's, and then becomes PostgreSQL.

It is run as a script, by path, so that nothing of Parley is loaded into it:

    python -I -S launch.py PARENT_PID MODE UID GID PROGRAM [ARGUMENT...]

`direct` keeps the user. `namespace` enters a user namespace in which this user is seen as UID and GID; files
it makes belong to the real user. `user` switches to UID and GID for good and keeps one privilege of root's,
to pass through and write folders of others. A replaced process has no wrapper between it and its parent, so
the parent-death signal and every signal sent by process id reach PostgreSQL itself.
"""

import ctypes
import os
import signal
import sys
from pathlib import Path

MODE_REFUSED = 70
PROGRAM_REFUSED = 71

# Numbers of the Linux ABI, the same on every architecture.
_CLONE_NEWUSER = 0x10000000
_PR_SET_PDEATHSIG = 1
_PR_SET_KEEPCAPS = 8
_PR_CAP_AMBIENT = 47
_PR_CAP_AMBIENT_RAISE = 2
_CAP_DAC_OVERRIDE = 1
_CAPABILITY_VERSION_3 = 0x20080522


def _checked(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def _enter_namespace(libc: ctypes.CDLL, uid: int, gid: int) -> None:
    own_uid, own_gid = os.geteuid(), os.getegid()
    _checked(libc.unshare(_CLONE_NEWUSER), "unshare")
    # Without privileges over the outer namespace, a group map is accepted only once setgroups is given up.
    Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
    Path("/proc/self/gid_map").write_text(f"{gid} {own_gid} 1", encoding="ascii")
    Path("/proc/self/uid_map").write_text(f"{uid} {own_uid} 1", encoding="ascii")


def _become_user(libc: ctypes.CDLL, uid: int, gid: int) -> None:
    _checked(libc.prctl(_PR_SET_KEEPCAPS, 1, 0, 0, 0), "keep capabilities")
    os.setgroups([])
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)
    kept = 1 << _CAP_DAC_OVERRIDE
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    # Effective, permitted and inheritable set: the low 32 capabilities, then the high ones.
    sets = (ctypes.c_uint32 * 6)(kept, kept, kept, 0, 0, 0)
    _checked(libc.capset(header, sets), "drop capabilities")
    _checked(libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, _CAP_DAC_OVERRIDE, 0, 0), "keep file access")


def _die_with(libc: ctypes.CDLL, parent: int) -> None:
    # Last of the steps here: the kernel forgets the signal when credentials change. An immediate shutdown: a
    # fast one that meets a recovery from a crash has been seen to wait for its own checkpointer for ever.
    _checked(libc.prctl(_PR_SET_PDEATHSIG, int(signal.SIGQUIT), 0, 0, 0), "parent-death signal")
    if os.getppid() != parent:
        sys.exit("the process that started this one is gone")


def _environment() -> dict[str, str]:
    """Ours without the PG… variables, which would steer PostgreSQL behind the supervisor's back."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return kept | {"LC_ALL": "C"}


def main(arguments: list[str]) -> None:
    """Become PROGRAM. Exits with MODE_REFUSED or PROGRAM_REFUSED and one line on standard error."""
    parent, mode, uid, gid, program = arguments[:5]
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        if sys.platform == "linux":
            libc = ctypes.CDLL(None, use_errno=True)
            if mode == "namespace":
                _enter_namespace(libc, int(uid), int(gid))
            elif mode == "user":
                _become_user(libc, int(uid), int(gid))
            _die_with(libc, int(parent))
    except OSError as error:
        print(f"{mode}: {error.strerror or error}", file=sys.stderr)  # noqa: T201
        sys.exit(MODE_REFUSED)
    try:
        os.execve(program, arguments[4:], _environment())  # noqa: S606
    except OSError as error:
        print(error.strerror, file=sys.stderr)  # noqa: T201
        sys.exit(PROGRAM_REFUSED)


if __name__ == "__main__":
    main(sys.argv[1:])
