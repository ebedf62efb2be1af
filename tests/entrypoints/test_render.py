"""An answer that grows on a terminal ends up as it would look written at once."""

import io

import pytest
from rich.console import Console
from rich.markdown import Markdown

from parley.entrypoints.cli.client import Progress
from parley.entrypoints.cli.render import LiveAnswer, clean, plain_answer, source_line
from parley.entrypoints.cli.turn import Citation, Problem, Turn

DOCUMENT = """# The warranty

It lasts two years
#and this line is still the paragraph.

A heading underlined
====================

1. one
2. two

   with a paragraph of its own
3. three

```python
def f():

    return "# no heading"
```

| part | years |
|---|---|
| motor | 2 |

> quoted
> twice

The end, with **bold** and `code`. [1]"""

CITATION = Citation(
    1, "d", "warranty.pdf", 0, None, ("Terms", "How long"), 0, 9, "Two  years.\nOr more.", 0.5
)


def plain_console() -> Console:
    return Console(file=io.StringIO(), width=80, no_color=True)


def shown(console: Console) -> list[str]:
    assert isinstance(console.file, io.StringIO)
    return [line.rstrip() for line in console.file.getvalue().splitlines() if line.strip()]


def at_once(text: str) -> list[str]:
    console = plain_console()
    console.print(Markdown(text))
    return shown(console)


@pytest.mark.parametrize("step", [1, 3, 7, 40, 1000])
def test_markdown_that_arrives_in_pieces_looks_like_the_whole(step: int) -> None:
    console = plain_console()
    with LiveAnswer(console) as live:
        for end in range(step, len(DOCUMENT) + step, step):
            live.show(Progress(Turn(text=DOCUMENT[:end])))
        live.finish(Turn(state="complete", text=DOCUMENT))
    assert shown(console) == at_once(DOCUMENT)


def test_what_is_finished_is_printed_while_the_rest_is_still_growing() -> None:
    console = plain_console()
    with LiveAnswer(console) as live:
        live.show(Progress(Turn(text="First.\n\nSecond.\n\nThi")))
        assert shown(console) == ["First."]


def test_a_restarted_answer_is_shown_anew_below_a_line_that_says_so() -> None:
    console = plain_console()
    with LiveAnswer(console) as live:
        live.show(Progress(Turn(text="Old.\n\nOlder.\n\nO")))
        live.show(Progress(Turn(text="", epoch=2)))
        live.finish(Turn(state="complete", text="New.", epoch=2))
    first, rule, *rest = shown(console)
    assert (first, rest) == ("Old.", ["New."])
    assert "the answer begins again" in rule


def test_what_was_said_stays_when_the_connection_is_given_up() -> None:
    def lose_the_connection() -> None:
        with LiveAnswer(console) as live:
            live.show(Progress(Turn(text="Half an ans")))
            raise ConnectionError

    console = plain_console()
    with pytest.raises(ConnectionError):
        lose_the_connection()
    assert shown(console) == ["Half an ans"]


def test_the_end_names_the_sources_what_was_missing_and_what_failed() -> None:
    console = plain_console()
    turn = Turn(
        state="failed",
        text="Two years. [1]",
        citations=(CITATION,),
        degraded="Searched by words only.",
        problem=Problem("model_unavailable", "The model is down.", "Ask again."),
    )
    with LiveAnswer(console) as live:
        live.finish(turn)
    assert shown(console) == [
        "Two years. [1]",
        "Note: Searched by words only.",
        "[1] warranty.pdf, How long — “Two years. Or more.”",
        "error: The model is down.",
        "Ask again.",
    ]


def test_a_passage_that_the_answer_does_not_refer_to_is_no_source() -> None:
    assert plain_answer(Turn(text="I do not know. [2]", citations=(CITATION,))) == "I do not know. [2]"


def test_a_long_quote_is_cut_at_a_word() -> None:
    assert source_line(CITATION, quote_chars=9).endswith("“Two…”")


def test_characters_that_steer_a_terminal_are_taken_out() -> None:
    assert clean("a\x1b[31mb\x9b2J\r\nc\td\x7f") == "a[31mb2J\nc\td"
    assert clean("alice\u202emoc.live") == "alicemoc.live"
