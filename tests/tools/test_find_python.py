"""The interpreter that is found is one that runs and is new enough; else the message names what was found."""

import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "tools" / "find-python.sh"


def fake(folder: Path, name: str, version: tuple[int, ...] | None) -> None:
    """A stand-in for an interpreter; without a version it is a stub that does not run."""
    if version is None:
        body = "exit 127"
    else:
        new_enough = 0 if version >= (3, 11) else 1
        text = ".".join(map(str, version))
        body = f'case "$2" in *exit*) exit {new_enough};; *) echo {text};; esac'
    (folder / name).write_text(f"#!/bin/sh\n{body}\n")
    (folder / name).chmod(0o755)


def find(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", SCRIPT],
        env={"PATH": str(folder), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_stub_that_does_not_run_is_passed_over(tmp_path: Path) -> None:
    fake(tmp_path, "python3.12", None)
    fake(tmp_path, "python3", (3, 11, 2))
    assert find(tmp_path).stdout == "python3\n"


def test_an_old_python_is_refused_by_its_version(tmp_path: Path) -> None:
    fake(tmp_path, "python3", (3, 9, 2))
    reply = find(tmp_path)
    assert reply.returncode == 1
    assert "needs Python 3.11 or newer; found: python3 is 3.9.2" in reply.stderr


def test_no_python_at_all_is_said(tmp_path: Path) -> None:
    reply = find(tmp_path)
    assert reply.returncode == 1
    assert "none that runs" in reply.stderr


@pytest.mark.parametrize("named", ["mine", "nowhere"])
def test_a_chosen_interpreter_is_taken_or_refused_never_replaced(tmp_path: Path, named: str) -> None:
    fake(tmp_path, "python3", (3, 12, 1))
    fake(tmp_path, "mine", (3, 11, 0))
    reply = find(tmp_path, PYTHON=named)
    assert (reply.stdout, reply.returncode) == (("mine\n", 0) if named == "mine" else ("", 1))
