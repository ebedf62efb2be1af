"""Signs in, finds the bot, then answers one question or holds a dialogue; gives the exit code."""

import asyncio
import io
import sys
from contextlib import AsyncExitStack
from dataclasses import dataclass
from enum import StrEnum

import msgspec
import typer
from rich.console import Console

from parley.core.kernel.errors import ParleyError
from parley.entrypoints.cli import report_error
from parley.entrypoints.cli.approval import deny_unasked, person_at
from parley.entrypoints.cli.choice import WrongChoice, choose_bot
from parley.entrypoints.cli.client import Bot, ParleyClient, Progress, Tokens
from parley.entrypoints.cli.dialogue import Dialogue
from parley.entrypoints.cli.exchange import Answered, Audience, exchange
from parley.entrypoints.cli.render import AnswerReport, LiveAnswer, clean, plain_answer
from parley.entrypoints.cli.session import Credentials, FixedToken, sign_in
from parley.entrypoints.cli.transport import Http, NotSignedIn, Unreachable, connect
from parley.entrypoints.cli.turn import Problem, Turn
from parley.settings import ClientSettings, WrongSetting, load_client_settings

ANSWERED, FAILED, WRONG_USE, NO_ACCESS = 0, 1, 2, 3


class Form(StrEnum):
    """How the answer to one question is printed."""

    TEXT = "text"
    JSON = "json"
    EVENTS = "events"


@dataclass(frozen=True, slots=True)
class Request:
    """What the command line asks for; no question means a dialogue."""

    question: str | None
    bot: str | None
    workspace: str | None
    conversation: str | None
    form: Form


def run(request: Request, server: str | None) -> int:
    """The exit code of `parley chat`."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        # An answer in another script than the terminal's must not end the command.
        sys.stdout.reconfigure(errors="replace")
    try:
        settings = load_client_settings(server=server)
        with asyncio.Runner() as runner:
            if request.question is None:
                return _converse(runner, request, settings)
            return runner.run(_ask_once(request, request.question, settings))
    except ParleyError as error:
        if request.form is Form.JSON:
            _print_report(None, Problem(error.code, error.detail, error.hint))
        report_error(error)
        return exit_code(error)


def exit_code(error: ParleyError) -> int:
    if isinstance(error, (Unreachable, NotSignedIn)):
        return NO_ACCESS
    return WRONG_USE if isinstance(error, (WrongChoice, WrongSetting)) else FAILED


async def _ask_once(request: Request, question: str, settings: ClientSettings) -> int:
    async with connect(settings.server) as http:
        client = ParleyClient(http, await tokens_of(settings, http))
        bot_id = await _bot_id(client, request)
        if request.form is Form.TEXT and sys.stdin.isatty() and sys.stdout.isatty():
            console = Console()
            with LiveAnswer(console) as live:
                audience = person_at(live, console)
                answered = await exchange(client, bot_id, question, request.conversation, audience)
                live.finish(answered.turn)
        else:
            show = _print_events if request.form is Form.EVENTS else _wait
            audience = Audience(show, deny_unasked)
            answered = await exchange(client, bot_id, question, request.conversation, audience)
            _print_whole(answered, request.form)
    return ANSWERED if answered.turn.state == "complete" else FAILED


def _converse(runner: asyncio.Runner, request: Request, settings: ClientSettings) -> int:
    stack = AsyncExitStack()
    try:
        http = runner.run(stack.enter_async_context(connect(settings.server)))
        tokens = runner.run(tokens_of(settings, http))
        client = ParleyClient(http, tokens)
        bot = runner.run(_bot(client, request))
        Dialogue(runner, client, bot, request.workspace).hold(request.conversation)
        return ANSWERED
    finally:
        runner.run(stack.aclose())


async def tokens_of(settings: ClientSettings, http: Http) -> Tokens:
    """Of whoever asks, signed in by then. Raises NotSignedIn."""
    if settings.token is not None:
        return FixedToken(settings.token.get_secret_value())
    password = None if settings.password is None else settings.password.get_secret_value()
    ask = _ask_person if sys.stdin.isatty() and sys.stderr.isatty() else None
    return await sign_in(http, settings.config_dir, (settings.email, password), ask)


def _ask_person(email: str | None) -> Credentials:
    email = email or typer.prompt("E-mail", err=True)
    return Credentials(email, typer.prompt(f"Password of {email}", hide_input=True, err=True))


async def _bot(client: ParleyClient, request: Request) -> Bot:
    return await client.bot(await _bot_id(client, request))


async def _bot_id(client: ParleyClient, request: Request) -> str:
    """A conversation goes on with its own bot unless another is named."""
    if request.conversation is not None and request.bot is None:
        conversation = await client.conversation(request.conversation)
        if conversation.bot_id is not None:
            return conversation.bot_id
    return (await choose_bot(client, request.bot, request.workspace)).id


def _wait(_: Progress) -> None:
    """A restart may take back what was said, and a pipe cannot: nothing is printed before the end."""


def _print_events(progress: Progress) -> None:
    for event in progress.events:
        typer.echo(event)


def _print_whole(answered: Answered, form: Form) -> None:
    match form:
        case Form.JSON:
            _print_report(answered, answered.turn.problem)
        case Form.TEXT:
            typer.echo(plain_answer(answered.turn))
            _print_notes(answered.turn)
        case Form.EVENTS:
            pass


def _print_notes(turn: Turn) -> None:
    """What is not the answer goes to stderr."""
    if turn.degraded:
        typer.echo(f"note: {clean(turn.degraded)}", err=True)
    if turn.state == "cancelled":
        typer.echo("Stopped before its end.", err=True)
    if turn.problem is not None:
        typer.echo(clean(f"error: {turn.problem.detail}\n{turn.problem.hint}").rstrip(), err=True)


def _print_report(answered: Answered | None, problem: Problem | None) -> None:
    turn = Turn(state="failed") if answered is None else answered.turn
    report = AnswerReport(
        answer=turn.text,
        citations=turn.citations,
        turn_id=None if answered is None else answered.turn_id,
        conversation_id=None if answered is None else answered.conversation_id,
        state=turn.state,
        model=turn.model,
        degraded=turn.degraded,
        usage=turn.usage,
        error=problem,
    )
    typer.echo(msgspec.json.encode(report))
