"""The title of a page, found in its first bytes."""

import time

import pytest

from parley.adapters.pages.title import HEAD_BYTES, title_of


@pytest.mark.parametrize(
    ("head", "charset", "title"),
    [
        (b"<html><head><TITLE lang='en'>\n A &amp;  B\t</TITLE>", None, "A & B"),
        ("<title>Grüße</title>".encode(), None, "Grüße"),
        ("<title>Grüße</title>".encode("latin-1"), "latin-1", "Grüße"),
        ("<meta charset='cp1251'><title>Привет</title>".encode("cp1251"), None, "Привет"),
        ("<meta charset='nonsense'><title>Gr\xfc</title>".encode("latin-1"), None, "Gr\ufffd"),
        (b"\xef\xbb\xbf<title>T</title>", None, "T"),
        (b"<p>None</p>", None, ""),
        (b"<title></title>", None, ""),
        (b"<title>" + b"x" * 5_000, None, "x" * 2_000),
    ],
)
def test_titles(head: bytes, charset: str | None, title: str) -> None:
    assert title_of(head, charset) == title


def test_a_head_that_is_cut_within_a_character_is_read() -> None:
    head = ("<title>T</title>" + "ü" * HEAD_BYTES).encode()[: HEAD_BYTES - 1] + b"\xc3"
    assert title_of(head, None) == "T"


def test_a_hostile_head_is_searched_at_once() -> None:
    started = time.process_time()
    assert title_of(b"<title " * (HEAD_BYTES // 7), None) == ""
    assert title_of(b"<meta charset" * (HEAD_BYTES // 13), None) == ""
    # Decoding as the encoding of host names takes the longer, the longer a label is, and squared.
    assert title_of(b"<meta charset=idna>.xn--a-" + b"a" * (HEAD_BYTES - 30) + b".\xff", None) == ""
    assert time.process_time() - started < 1.0
