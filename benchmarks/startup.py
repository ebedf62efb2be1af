"""Start until healthy, first and warm, and the memory of the idle process tree, database included."""

import statistics
import tempfile
from pathlib import Path

from benchmarks import processes, server
from benchmarks.record import keep

WARM_STARTS = 5
BARS = {"first_start_s": "<= 8", "warm_start_s": "<= 2.5", "idle_pss_mib": "<= 180"}


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="parley-bench-") as folder:
        data_dir = Path(folder, "data")
        with server.running(data_dir) as first:
            first_s = first.ready_s
        warm_s = []
        for _ in range(WARM_STARTS):
            with server.running(data_dir) as warm:
                warm_s.append(warm.ready_s)
        with server.running(data_dir) as idle:
            processes.wait_until_idle(idle.pid, str(data_dir))
            sizes = processes.pss_mib(processes.tree(idle.pid, str(data_dir)))
    keep(
        "startup",
        {
            "first_start_s": round(first_s, 2),
            "warm_start_s": round(statistics.median(warm_s), 2),
            "idle_pss_mib": round(sum(sizes.values()), 1),
            "idle_pss_mib_by_program": {name: round(size, 1) for name, size in sorted(sizes.items())},
        },
        BARS,
    )


if __name__ == "__main__":
    main()
