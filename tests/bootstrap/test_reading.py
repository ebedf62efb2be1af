"""The parser of files: with a recogniser where a usable one is installed, and never without saying so."""

import sys
from pathlib import Path

import pytest

from parley.bootstrap.reading import document_parser
from parley.settings import Settings
from parley.testing.logs import RecordedLog


@pytest.fixture(autouse=True)
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "tesseract"
    program.write_text(f"#!{sys.executable}\nprint('List of available languages (1):')\nprint('eng')\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))


def warnings_of(languages: str) -> list[str]:
    log = RecordedLog()
    document_parser(Settings(ocr_languages=languages), 1, log)
    return [str(entry) for entry in log.events]


def test_a_language_that_is_not_installed_is_warned_of() -> None:
    (warning,) = warnings_of("fra")
    assert "ocr.unusable" in warning
    assert "no data for fra; it has eng" in warning


@pytest.mark.parametrize("languages", ["", "eng", "none"])
def test_nothing_is_said_when_all_is_well(languages: str) -> None:
    assert warnings_of(languages) == []
