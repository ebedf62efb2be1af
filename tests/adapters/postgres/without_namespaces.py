"""Runs a command where no user namespace can be made, as in a hardened container.

    python without_namespaces.py WHO COMMAND [ARGUMENT...]

WHO is the user id the command believes to have, and then there is no other user; or it is `root`, with all
the usual users around, which only root can arrange.
"""

import ctypes
import os
import sys
from pathlib import Path

CLONE_NEWUSER = 0x10000000


def map_users(who: str, process: int) -> None:
    if who == "root":
        uids = gids = "0 0 65536"
    else:
        uids, gids = (f"{who} {outer} 1" for outer in (os.geteuid(), os.getegid()))
        Path(f"/proc/{process}/setgroups").write_text("deny")
    Path(f"/proc/{process}/gid_map").write_text(gids)
    Path(f"/proc/{process}/uid_map").write_text(uids)


def main(who: str, command: list[str]) -> None:
    entered_out, entered = os.pipe()
    # Only a process outside the namespace may map several users into it.
    mapper = os.fork()
    if mapper == 0:
        os.read(entered_out, 1)
        map_users(who, os.getppid())
        os._exit(0)
    if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    os.write(entered, b".")
    if os.waitpid(mapper, 0)[1] == 0:
        Path("/proc/sys/user/max_user_namespaces").write_text("0")
        os.execvp(command[0], command)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
