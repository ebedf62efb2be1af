"""Has the server run a turn again and shows what differs; gives the exit code."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from parley.core.kernel.errors import ParleyError
from parley.entrypoints.cli import report_error
from parley.entrypoints.cli.asking import NO_ACCESS, WRONG_USE, exit_code, tokens_of
from parley.entrypoints.cli.client import ParleyClient
from parley.entrypoints.cli.render import clean
from parley.entrypoints.cli.transport import Deadlines, connect
from parley.settings import ClientSettings, load_client_settings

SAME, DIFFERENT = 0, 1
LONGEST_S = 1_000.0
"""For the server's reply: it may ask a model, and wait for it as long as a turn does."""

_COLOURS = {"+": "green", "-": "red", "@": "cyan"}
_FATES = {"same": "", "moved": "yellow", "added": "green", "removed": "red"}


@dataclass(frozen=True, slots=True)
class Request:
    """What the command line asks for."""

    turn_id: str
    live: bool
    as_json: bool


class Outcome(msgspec.Struct, frozen=True):
    answer: str
    model: str
    cost_micros: int | None
    timings_ms: dict[str, int]


class Passage(msgspec.Struct, frozen=True):
    fate: str
    document_name: str
    chunk: int
    number_before: int | None
    number_after: int | None
    score_before: float | None
    score_after: float | None


class Replayed(msgspec.Struct, frozen=True):
    """The server's reply."""

    same: bool
    live: bool
    error: str
    before: Outcome
    after: Outcome
    passages: list[Passage]
    prompt_diff: str


def run(request: Request, server: str | None) -> int:
    """The exit code of `parley replay`."""
    try:
        settings = load_client_settings(server=server)
        reply = asyncio.run(_ask(request, settings))
    except ParleyError as error:
        report_error(error)
        return NO_ACCESS if exit_code(error) == NO_ACCESS else WRONG_USE
    replayed = msgspec.json.decode(reply, type=Replayed)
    if request.as_json:
        typer.echo(reply)
    else:
        show(Console(highlight=False), replayed)
    return SAME if replayed.same else DIFFERENT


async def _ask(request: Request, settings: ClientSettings) -> bytes:
    async with connect(settings.server, Deadlines(reply_s=LONGEST_S)) as http:
        client = ParleyClient(http, await tokens_of(settings, http))
        return await client.replay(request.turn_id, live=request.live)


def show(console: Console, replayed: Replayed) -> None:
    console.print(_verdict(replayed))
    if replayed.passages:
        console.print(_passages(replayed.passages))
    if replayed.prompt_diff:
        console.print(Text("Prompt", style="bold"))
        for line in clean(replayed.prompt_diff).splitlines():
            console.print(Text(line, style=_COLOURS.get(line[:1], "")))
    for part in _answers(replayed):
        console.print(part)
    console.print(_figures(replayed))


def _verdict(replayed: Replayed) -> Text:
    if replayed.error:
        return Text(f"The repetition broke off: {clean(replayed.error)}", style="red")
    asked = "the real model" if replayed.live else "the recorded replies"
    if replayed.same:
        return Text(f"Nothing differs, with {asked}.", style="green")
    return Text(f"It differs, with {asked}.", style="yellow")


def _passages(passages: list[Passage]) -> Table:
    table = Table("", "before", "now", "passage", "score before", "score now", title="Passages")
    for each in passages:
        name = clean(each.document_name) or "(withheld)"
        table.add_row(
            Text(each.fate, style=_FATES.get(each.fate, "")),
            _number(each.number_before),
            _number(each.number_after),
            Text(f"{name}, part {each.chunk + 1}"),
            _score(each.score_before),
            _score(each.score_after),
        )
    return table


def _answers(replayed: Replayed) -> Iterator[Text]:
    before, after = clean(replayed.before.answer), clean(replayed.after.answer)
    if before == after:
        yield Text("Answer: the same.", style="bold")
        return
    yield Text("Answer before", style="bold")
    yield Text(before)
    yield Text("Answer now", style="bold")
    yield Text(after)


def _figures(replayed: Replayed) -> Table:
    before, after = replayed.before, replayed.after
    table = Table("", "before", "now", title="Figures")
    table.add_row("model", Text(before.model), Text(after.model))
    table.add_row("cost", _cost(before.cost_micros), _cost(after.cost_micros))
    for name in sorted({*before.timings_ms, *after.timings_ms}):
        table.add_row(name, _ms(before.timings_ms.get(name)), _ms(after.timings_ms.get(name)))
    return table


def _number(number: int | None) -> str:
    return "" if number is None else f"\\[{number}]"


def _score(score: float | None) -> str:
    return "" if score is None else f"{score:.4f}"


def _cost(micros: int | None) -> str:
    return "not known" if micros is None else f"${micros / 1_000_000:.6f}"


def _ms(milliseconds: int | None) -> str:
    return "" if milliseconds is None else f"{milliseconds} ms"
