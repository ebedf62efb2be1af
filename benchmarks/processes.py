"""CPU and memory of a whole process tree, read from /proc; Linux only."""

import os
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

TICKS_PER_S = os.sysconf("SC_CLK_TCK")
IDLE_CPU_S, IDLE_TIMEOUT_S = 0.05, 120.0


def tree(root: int, marker: str) -> list[int]:
    """`root` and its descendants, and whatever else names `marker` (the data folder) on its command line."""
    parents = dict(_parents())
    members = {root}
    grown = True
    while grown:
        more = {pid for pid, parent in parents.items() if parent in members or _mentions(pid, marker)}
        grown = not more <= members
        members |= more
    members.discard(os.getpid())
    return sorted(members)


def cpu_s(pids: list[int]) -> Mapping[str, float]:
    """User and system time by program, that of children already reaped included."""
    used: defaultdict[str, float] = defaultdict(float)
    for pid in pids:
        used[_program(pid)] += sum(_stat(pid)[11:15]) / TICKS_PER_S
    return used


def programs(pids: list[int]) -> Mapping[str, list[int]]:
    """The processes by what they are for."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for pid in pids:
        found[_program(pid)].append(pid)
    return found


def wait_until_idle(root: int, marker: str) -> None:
    """Until starting up and reading the sample documents are done: a second with next to no CPU used."""
    deadline = time.monotonic() + IDLE_TIMEOUT_S
    before = sum(cpu_s(tree(root, marker)).values())
    while time.monotonic() < deadline:
        time.sleep(1)
        now = sum(cpu_s(tree(root, marker)).values())
        if now - before <= IDLE_CPU_S:
            return
        before = now
    raise SystemExit(f"the server was still busy after {IDLE_TIMEOUT_S:.0f} s")


def pss_mib(pids: list[int]) -> Mapping[str, float]:
    """Proportional set size by program; pages shared inside the tree are counted once."""
    sizes: defaultdict[str, float] = defaultdict(float)
    for pid in pids:
        for line in _read(pid, "smaps_rollup").splitlines():
            if line.startswith("Pss:"):
                sizes[_program(pid)] += int(line.split()[1]) / 1024
    return sizes


def _parents() -> Iterator[tuple[int, int]]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (fields := _stat(int(entry.name))):
            yield int(entry.name), fields[1]


def _stat(pid: int) -> list[int]:
    """The numeric fields after the program's name and state; the parent is [1]. Empty for a process gone."""
    fields = _read(pid, "stat").rpartition(")")[2].split()
    return [0, *map(int, fields[1:])] if fields else []


def _program(pid: int) -> str:
    """What the process is for, as far as its command line tells."""
    words = _read(pid, "cmdline").split("\0")
    if "postgres" in words[0]:
        return "database"
    if any(word.endswith("forkserver") for word in words):
        return "parser"
    return next((role for role in ("serve", "worker") if role in words), "other")


def _mentions(pid: int, marker: str) -> bool:
    return marker in _read(pid, "cmdline")


def _read(pid: int, file: str) -> str:
    """Empty for a process that is gone."""
    try:
        return Path(f"/proc/{pid}/{file}").read_text(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return ""
