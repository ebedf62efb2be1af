"""The command `parley`: each subcommand is a file of this package, imported only when it is called."""

import importlib
import sys
from collections.abc import Callable, Sequence
from typing import Annotated

import typer

from parley import __version__
from parley.core.kernel.errors import ErrorKind, ParleyError

COMMANDS = {
    "serve": ("parley.entrypoints.cli.serve:serve", "Start the server: API, web app, database and worker."),
    "worker": ("parley.entrypoints.cli.worker:worker", "Start a worker that reads documents."),
    "migrate": ("parley.entrypoints.cli.migrate:migrate", "Bring the database's schema up to date."),
    "chat": ("parley.entrypoints.cli.chat:chat", "Ask a bot, from a terminal or a script."),
    "replay": ("parley.entrypoints.cli.replay:replay", "Run a turn again and show what differs."),
    "doctor": ("parley.entrypoints.cli.doctor:doctor", "Check this installation and say what to mend."),
    "vectors": ("parley.entrypoints.cli.vectors:vectors", "Check or rebuild the vector store."),
    "openapi": ("parley.entrypoints.cli.openapi:openapi", "Print the API's OpenAPI document."),
}
"""Where each command is (`module:function`), and its line in `parley --help`."""


def main() -> None:
    """Runs the command that the arguments name, then ends the process with its exit code."""
    try:
        command_line(sys.argv[1:])()
    except ParleyError as error:
        report_error(error)
        sys.exit(2 if error.kind is ErrorKind.INVALID else 1)


def command_line(arguments: Sequence[str]) -> typer.Typer:
    """All commands by name and summary, and the one that `arguments` ask for with its options too.

    A command's imports cost up to a second; none pays for those of another.
    """
    asked = next((argument for argument in arguments if not argument.startswith("-")), None)
    app = typer.Typer(
        name="parley",
        help="Parley: assistants that answer from your own documents, with citations.",
        epilog="`parley COMMAND --help` tells what a command takes.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    app.callback()(_root)
    for name, (place, summary) in COMMANDS.items():
        if name == asked:
            app.command(name)(_function(place))
        else:
            app.command(name, help=summary)(_another_command)
    return app


def report_error(error: ParleyError) -> None:
    """Says on stderr what went wrong and the way out."""
    typer.echo(f"error: {error.detail}", err=True)
    if error.hint:
        typer.echo(error.hint, err=True)


def _function(place: str) -> Callable[..., None]:
    module, _, name = place.partition(":")
    function: Callable[..., None] = getattr(importlib.import_module(module), name)
    return function


def _another_command() -> None:
    """Stands in the list of commands for one that was not asked for."""


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"parley {__version__}")
        raise typer.Exit


def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass
