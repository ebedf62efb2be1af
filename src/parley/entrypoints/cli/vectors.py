"""`parley vectors`: looks after the vector store beside the database."""

import asyncio
from pathlib import Path
from typing import Annotated, Literal
from uuid import UUID

import typer

from parley.core.kernel.ids import WorkspaceId
from parley.core.kernel.telemetry import Log
from parley.entrypoints.cli.serve import start_logging
from parley.settings import Settings, load_settings

SAME, DIFFERENT = 0, 1


def vectors(
    action: Annotated[
        Literal["check", "rebuild"],
        typer.Argument(help="check: compare it with the database. rebuild: have all sent to it again."),
    ],
    workspace: Annotated[
        UUID | None, typer.Option(help="Of one workspace alone.", show_default="all of them")
    ] = None,
    data_dir: Annotated[
        Path | None, typer.Option(help="Where everything is kept. [env: PARLEY_DATA_DIR]")
    ] = None,
) -> None:
    """Compare the vector store beside the database with it, or have it built again.

    A rebuild is done by the worker, in the background; the database is searched until it is done.

    Exit code: 0 nothing differs, 1 something does or the store does not answer, 2 wrong arguments or
    settings.
    """
    settings = load_settings(data_dir=data_dir)
    chosen = None if workspace is None else WorkspaceId(workspace)
    raise typer.Exit(asyncio.run(_run(settings, start_logging(settings), action, chosen)))


async def _run(
    settings: Settings, log: Log, action: Literal["check", "rebuild"], workspace_id: WorkspaceId | None
) -> int:
    from parley.bootstrap.vectors import mirror_care

    async with mirror_care(settings, log) as care:
        if care is None:
            typer.echo("PARLEY_VECTOR_STORE is pgvector: the database itself is searched.")
            return SAME
        if action == "rebuild":
            count = await care.rebuild(workspace_id)
            typer.echo(f"{count} workspaces are built again; `parley vectors check` tells how far that is.")
            return SAME
        different = 0
        async for report in care.check(workspace_id):
            different += not report.same
            typer.echo(report.sentence)
        typer.echo(f"{different} workspaces differ." if different else "Nothing differs.")
        return DIFFERENT if different else SAME
