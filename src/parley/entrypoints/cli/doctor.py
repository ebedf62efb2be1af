"""`parley doctor`: looks at everything an installation needs, and says what to mend."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from parley.entrypoints.cli.checks import Finding
    from parley.settings import Settings

_COLOURS = {"ok": "green", "warning": "yellow", "failed": "red", "skipped": "blue"}
_INDENT = " " * 29


def doctor(
    data_dir: Annotated[
        Path | None, typer.Option(help="The data folder to look at. [env: PARLEY_DATA_DIR]")
    ] = None,
    host: Annotated[
        str | None, typer.Option(help="Address that would be listened on. [env: PARLEY_HOST]")
    ] = None,
    port: Annotated[
        int | None, typer.Option(help="Port that would be listened on. [env: PARLEY_PORT]")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Check settings, data folder, database, search, web app, models and port; say what to mend.

    Starts nothing and changes nothing (a bucket for files gets a small object for a moment), and may run
    beside a server. Exit code: 1 when
    something failed, 0 otherwise; warnings are parts that work with less.
    """
    import asyncio

    found = asyncio.run(_look(as_json, {"data_dir": data_dir, "host": host, "port": port}))
    failed = [finding for finding in found if finding.status == "failed"]
    if as_json:
        _print_json(found, ok=not failed)
    elif failed:
        typer.echo(f"\n{len(failed)} of {len(found)} checks failed.")
    else:
        typer.echo("\nParley can run here.")
    raise typer.Exit(1 if failed else 0)


async def _look(quietly: bool, options: dict[str, object]) -> "list[Finding]":
    found = []
    async for finding in _findings(options):
        found.append(finding)
        if not quietly:
            _print_line(finding)
    return found


async def _findings(options: dict[str, object]) -> "AsyncIterator[Finding]":
    from parley.entrypoints.cli.checks import Finding, Status
    from parley.settings import WrongSetting, load_client_settings, load_settings, unknown_variables

    try:
        settings = load_settings(**options)
        load_client_settings()
    except WrongSetting as error:
        for line in error.detail.splitlines():
            yield Finding("settings", Status.FAILED, line, "Mend or unset it; nothing else was checked.")
        for sentence in unknown_variables():
            yield Finding("settings", Status.WARNING, sentence, "Rename it, or unset it: it has no effect.")
        return
    async for finding in _checks(settings):
        yield finding


async def _checks(settings: "Settings") -> "AsyncIterator[Finding]":
    from parley.entrypoints.cli.checks.database import check_database
    from parley.entrypoints.cli.checks.machine import (
        check_data_folder,
        check_embedder,
        check_port,
        check_variables,
        check_web_app,
    )
    from parley.entrypoints.cli.checks.providers import check_models
    from parley.entrypoints.cli.checks.stores import check_files, check_remote_embedder
    from parley.entrypoints.cli.checks.vectors import check_vectors

    for check in (
        check_variables,
        check_data_folder,
        check_database,
        check_embedder,
        check_remote_embedder,
        check_files,
        check_vectors,
        check_web_app,
        check_models,
        check_port,
    ):
        async for finding in check(settings):
            yield finding


def _print_line(finding: "Finding") -> None:
    status = typer.style(f"{finding.status:9}", fg=_COLOURS[finding.status])
    typer.echo(f"{status}{finding.part:20}{finding.detail}")
    if finding.mend:
        typer.echo(_INDENT + finding.mend.replace("\n", f"\n{_INDENT}"))


def _print_json(found: "list[Finding]", *, ok: bool) -> None:
    import json
    from dataclasses import asdict

    typer.echo(json.dumps({"ok": ok, "findings": [asdict(finding) for finding in found]}, ensure_ascii=False))
