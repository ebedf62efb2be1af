"""The command `parley` itself: its help, its version, and what a wrong command is told."""

import json

from parley import __version__
from parley.entrypoints.cli import COMMANDS
from tests.entrypoints.conftest import CommandLine


async def test_help_lists_every_command_and_loads_none(parley: CommandLine) -> None:
    ended = await parley.run("--help", PYTHONPROFILEIMPORTTIME="1")
    assert ended.code == 0
    for name, (_, summary) in COMMANDS.items():
        assert f"  {name}" in ended.out
        assert summary in ended.out
    loaded = {line.rpartition("|")[2].strip() for line in ended.err.splitlines()}
    assert "typer" in loaded
    assert loaded.isdisjoint({"pydantic", "rich", "aiohttp", "sqlalchemy", "fastapi", "asyncio"})


async def test_every_command_explains_its_options(parley: CommandLine) -> None:
    for name in COMMANDS:
        ended = await parley.run(name, "--help")
        assert (ended.code, ended.err) == (0, ""), name
        assert "--help" in ended.out


async def test_the_version_is_that_of_the_package(parley: CommandLine) -> None:
    assert (await parley.run("--version")).out == f"parley {__version__}\n"


async def test_a_misspelt_command_is_refused_with_the_likely_right_one(parley: CommandLine) -> None:
    ended = await parley.run("caht")
    assert ended.code == 2
    assert "Did you mean 'chat'?" in ended.err


async def test_openapi_prints_the_document_of_the_api(parley: CommandLine) -> None:
    ended = await parley.run("openapi")
    assert ended.code == 0, ended.err
    assert "/api/v1/chat" in json.loads(ended.out)["paths"]
