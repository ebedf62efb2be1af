"""Log lines as a collector reads them."""

import io
import json
import logging
from collections.abc import Iterator

import httpx2
import pytest
import structlog

from parley.adapters.telemetry.logs import configure_logs


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Logging belongs to the whole process; other tests find it as it was."""
    root, ours = logging.getLogger(), logging.getLogger("parley")
    handlers, levels = list(root.handlers), (root.level, ours.level)
    yield
    root.handlers[:] = handlers
    root.setLevel(levels[0])
    ours.setLevel(levels[1])
    structlog.reset_defaults()


def test_each_line_is_json_with_its_fields_and_the_request_id() -> None:
    stream = io.StringIO()
    log = configure_logs("INFO", "json", stream)
    with structlog.contextvars.bound_contextvars(request_id="r-1"):
        log.info("turn.done", turn_id="t-1", duration_ms=12)
    line = json.loads(stream.getvalue())
    assert (line["event"], line["turn_id"], line["duration_ms"]) == ("turn.done", "t-1", 12)
    assert (line["request_id"], line["level"]) == ("r-1", "info")
    assert line["timestamp"].endswith("Z")


def test_an_exception_is_one_line_with_its_traceback() -> None:
    stream = io.StringIO()
    log = configure_logs("INFO", "json", stream)
    try:
        raise ValueError("inside")
    except ValueError:
        log.exception("request.failed")
    [line] = stream.getvalue().splitlines()
    assert "ValueError: inside" in json.loads(line)["exception"]


def test_lines_below_the_level_are_left_out_and_libraries_speak_the_same_form() -> None:
    stream = io.StringIO()
    log = configure_logs("WARNING", "json", stream)
    log.info("quiet")
    logging.getLogger("some.library").warning("loud %s", "word")
    [line] = stream.getvalue().splitlines()
    assert (json.loads(line)["event"], json.loads(line)["logger"]) == ("loud word", "some.library")


@pytest.mark.parametrize("level", ["DEBUG", "INFO"])
def test_no_library_logs_what_it_sends(level: str) -> None:
    """The HTTP client would log whole addresses, the MCP SDK its messages and the ids of its sessions."""
    stream = io.StringIO()
    log = configure_logs(level, "json", stream)
    with httpx2.Client(transport=httpx2.MockTransport(lambda request: httpx2.Response(200))) as client:
        client.get("https://mcp.example.org/mcp?key=very-secret")
    logging.getLogger("mcp.client.streamable_http").info("Received session ID: very-secret")
    log.info("ours")
    assert "very-secret" not in stream.getvalue()
    assert "ours" in stream.getvalue()
