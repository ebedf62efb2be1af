"""Runs the benchmarks, the short ones or those named, each in a process: `make bench ARGS="startup"`."""

import subprocess
import sys

BENCHMARKS = ("startup", "turn_cost", "streams", "tool_rounds", "faults", "ingestion", "reading_speed")
ONLY_WHEN_NAMED = ("chaos", "ingestion_chaos", "hostile_files", "search_scale", "vector_stores")


def main() -> int:
    chosen = sys.argv[1:] or BENCHMARKS
    known = (*BENCHMARKS, *ONLY_WHEN_NAMED)
    unknown = sorted(set(chosen) - set(known))
    if unknown:
        print(f"no benchmark {', '.join(unknown)}; there are {', '.join(known)}", file=sys.stderr)
        return 2
    codes = []
    for name in chosen:
        print(f"\n== {name}", flush=True)
        codes.append(subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=False).returncode)
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())
