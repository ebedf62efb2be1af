"""CPU and memory of a whole process tree, read from /proc; Linux only."""

import os
from collections.abc import Iterator
from pathlib import Path

TICKS_PER_S = os.sysconf("SC_CLK_TCK")


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


def cpu_s(pids: list[int]) -> float:
    """User and system time, that of children already reaped included."""
    return sum(ticks for pid in pids for ticks in _stat(pid)[11:15]) / TICKS_PER_S


def pss_mib(pids: list[int]) -> dict[str, float]:
    """Proportional set size by program; pages shared inside the tree are counted once."""
    sizes: dict[str, float] = {}
    for pid in pids:
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
            name = Path(f"/proc/{pid}/comm").read_text().strip()
        except (FileNotFoundError, ProcessLookupError):
            continue
        kib = next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
        sizes[name] = sizes.get(name, 0.0) + kib / 1024
    return sizes


def _parents() -> Iterator[tuple[int, int]]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (fields := _stat(int(entry.name))):
            yield int(entry.name), fields[1]


def _stat(pid: int) -> list[int]:
    """The numeric fields after the program's name and state; the parent is [1]. Empty for a process gone."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return []
    return [0, *map(int, text.rpartition(")")[2].split()[1:])]


def _mentions(pid: int, marker: str) -> bool:
    try:
        return marker.encode() in Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return False
