"""Server-sent events out of bytes, however they arrive."""

import pytest

from parley.adapters.llm.sse_lines import SseDecoder

STREAM = ": ping\n\nevent: said\ndata: Grüße\n\ndata:one\ndata: two\n\nid: 7\n\ndata: 🙂\n\n"
SAID = ["Grüße".encode(), b"one\ntwo", "🙂".encode()]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize("size", [1, 7, 1000])
def test_reads_of_any_size_with_any_line_ending_make_the_same_events(ending: str, size: int) -> None:
    stream = (STREAM + ": the end\n").replace("\n", ending).encode()
    decoder = SseDecoder()
    said = []
    for start in range(0, len(stream), size):
        said += decoder.feed(stream[start : start + size])
    assert said == SAID


def test_an_event_that_never_ends_is_refused() -> None:
    decoder = SseDecoder(limit_bytes=100)
    with pytest.raises(ValueError, match="larger than 100 bytes"):
        decoder.feed(b"data: " + b"x" * 200)
