"""Runs commands as stages, one after the other, and sums up what passed, failed or was skipped."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
STAGE_TIMEOUT_S = 1_200.0
# The embedder's folder says where something is, not how the Parley under test should behave.
KEPT_SETTINGS = frozenset({"PARLEY_MODEL_DIR"})

Environment = Mapping[str, str]


class StageSkipped(Exception):
    """The machine lacks what a stage needs; the message says what and how to get it."""


def without_settings() -> Environment:
    """The caller's environment less the settings of a Parley of theirs, such as its database."""
    return {
        name: value
        for name, value in os.environ.items()
        if name in KEPT_SETTINGS or not name.startswith("PARLEY_")
    }


@dataclass(frozen=True, slots=True)
class Stage:
    """One command. With a `report` it holds tests, counted from the JUnit XML it writes there."""

    name: str
    command: tuple[str, ...]
    report: Path | None = None
    environment: Callable[[], Environment] = without_settings
    """May raise StageSkipped."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a stage ended. A stage without tests counts nothing as passed, and one as failed if it did."""

    stage: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0
    note: str = ""

    @property
    def word(self) -> str:
        return "FAILED" if self.failed else "SKIPPED" if self.skipped else "passed"


def run(stages: Sequence[Stage]) -> list[Outcome]:
    """Every stage in order; a failure does not stop the ones after it."""
    outcomes = []
    for stage in stages:
        print(f"\n== {stage.name}", flush=True)
        outcomes.append(_run_stage(stage))
    return outcomes


def count(report: Path | None) -> tuple[int, int, int]:
    """Passed, failed and skipped tests of a JUnit XML file; a missing one holds none."""
    if report is None or not report.exists():
        return 0, 0, 0
    cases = list(ElementTree.parse(report).iter("testcase"))
    failed = sum(case.find("failure") is not None or case.find("error") is not None for case in cases)
    skipped = sum(case.find("skipped") is not None for case in cases)
    return len(cases) - failed - skipped, failed, skipped


def summary(outcomes: Sequence[Outcome]) -> str:
    """A line for each stage, and a last line `tests: N passed, N failed` or, without tests, `checks: …`."""
    lines = ["", f"{'stage':16} {'result':8} {'time':>8}  tests"]
    for outcome in outcomes:
        tests = f"{outcome.passed} passed" if outcome.passed else ""
        details = ", ".join(part for part in (tests, outcome.note) if part)
        lines.append(f"{outcome.stage:16} {outcome.word:8} {outcome.seconds:6.1f} s  {details}".rstrip())
    skipped = sum(outcome.skipped for outcome in outcomes)
    if skipped:
        lines.append(f"\nSKIPPED on this machine: {skipped}; in CI a skipped test counts as a failure.")
    return "\n".join([*lines, "", _closing_line(outcomes, skipped)])


def succeeded(outcomes: Sequence[Outcome], *, in_ci: bool) -> bool:
    """Whether nothing failed and, in CI, nothing was left out either."""
    return not any(outcome.failed or (in_ci and outcome.skipped) for outcome in outcomes)


def _run_stage(stage: Stage) -> Outcome:
    started = time.monotonic()
    if stage.report is not None:
        stage.report.parent.mkdir(parents=True, exist_ok=True)
        stage.report.unlink(missing_ok=True)
    try:
        note = _execute(stage.command, stage.environment())
    except StageSkipped as reason:
        return Outcome(stage.name, skipped=1, note=str(reason))
    passed, failed, skipped = count(stage.report)
    if stage.report is not None and not note and not passed:
        note = "no test ran"
    if note and not failed:
        failed = 1  # it ended badly without a failed test of its own: broken before or after its tests
    return Outcome(stage.name, passed, failed, skipped, time.monotonic() - started, note)


def _execute(command: Sequence[str], environment: Environment) -> str:
    """Why it failed, or nothing. What it started ends with it, also when we are interrupted."""
    process = subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True)
    try:
        code = process.wait(STAGE_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        return f"not done after {STAGE_TIMEOUT_S:.0f} s, ended"
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        process.wait()
    return f"exit code {code}" if code else ""


def _closing_line(outcomes: Sequence[Outcome], skipped: int) -> str:
    failed = sum(outcome.failed for outcome in outcomes)
    passed = sum(outcome.passed for outcome in outcomes)
    if not (passed or skipped):
        return f"checks: {len(outcomes) - failed} passed, {failed} failed"
    return f"tests: {passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else "")
