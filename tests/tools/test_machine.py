"""What the machine has is used, what it lacks is named: the browser and Node.js."""

from pathlib import Path

import pytest

from tools import npm
from tools.chromium import ChromiumMissing, chromium_path


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder on PATH; no browser is named by the environment."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CHROMIUM_PATH", raising=False)
    return tmp_path


def add(folder: Path, name: str, prints: str = "") -> str:
    path = folder / name
    path.write_text(f"#!/bin/sh\necho {prints}\n")
    path.chmod(0o755)
    return str(path)


def test_the_named_browser_wins_over_those_on_the_path(
    programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(programs, "chromium")
    monkeypatch.setenv("CHROMIUM_PATH", add(programs, "mine"))
    assert chromium_path() == str(programs / "mine")


def test_a_named_browser_that_does_not_exist_is_refused(
    programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(programs, "chromium")
    monkeypatch.setenv("CHROMIUM_PATH", str(programs / "gone"))
    with pytest.raises(ChromiumMissing, match="gone"):
        chromium_path()


def test_any_usual_name_of_the_browser_is_found(programs: Path) -> None:
    path = add(programs, "google-chrome")
    assert chromium_path() == path


def test_without_a_browser_the_message_says_how_to_get_one(programs: Path) -> None:
    # Without apt-get on PATH nothing can be installed.
    with pytest.raises(ChromiumMissing, match="apt-get install chromium"):
        chromium_path()


@pytest.mark.parametrize("version", ["v20.19.0", "v24.1.3"])
def test_a_new_enough_node_of_the_machine_is_used_as_it_is(programs: Path, version: str) -> None:
    add(programs, "node", prints=version)
    add(programs, "npm")
    assert npm.environment()["PATH"] == str(programs)
