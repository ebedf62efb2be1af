"""Asks the person at the terminal whether a tool may do what it is about to."""

import asyncio
import os
import sys

import typer
from rich.console import Console
from rich.text import Text

from parley.entrypoints.cli.exchange import Audience
from parley.entrypoints.cli.render import LiveAnswer, call_line, clean
from parley.entrypoints.cli.turn import ToolStep

_LINE_BYTES = 1_024
_YES = {"y", "yes"}
_NO = {"n", "no"}


def person_at(live: LiveAnswer, console: Console) -> Audience:
    """Someone who reads the answer there and can be asked."""

    async def approve(step: ToolStep) -> bool:
        with live.paused():
            return await _ask(console, step)

    return Audience(live.show, approve)


async def _ask(console: Console, step: ToolStep) -> bool:
    """Until the answer is yes or no; at the end of the input it is no. May be cancelled while it waits."""
    console.print(Text("The assistant wants to call a tool that changes things:", "yellow"))
    # Nobody can allow what they have not seen.
    console.print(Text(f"  {call_line(step, None)}", "bold"))
    if step.description:
        console.print(Text(f"  {clean(step.description)}", "dim"))
    while True:
        console.print(Text("Allow it? [y/n] ", "yellow"), end="")
        answer = await _read_line()
        if answer is None or answer.lower() in _NO:
            return False
        if answer.lower() in _YES:
            return True


async def deny_unasked(step: ToolStep) -> bool:
    """Where there is no terminal to ask at."""
    typer.echo(f"denied, for nobody could be asked: {call_line(step)}", err=True)
    return False


async def _read_line() -> str | None:
    """A line of standard input, None at its end. Not `input()`: a thread in it could not be called off."""
    loop = asyncio.get_running_loop()
    descriptor = sys.stdin.fileno()
    readable = asyncio.Event()
    loop.add_reader(descriptor, readable.set)
    try:
        await readable.wait()
    finally:
        loop.remove_reader(descriptor)
    line = os.read(descriptor, _LINE_BYTES)
    return line.decode(errors="replace").strip() if line else None
