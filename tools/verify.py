"""The project's checks and tests, in the order they run: `python -m tools.verify check` or `test`."""

import os
import shlex
import sys
from pathlib import Path

from tools import npm
from tools.chromium import ChromiumMissing, chromium_path
from tools.stages import ROOT, Environment, Stage, StageSkipped, run, succeeded, summary, without_settings

PROGRAMS = Path(sys.executable).parent
REPORTS = ROOT / ".cache" / "reports"
PYTHON, FRONTEND, BROWSER = (REPORTS / f"{name}.xml" for name in ("python", "frontend", "browser"))


def _python(*arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", *arguments)


def _in_turn(*commands: tuple[str, ...]) -> tuple[str, ...]:
    return ("sh", "-c", " && ".join(shlex.join(command) for command in commands))


def _vitest(script: str, report: Path) -> tuple[str, ...]:
    reporters = ("--reporter=default", "--reporter=junit", f"--outputFile.junit={report}")
    return _python("tools.npm", "run", "--silent", script, "--", *reporters)


def _browser() -> Environment:
    try:
        chromium = chromium_path()
    except ChromiumMissing as missing:
        raise StageSkipped(str(missing)) from missing
    return {**without_settings(), "CHROMIUM_PATH": chromium, "PARLEY_COMMAND": str(PROGRAMS / "parley")}


CHECKS = (
    Stage("format", _python("ruff", "format", "--check", ".")),
    Stage("lint", _python("ruff", "check", "--quiet", ".")),
    Stage("types", _python("mypy")),
    Stage("imports", (str(PROGRAMS / "lint-imports"), "--no-logo", "--cache-dir", ".cache/imports")),
    Stage("budgets", _python("tools.check_budgets")),
    Stage("settings table", _python("tools.generate_settings_table", "--check")),
    Stage("API types", _python("tools.generate_client", "--check")),
    Stage("frontend", _python("tools.npm", "run", "--silent", "check")),
)
PYTEST = _python("coverage", "run", "-m", "pytest", "-n", "2", "--dist", "loadfile", f"--junitxml={PYTHON}")
TESTS = (
    Stage("python tests", _in_turn(_python("coverage", "erase"), PYTEST), PYTHON),
    Stage("core coverage", _in_turn(_python("coverage", "combine", "-q"), _python("coverage", "report"))),
    Stage("frontend tests", _vitest("test", FRONTEND), FRONTEND),
    Stage("end-to-end", _vitest("e2e", BROWSER), BROWSER, _browser),
)
SUITES = {"check": CHECKS, "test": CHECKS + TESTS}


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
