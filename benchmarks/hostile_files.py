"""Hostile files of every format at full size against the real limits: what becomes of each, and its cost.

python -m benchmarks.hostile_files [PART OF A NAME ...]     (all of them, or those whose names hold a word)
"""

import asyncio
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.record import keep
from parley.adapters.documents.limits import MIB, ParserLimits
from parley.adapters.documents.sandbox import ReadingCost, SandboxedParser
from parley.core.ingestion.model import UnreadableDocument
from parley.core.kernel.errors import ParleyError
from parley.testing.hostile import READ, SAMPLES, Sample

LIMITS = ParserLimits()
BARS = {
    "server_deaths": "0",
    "unexpected_outcomes": "0",
    "worst_cpu_s": f"<= {LIMITS.cpu_s + 1}",
    "worst_memory_mib": f"<= {LIMITS.memory_bytes // MIB}",
    "worst_wall_s": f"<= {LIMITS.wall_s + 1:g}",
}


@dataclass(frozen=True, slots=True)
class Result:
    sample: Sample
    size_bytes: int
    outcome: str
    wall_s: float
    cost: ReadingCost
    next_was_read: bool

    def summary(self) -> str:
        memory = (
            f"{self.cost.memory_bytes / MIB:.0f} MiB" if self.cost.memory_bytes else "killed at its deadline"
        )
        return f"{self.outcome}, {self.wall_s:.2f} s, {self.cost.cpu_s:.2f} s of CPU, {memory}"

    def line(self) -> str:
        return (
            f"{self.sample.name:<44} {self.size_bytes / MIB:>8.2f} {self.outcome:<18} {self.wall_s:>7.2f}"
            f" {self.cost.cpu_s:>7.2f} {self.cost.memory_bytes / MIB:>7.0f}"
        )


async def measure(sample: Sample, folder: Path) -> Result:
    path, note = folder / "sample", folder / "note"
    sample.write_to(path, full_size=True)
    note.write_text("A short note.")
    costs: dict[str, ReadingCost] = {}
    parser = SandboxedParser(LIMITS, on_cost=costs.__setitem__)
    try:
        await parser.parse(note, name="before.txt", media_type="text/plain")
        began = time.monotonic()
        outcome = await _outcome(parser, path, sample)
        wall_s = time.monotonic() - began
        try:
            after = await parser.parse(note, name="after.txt", media_type="text/plain")
        except ParleyError:
            next_was_read = False
        else:
            next_was_read = after.blocks[0].text == "A short note."
    finally:
        await parser.close()
    killed = ReadingCost(0.0, 0)  # one that was killed at its deadline tells nothing
    return Result(
        sample, path.stat().st_size, outcome, wall_s, costs.get(sample.upload_name, killed), next_was_read
    )


async def _outcome(parser: SandboxedParser, path: Path, sample: Sample) -> str:
    try:
        await parser.parse(path, name=sample.upload_name, media_type=sample.media_type)
    except UnreadableDocument as error:
        return error.code
    except ParleyError as error:
        return f"BROKE: {error.code}"
    return READ


def main() -> int:
    wanted = [word.lower() for word in sys.argv[1:]]
    chosen = [each for each in SAMPLES if not wanted or any(word in each.name.lower() for word in wanted)]
    results = []
    print(f"{'sample':<44} {'MiB':>8} {'outcome':<18} {'wall s':>7} {'CPU s':>7} {'MiB':>7}")
    with tempfile.TemporaryDirectory(prefix="parley-hostile-") as folder:
        for sample in chosen:
            result = asyncio.run(measure(sample, Path(folder)))
            print(result.line(), flush=True)
            results.append(result)
    unexpected = [each.sample.name for each in results if each.outcome not in each.sample.outcomes]
    deaths = [each.sample.name for each in results if not each.next_was_read]
    if not wanted:
        keep(
            "hostile_files",
            {
                "samples": len(results),
                "read": sum(each.outcome == READ for each in results),
                "refused_with_a_reason": sum(each.outcome != READ for each in results),
                "server_deaths": len(deaths),
                "unexpected_outcomes": len(unexpected),
                "worst_cpu_s": round(max(each.cost.cpu_s for each in results), 1),
                "worst_memory_mib": round(max(each.cost.memory_bytes for each in results) / MIB),
                "worst_wall_s": round(max(each.wall_s for each in results), 1),
                "outcomes": {each.sample.name: each.summary() for each in results},
            },
            BARS,
        )
    for name in unexpected:
        print(f"unexpected: {name}", file=sys.stderr)
    return 1 if unexpected or deaths else 0


if __name__ == "__main__":
    sys.exit(main())
