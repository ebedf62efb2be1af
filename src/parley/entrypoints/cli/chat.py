"""`parley chat`: its options, and whether a person at a terminal or a script is asking."""

import sys
from typing import Annotated

import typer

_STDIN_LIMIT_BYTES = 1 << 20


def chat(
    question: Annotated[
        str | None,
        typer.Argument(help="Asked at once; without it, standard input is, or a dialogue begins."),
    ] = None,
    bot: Annotated[
        str | None, typer.Option(help="Name or id of the bot; not needed where there is only one.")
    ] = None,
    workspace: Annotated[
        str | None, typer.Option(help="Name or id of the workspace that has the bot.")
    ] = None,
    server: Annotated[
        str | None,
        typer.Option(help="Address of the server (PARLEY_SERVER).", show_default="http://localhost:8000"),
    ] = None,
    conversation: Annotated[
        str | None, typer.Option(help="Id of a conversation to go on with; else a new one begins.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object: answer, citations, state, error, ….")
    ] = False,
    events: Annotated[
        bool, typer.Option("--events", help="Print each event of the turn as a line of JSON, as it comes.")
    ] = False,
) -> None:
    """Ask a bot: in a dialogue, or one question from the arguments or a pipe.

    Signs in with PARLEY_TOKEN, with the session of the last time, with PARLEY_EMAIL and
    PARLEY_PASSWORD, or by asking. Ctrl+C stops an answer and keeps its text.

    Exit code: 0 answered, 1 failed or stopped, 2 wrong arguments or settings, 3 not signed in or no
    server there.
    """
    if as_json and events:
        raise typer.BadParameter("--json and --events exclude each other.")
    if question is None and not sys.stdin.isatty():
        question = _question_on_stdin()
    if question is None and (as_json or events):
        raise typer.BadParameter("--json and --events need a question, as an argument or in a pipe.")
    if question is not None and not question.strip():
        raise typer.BadParameter("The question is empty.")
    from parley.entrypoints.cli.asking import Form, Request, run

    form = Form.JSON if as_json else Form.EVENTS if events else Form.TEXT
    raise typer.Exit(run(Request(question, bot, workspace, conversation, form), server))


def _question_on_stdin() -> str:
    received = sys.stdin.buffer.read(_STDIN_LIMIT_BYTES + 1)
    if len(received) > _STDIN_LIMIT_BYTES:
        raise typer.BadParameter(
            f"Standard input is larger than {_STDIN_LIMIT_BYTES >> 20} MiB; upload long texts as documents."
        )
    try:
        return received.decode("utf-8")
    except UnicodeDecodeError as error:
        raise typer.BadParameter(f"Standard input is not UTF-8 text ({error.reason}).") from error
