"""How an answer looks: growing Markdown on a terminal, plain text in a pipe, one JSON object for scripts."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

import msgspec
from markdown_it import MarkdownIt
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.live import Live
from rich.markdown import Markdown
from rich.segment import Segment
from rich.spinner import Spinner
from rich.text import Text

from parley.entrypoints.cli.client import Progress
from parley.entrypoints.cli.turn import EMPTY_TURN, Citation, Problem, ToolStep, Turn, Usage

_QUOTE_CHARS = 160
_ARGUMENTS_CHARS = 2_000
_STEP_CHARS = 100
_STEP_MARKS = {"asked": "?", "running": "…", "done": "✓", "failed": "✗", "stopped": "✗"}
_MARKER = re.compile(r"\[(\d{1,3})\]")
# Escape sequences in a document must not reach the reader's terminal.
_REORDERING = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_CONTROLS = {code: None for code in (*range(32), *range(127, 160), *_REORDERING) if chr(code) not in "\n\t"}
_blocks = MarkdownIt().enable("table").enable("strikethrough").parse


class AnswerReport(msgspec.Struct, frozen=True):
    """What `--json` prints."""

    answer: str
    citations: tuple[Citation, ...]
    turn_id: str | None
    conversation_id: str | None
    state: str
    model: str
    degraded: str
    usage: Usage | None
    error: Problem | None


def clean(text: str) -> str:
    """`text` without characters that steer a terminal, or turn the order in which it reads."""
    return text.translate(_CONTROLS)


def cited(turn: Turn) -> tuple[Citation, ...]:
    """The passages that the answer refers to, in order of their numbers."""
    numbers = {int(number) for number in _MARKER.findall(turn.text)}
    return tuple(citation for citation in turn.citations if citation.number in numbers)


def source_line(citation: Citation, quote_chars: int = _QUOTE_CHARS) -> str:
    """Such as `[1] warranty.pdf, page 3 — “The warranty lasts…”`."""
    place = clean(citation.document_name)
    if citation.page is not None:
        place += f", page {citation.page}"
    elif citation.heading_path:
        place += f", {clean(citation.heading_path[-1])}"
    quote = " ".join(clean(citation.text).split())
    if len(quote) > quote_chars:
        quote = quote[:quote_chars].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"
    return f"[{citation.number}] {place} — “{quote}”"


def call_line(step: ToolStep, most_chars: int | None = _ARGUMENTS_CHARS) -> str:
    """A call of a tool in one line, such as `open_ticket {"title": "Lamp"}`; None: all of its arguments."""
    arguments = msgspec.json.encode(step.arguments).decode()
    if most_chars is not None and len(arguments) > most_chars:
        arguments = f"{arguments[:most_chars]}…"
    return clean(f"{step.name} {arguments}").replace("\n", " ")


def step_line(step: ToolStep) -> str:
    """A call and what became of it, short."""
    line = call_line(step)
    if len(line) > _STEP_CHARS:
        line = f"{line[:_STEP_CHARS]}…"
    why = f": {' '.join(clean(step.output).split())[:_STEP_CHARS]}" if step.state == "failed" else ""
    return f"{_STEP_MARKS[step.state]} {line}{why}"


def plain_answer(turn: Turn) -> str:
    """The answer and its sources, without colours."""
    lines = [clean(turn.text).strip()]
    if sources := cited(turn):
        lines += ["", "Sources:", *(source_line(citation) for citation in sources)]
    return "\n".join(lines)


class LiveAnswer:
    """Markdown that grows on the terminal: blocks that are finished scroll up, the last one is redrawn."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._printed = ""
        """The beginning of the answer that is above the redrawn part."""
        self._turn = EMPTY_TURN
        self._live = Live(console=console, transient=True, refresh_per_second=10)

    def __enter__(self) -> Self:
        self._live.start()
        self._live.update(_spinner("Searching…"))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            # What was said stays, though nothing more comes.
            self._print(clean(self._turn.text))
            self._live.update(Text(""))
        self._live.stop()

    def show(self, progress: Progress) -> None:
        """Draws the turn so far."""
        self._turn = turn = progress.turn
        text = clean(turn.text)
        self._check_beginning(text)
        self._print(text[: _finished(text, len(self._printed))])
        rest = text[len(self._printed) :]
        parts: list[RenderableType] = []
        if rest.strip():
            parts.append(_Tail(Group("", Markdown(rest)) if self._printed else Markdown(rest)))
        if not progress.connected:
            parts.append(_spinner("The connection was lost; reconnecting…"))
        elif not text or any(step.state == "running" for step in turn.tools):
            parts.append(_spinner(_doing(turn)))
        self._live.update(Group(*parts))

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Leaves the terminal to somebody else; what was said so far stays above."""
        self._print(clean(self._turn.text))
        self._live.update(Text(""))
        self._live.stop()
        try:
            yield
        finally:
            self._live.start()

    def finish(self, turn: Turn) -> None:
        """Draws the whole turn, with its sources and how it ended when that was not well."""
        text = clean(turn.text)
        self._check_beginning(text)
        self._print(text)
        self._live.update(Text(""))
        for step in turn.tools:
            self._console.print(Text(step_line(step), "dim"))
        if turn.degraded:
            self._console.print(Text(f"Note: {clean(turn.degraded)}", "yellow"))
        if sources := cited(turn):
            self._console.print()
            for citation in sources:
                self._console.print(Text(source_line(citation), "dim"))
        if turn.state == "cancelled":
            self._console.print(Text("Stopped.", "yellow"))
        if turn.problem is not None:
            self._console.print(Text(f"error: {clean(turn.problem.detail)}", "red"))
            self._console.print(Text(clean(turn.problem.hint)))

    def _check_beginning(self, text: str) -> None:
        """A restarted turn, or a stored text that differs from the streamed one, is shown anew."""
        if not text.startswith(self._printed):
            self._printed = ""
            self._console.rule("the answer begins again", style="yellow")

    def _print(self, text: str) -> None:
        more = text[len(self._printed) :]
        if not more.strip():
            return
        if self._printed:
            self._console.print()
        self._console.print(Markdown(more))
        self._printed = text


class _Tail:
    """The last lines of something, as many as the terminal has rows for."""

    def __init__(self, whole: RenderableType) -> None:
        self._whole = whole

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        rows = max(console.size.height - 3, 1)
        for line in console.render_lines(self._whole, options, pad=False)[-rows:]:
            yield from line
            yield Segment.line()


def _finished(text: str, start: int) -> int:
    """Where the last block after `start` begins: what stands before it will not change any more."""
    # A line that is not complete may yet turn out to be of another kind.
    lines = text[start:].split("\n")[:-1]
    tops = [token.map[0] for token in _blocks("\n".join(lines)) if token.level == 0 and token.map]
    if len(set(tops)) < 2:
        return start
    return start + sum(len(line) + 1 for line in lines[: max(tops)])


def _doing(turn: Turn) -> str:
    running = [step.name for step in turn.tools if step.state == "running"]
    if running:
        return f"Calling {clean(running[-1])}…"
    if turn.reasoning:
        return "Thinking…"
    return "Writing…" if turn.citations else "Searching…"


def _spinner(text: str) -> Spinner:
    return Spinner("dots", Text(text, "dim"))
