"""Keeps what a benchmark found, with the machine and the bar beside it."""

import json
import os
import platform
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "results"

Figures = Mapping[str, float | int | str | Mapping[str, float] | Mapping[str, str]]


def keep(benchmark: str, figures: Figures, bars: Mapping[str, str], command: str | None = None) -> None:
    """Writes results/BENCHMARK.json and prints each figure beside its bar; `command` is how it was run."""
    result = {
        "benchmark": benchmark,
        "command": command or f"make bench ARGS={benchmark}",
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": _commit(),
        "machine": {
            "cpu": _cpu(),
            "cores": os.cpu_count(),
            "load_average": round(os.getloadavg()[1], 1),
            "system": f"{platform.system()} {platform.release()}",
            "python": platform.python_version(),
        },
        "figures": figures,
        "bars": bars,
    }
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{benchmark}.json").write_text(json.dumps(result, indent=2) + "\n")
    for name, value in figures.items():
        if isinstance(value, Mapping):
            for part, figure in value.items():
                print(f"{benchmark}: {name}, {part} = {figure}")
            continue
        print(f"{benchmark}: {name} = {value}" + (f"   (bar: {bars[name]})" if name in bars else ""))


def _commit() -> str:
    reply = subprocess.run(
        ["git", "describe", "--always", "--dirty"],
        cwd=FOLDER.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    return reply.stdout.strip() or "unknown"


def _cpu() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown"
    )
