"""What the guides, the README and docs/ name is there: files, settings, commands, make targets, tests."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from parley.entrypoints.cli import COMMANDS, command_line
from parley.settings import PREFIX, ClientSettings, Settings, variables

ROOT = Path(__file__).resolve().parents[2]
GUIDES = sorted((ROOT / "src/parley/guides").glob("*.md"))
DECISIONS = sorted((ROOT / "docs/decisions").glob("*.md"))
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *GUIDES, *sorted((ROOT / "docs").rglob("*.md"))]

_LINK = re.compile(r"\]\(([^)\s]+)\)")
_VARIABLE = re.compile(rf"\b{PREFIX}[A-Z][A-Z_]*[A-Z]\b")
_COMMAND = re.compile(r"(?:`|bin/|^|\| )parley ([a-z-]+)((?: [^`\n]*)?)", re.MULTILINE)
_OPTION = re.compile(r"(?<!\S)--[a-z][a-z-]*")
_MAKE = re.compile(r"(?:`|^|\s)make ([a-z][a-z-]*)(?=[`\s]|$)", re.MULTILINE)
_CODE = re.compile(r"^[ ]*```.*?^[ ]*```|`[^`\n]+`", re.MULTILINE | re.DOTALL)
_TEST = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")
_STEPS = ["context", "decision", "consequences", "alternatives", "check"]


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def every(pages: list[Path]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("page", pages, ids=map(named, pages))


def in_code(page: Path) -> str:
    """Code spans and blocks alone: in prose "make a backup" is no command."""
    return "\n".join(_CODE.findall(page.read_text("utf-8")))


@cache
def options_of(command: str) -> frozenset[str]:
    # Typed loosely, for Typer carries a click of its own.
    group: Any = get_command(command_line([command]))
    options = {option for parameter in group.commands[command].params for option in parameter.opts}
    return frozenset(options | {"--help"})


def test_there_are_guides() -> None:
    assert len(GUIDES) >= 8


@every(GUIDES)
def test_a_guide_opens_with_its_title_and_has_no_second_one(page: Path) -> None:
    first, *rest = _CODE.sub("", page.read_text("utf-8")).splitlines()
    assert re.fullmatch(r"# \S.*", first)
    assert not [line for line in rest if line.startswith("# ")]


@every(GUIDES)
def test_a_guide_stays_short(page: Path) -> None:
    assert 250 <= len(page.read_text("utf-8").split()) <= 950


@every(PAGES)
def test_every_relative_link_leads_to_a_file(page: Path) -> None:
    targets = [target for target in _LINK.findall(page.read_text("utf-8")) if "://" not in target]
    assert [target for target in targets if not (page.parent / target.partition("#")[0]).exists()] == []


@every(PAGES)
def test_every_variable_is_one_that_parley_reads(page: Path) -> None:
    known = {name for kind in (Settings, ClientSettings) for name, _ in variables(kind)}
    assert set(_VARIABLE.findall(page.read_text("utf-8"))) <= known


@every(PAGES)
def test_every_parley_command_exists_with_its_options(page: Path) -> None:
    for name, arguments in _COMMAND.findall(in_code(page)):
        assert name in COMMANDS
        assert set(_OPTION.findall(arguments)) <= options_of(name)


@every(PAGES)
def test_every_make_target_exists(page: Path) -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert set(_MAKE.findall(in_code(page))) <= set(targets)


@every(DECISIONS)
def test_a_decision_goes_from_its_context_to_its_check(page: Path) -> None:
    headings = re.findall(r"^## (\w+)$", page.read_text("utf-8"), re.MULTILINE)
    assert [heading.lower() for heading in headings] == _STEPS


@every(DECISIONS)
def test_every_test_that_a_decision_names_is_there(page: Path) -> None:
    for file, test in _TEST.findall(page.read_text("utf-8")):
        source = (ROOT / file).read_text("utf-8")
        assert f"def {test}" in source, f"{file}::{test}"


def test_the_index_lists_every_page() -> None:
    index = ROOT / "docs/README.md"
    linked = {(index.parent / target).resolve() for target in _LINK.findall(index.read_text("utf-8"))}
    assert {page for page in PAGES if page.name not in {"README.md", "CONTRIBUTING.md"}} <= linked
