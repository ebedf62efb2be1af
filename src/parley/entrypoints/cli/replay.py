"""`parley replay`: its options."""

from typing import Annotated
from uuid import UUID

import typer


def replay(
    turn: Annotated[UUID, typer.Argument(help="Id of the turn; `parley chat --json` prints it.")],
    live: Annotated[
        bool, typer.Option("--live", help="Ask the real model, which costs; else its recorded replies.")
    ] = False,
    server: Annotated[
        str | None,
        typer.Option(help="Address of the server (PARLEY_SERVER).", show_default="http://localhost:8000"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the server's reply as JSON.")] = False,
) -> None:
    """Run a turn of yours again, and show what differs: passages, prompt, answer, cost and time.

    The search is run over the documents of now, for the version of the bot that answered. No tool is called:
    a call that was made before gets the result it got.

    Exit code: 0 nothing differs, 1 something does, 2 wrong arguments or no such turn, 3 not signed in or no
    server there.
    """
    from parley.entrypoints.cli.replaying import Request, run

    raise typer.Exit(run(Request(str(turn), live, as_json), server))
