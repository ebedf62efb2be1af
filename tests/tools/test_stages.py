"""The stage runner counts what really ran and never passes over what did not."""

import sys
from pathlib import Path

import pytest

from tools.stages import (
    Environment,
    Outcome,
    Stage,
    StageSkipped,
    count,
    run,
    succeeded,
    summary,
    without_settings,
)

REPORT = """<testsuites><testsuite tests="5">
  <testcase name="a"/><testcase name="b"/>
  <testcase name="c"><failure/></testcase>
  <testcase name="d"><error/></testcase>
  <testcase name="e"><skipped/></testcase>
</testsuite></testsuites>"""


def script(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", code)


def reporting(path: Path, xml: str, then: str = "") -> Stage:
    code = f"from pathlib import Path; Path({str(path)!r}).write_text({xml!r}); {then or 'pass'}"
    return Stage("tests", script(code), path)


def test_passed_failed_and_skipped_tests_are_counted_from_the_report(tmp_path: Path) -> None:
    (tmp_path / "report.xml").write_text(REPORT)
    assert count(tmp_path / "report.xml") == (2, 2, 1)


def test_a_failed_stage_does_not_stop_the_next_but_fails_the_run(tmp_path: Path) -> None:
    bad = Stage("lint", script("raise SystemExit(3)"))
    outcomes = run([bad, reporting(tmp_path / "report.xml", '<testsuite><testcase name="a"/></testsuite>')])
    assert [(outcome.passed, outcome.failed) for outcome in outcomes] == [(0, 1), (1, 0)]
    assert not succeeded(outcomes, in_ci=False)


def test_a_runner_that_breaks_without_a_failed_test_still_fails(tmp_path: Path) -> None:
    xml = '<testsuite><testcase name="a"/></testsuite>'
    [outcome] = run([reporting(tmp_path / "report.xml", xml, then="raise SystemExit(1)")])
    assert (outcome.passed, outcome.failed) == (1, 1)


def test_a_test_stage_that_ran_no_test_fails(tmp_path: Path) -> None:
    [outcome] = run([reporting(tmp_path / "report.xml", "<testsuite/>")])
    assert outcome.failed == 1
    assert "no test" in outcome.note


def test_a_report_of_an_earlier_run_is_never_counted(tmp_path: Path) -> None:
    (tmp_path / "report.xml").write_text('<testsuite><testcase name="a"/></testsuite>')
    [outcome] = run([Stage("tests", script("raise SystemExit(2)"), tmp_path / "report.xml")])
    assert (outcome.passed, outcome.failed) == (0, 1)


def test_what_the_machine_lacks_is_skipped_by_name_and_fails_in_ci() -> None:
    def no_browser() -> Environment:
        raise StageSkipped("no Chromium here")

    outcomes = run([Stage("end-to-end", script("pass"), environment=no_browser)])
    assert succeeded(outcomes, in_ci=False)
    assert not succeeded(outcomes, in_ci=True)
    assert "no Chromium here" in summary(outcomes)


@pytest.mark.parametrize(
    ("outcomes", "closing"),
    [
        (
            [Outcome("lint"), Outcome("python", passed=7), Outcome("web", passed=5)],
            "tests: 12 passed, 0 failed",
        ),
        ([Outcome("lint", failed=1), Outcome("python", passed=7)], "tests: 7 passed, 1 failed"),
        ([Outcome("python", passed=7, skipped=2)], "tests: 7 passed, 0 failed, 2 skipped"),
        ([Outcome("lint"), Outcome("types", failed=1)], "checks: 1 passed, 1 failed"),
    ],
)
def test_the_last_line_sums_up_the_run(outcomes: list[Outcome], closing: str) -> None:
    assert summary(outcomes).splitlines()[-1] == closing


def test_the_settings_of_a_running_parley_do_not_reach_the_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARLEY_DATABASE_URL", "postgresql://production/parley")
    monkeypatch.setenv("PARLEY_MODEL_DIR", "models")
    kept = without_settings()
    assert "PARLEY_DATABASE_URL" not in kept
    assert kept["PARLEY_MODEL_DIR"] == "models"
