"""Runs the checks and tests as a table of stages and ends with what passed, failed or was skipped."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from tools import npm
from tools.chromium import ChromiumMissing, chromium_path

ROOT = Path(__file__).resolve().parent.parent
REPORTS = ROOT / ".cache" / "reports"
STAGE_TIMEOUT_S = 1_200.0

Environment = Mapping[str, str]


def environment() -> Environment:
    """The caller's, without settings of a Parley of theirs, such as the address of its database."""
    kept = {"PARLEY_MODEL_DIR"}
    return {name: value for name, value in os.environ.items() if name in kept or not name.startswith("PARLEY_")}


class StageSkipped(Exception):
    """The machine lacks what a stage needs; the message says what and how to get it."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One command. With a `report` it holds tests, counted from the JUnit XML it writes there."""

    name: str
    command: tuple[str, ...]
    report: Path | None = None
    environment: Callable[[], Environment] = environment


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a stage ended; for a stage without tests only `failed` is ever counted."""

    stage: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0
    note: str = ""

    @property
    def word(self) -> str:
        return "FAILED" if self.failed else "SKIPPED" if self.skipped else "passed"


def python(*arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", *arguments)


def _browser() -> Environment:
    try:
        return os.environ | {
            "CHROMIUM_PATH": chromium_path(),
            "PARLEY_COMMAND": str(ROOT / ".venv/bin/parley"),
        }
    except ChromiumMissing as missing:
        raise StageSkipped(str(missing)) from missing


def _pytest(report: Path, *arguments: str) -> tuple[str, ...]:
    return python("pytest", *arguments, f"--junitxml={report}")


def _vitest(script: str, report: Path) -> tuple[str, ...]:
    reporters = ("--reporter=default", "--reporter=junit", f"--outputFile.junit={report}")
    return python("tools.npm", "run", script, "--", *reporters)


CHECKS = (
    Stage("format", python("ruff", "format", "--check", ".")),
    Stage("lint", python("ruff", "check", "--quiet", ".")),
    Stage("types", python("mypy")),
    Stage(
        "imports",
        (str(Path(sys.executable).parent / "lint-imports"), "--no-logo", "--cache-dir", ".cache/imports"),
    ),
    Stage("budgets", python("tools.check_budgets")),
    Stage("settings table", python("tools.generate_settings_table", "--check")),
    Stage("API types", python("tools.generate_client", "--check")),
    Stage("frontend", python("tools.npm", "run", "--silent", "check")),
)
PYTHON, FRONTEND, BROWSER = (REPORTS / f"{name}.xml" for name in ("python", "frontend", "browser"))
TESTS = (
    Stage("python tests", _pytest(PYTHON, "-m", "not e2e", "-n", "2", "--dist", "loadfile"), PYTHON),
    Stage("frontend tests", _vitest("test", FRONTEND), FRONTEND),
    Stage("end-to-end", _vitest("e2e", BROWSER), BROWSER, _browser),
)
SUITES = {"check": CHECKS, "test": CHECKS + TESTS}


def run(stages: Sequence[Stage]) -> list[Outcome]:
    """Every stage in order; a failure does not stop the ones after it."""
    outcomes = []
    for stage in stages:
        print(f"\n== {stage.name}", flush=True)
        outcomes.append(_run_stage(stage))
    return outcomes


def _run_stage(stage: Stage) -> Outcome:
    started = time.monotonic()
    if stage.report is not None:
        stage.report.parent.mkdir(parents=True, exist_ok=True)
        stage.report.unlink(missing_ok=True)
    try:
        environment = stage.environment()
        note = _execute(stage.command, environment)
    except StageSkipped as skipped:
        return Outcome(stage.name, skipped=1, note=str(skipped))
    seconds = time.monotonic() - started
    passed, failed, skipped_tests = count(stage.report)
    if stage.report is not None and not note and not passed:
        note = "no test ran"
    if note and not failed:
        failed = 1  # it ended badly without a failed test of its own: broken before or after its tests
    return Outcome(stage.name, passed, failed, skipped_tests, seconds, note)


def _execute(command: Sequence[str], environment: Environment) -> str:
    """Why it failed, or nothing. Its whole process tree ends with it, also when we are interrupted."""
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


def _closing_line(outcomes: Sequence[Outcome], skipped: int) -> str:
    failed = sum(outcome.failed for outcome in outcomes)
    passed = sum(outcome.passed for outcome in outcomes)
    if not (passed or skipped):
        return f"checks: {len(outcomes) - failed} passed, {failed} failed"
    return f"tests: {passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else "")


def succeeded(outcomes: Sequence[Outcome], *, in_ci: bool) -> bool:
    """Whether nothing failed and, in CI, nothing was left out either."""
    return not any(outcome.failed or (in_ci and outcome.skipped) for outcome in outcomes)


def main() -> int:
    if sys.argv[1:] not in ([name] for name in SUITES):
        print(f"usage: python -m tools.verify {'|'.join(SUITES)}", file=sys.stderr)
        return 2
    try:
        npm.environment()
    except npm.NodeMissing as missing:
        print(f"error: {missing}", file=sys.stderr)
        return 1
    outcomes = run(SUITES[sys.argv[1]])
    print(summary(outcomes), flush=True)
    return 0 if succeeded(outcomes, in_ci=os.environ.get("CI") == "true") else 1


if __name__ == "__main__":
    sys.exit(main())
