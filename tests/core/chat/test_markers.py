"""Citation markers, however a model writes them and wherever its stream is cut."""

import pytest

from parley.core.chat.markers import Markers


def _streamed(text: str, piece: int, known: int | None = 3) -> str:
    markers = Markers(lambda: known)
    said = "".join(markers.feed(text[start : start + piece]) for start in range(0, len(text), piece))
    return said + markers.finish()


@pytest.mark.parametrize("piece", [1, 2, 3, 7, 1_000])
@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Three years [1].", "Three years [1]."),
        ("Both say so [1,2].", "Both say so [1][2]."),
        ("Both say so [1, 3; 2].", "Both say so [1][3][2]."),
        ("Both say so [1][3].", "Both say so [1][3]."),
        ("All say so [1-3] or [1–2].", "All say so [1][2][3] or [1][2]."),
        ("As 【1】 and 【2†warranty.pdf】 say.", "As [1] and [2] say."),
        ("A footnote[^2].", "A footnote[2]."),
        ("Nobody said so[7]; someone did[7, 2].", "Nobody said so; someone did[2]."),
        ("Too far[1-900].", "Too far[1][2][3]."),
        ("Code `list[1,2]` and [1,2]", "Code `list[1,2]` and [1][2]"),
        ("```py\na[9] = b[1-2]\n```\nThen [9][1-2].", "```py\na[9] = b[1-2]\n```\nThen [1][2]."),
        ("An open `tick\n\nends with its paragraph [1,2]", "An open `tick\n\nends with its paragraph [1][2]"),
        ("A [1](https://example.org) link and [x] a list [1, two]", None),
        ("- [ ] to do, [", None),
        ("It ends in [1", None),
    ],
)
def test_markers_come_in_one_form_and_the_rest_stays(written: str, said: str | None, piece: int) -> None:
    assert _streamed(written, piece) == (written if said is None else said)


def test_an_answer_that_was_given_no_passages_is_left_alone() -> None:
    assert _streamed("arr[7] and [1,2]", 3, known=None) == "arr[7] and [1,2]"


def test_where_no_passage_was_found_there_is_nothing_to_cite() -> None:
    assert _streamed("Nobody knows [1].", 3, known=0) == "Nobody knows ."


def test_text_without_markers_is_not_held_back() -> None:
    markers = Markers(lambda: 3)
    assert [markers.feed(piece) for piece in ("One ", "word ", "[", "1", "]", " more")] == [
        *("One ", "word ", "", "", "", "[1] more"),
    ]
    assert markers.finish() == ""
