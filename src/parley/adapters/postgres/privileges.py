"""Chooses as whom PostgreSQL runs, which refuses root, and builds the commands that start it so."""

import os
import pwd
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from parley.adapters.postgres import launch
from parley.adapters.postgres.binaries import OLDEST_MAJOR, WAY_OUT, Binaries
from parley.adapters.postgres.errors import ELSEWHERE, BinariesMissing, UserRefused

_PROBE_TIMEOUT_S = 20.0
# Files of users unknown to a namespace look like this user's there, so it is taken only as a last resort.
_OVERFLOW_UID = 65534
_FALLBACK_USERS = ("postgres", "nobody")


@dataclass(frozen=True, slots=True)
class Launch:
    """One way to start a program of PostgreSQL."""

    mode: str
    uid: int
    gid: int

    def command(self, program: Path, *arguments: str) -> list[str]:
        """The command line that becomes `program`; it must be run by a child of this very process."""
        return [
            *(sys.executable, "-I", "-S", launch.__file__),
            *(str(os.getpid()), self.mode, str(self.uid), str(self.gid)),
            *(str(program), *arguments),
        ]

    @property
    def file_owner(self) -> int:
        """The user, as this process sees it, who must own the data folder."""
        return self.uid if self.mode == "user" else os.geteuid()


@dataclass(frozen=True, slots=True)
class Runnable:
    """Programs that were seen to run, in the way they did."""

    binaries: Binaries
    launch: Launch
    major: int


def find_runnable(binaries: Binaries, data_owner: int | None) -> Runnable:
    """The first way to start `binaries` that this system allows; `data_owner` is None for a new folder.

    Raises UserRefused where no way is open, and BinariesMissing where the programs do not run here.
    """
    refusals: list[str] = []
    for way in _ways(data_owner):
        probe = _probe(binaries, way)
        if probe.returncode == launch.MODE_REFUSED:
            refusals.append(probe.stderr.strip())
            continue
        return Runnable(binaries, way, _major(binaries, probe))
    raise _user_refused(refusals)


def _ways(data_owner: int | None) -> Iterator[Launch]:
    own = os.geteuid()
    if own == 0 and data_owner not in {None, 0}:
        owner = data_owner or 0
        yield Launch("user", owner, _group_of(owner))
        return
    if own != 0 and _has_entry(own):
        yield Launch("direct", own, os.getegid())
        return
    if sys.platform == "linux":
        seen_as = _presentable_user()
        yield Launch("namespace", seen_as.pw_uid, seen_as.pw_gid)
    if own == 0:
        yield from (Launch("user", user.pw_uid, user.pw_gid) for user in _fallback_users())
    elif data_owner is not None:
        # Only initdb asks who it is; a server on an existing folder does not.
        yield Launch("direct", own, os.getegid())


def _probe(binaries: Binaries, way: Launch) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            way.command(binaries.postgres, "--version"),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_PROBE_TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise BinariesMissing(
            f"{binaries.postgres} did not tell its version within {_PROBE_TIMEOUT_S:.0f} s.", hint=WAY_OUT
        ) from error


def _major(binaries: Binaries, probe: subprocess.CompletedProcess[str]) -> int:
    told = re.search(r"PostgreSQL\) (\d+)", probe.stdout)
    if probe.returncode != 0 or told is None:
        reason = probe.stderr.strip() or f"it ended with {probe.returncode} and said {probe.stdout.strip()!r}"
        raise BinariesMissing(f"{binaries.postgres} does not run on this machine: {reason}.", hint=WAY_OUT)
    major = int(told[1])
    if major < OLDEST_MAJOR:
        raise BinariesMissing(
            f"{binaries.postgres} is PostgreSQL {major}; Parley needs {OLDEST_MAJOR} or later.", hint=WAY_OUT
        )
    return major


def _has_entry(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def _group_of(uid: int) -> int:
    try:
        return pwd.getpwuid(uid).pw_gid
    except KeyError:
        return uid


def _presentable_user() -> pwd.struct_passwd:
    """A user that initdb can look up inside the namespace; it gains nothing by being chosen."""
    others = [user for user in pwd.getpwall() if user.pw_uid != 0]
    if not others:
        raise UserRefused(
            "PostgreSQL must run as a user that has an entry in /etc/passwd, and there is none besides root.",
            hint=f"Add one there. {ELSEWHERE}",
        )
    return min(others, key=lambda user: (user.pw_uid == _OVERFLOW_UID, user.pw_uid))


def _fallback_users() -> Iterator[pwd.struct_passwd]:
    for name in _FALLBACK_USERS:
        try:
            yield pwd.getpwnam(name)
        except KeyError:
            continue


def _user_refused(refusals: list[str]) -> UserRefused:
    tried = "; ".join(refusals) or "nothing else could be tried"
    if os.geteuid() == 0:
        return UserRefused(
            f"PostgreSQL refuses to run as root, and this system allows no way around it ({tried}).",
            hint=f"Start Parley as an ordinary user. {ELSEWHERE}",
        )
    return UserRefused(
        f"PostgreSQL cannot make its data folder as user id {os.geteuid()}, which has no entry in "
        f"/etc/passwd ({tried}).",
        hint=f"Add an entry for it, or start Parley as a user that has one. {ELSEWHERE}",
    )
