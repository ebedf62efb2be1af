"""The sandbox: children end when nobody waits, and its process can die without taking a file with it."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path

import pytest

from parley.adapters.documents.limits import ParserLimits
from parley.adapters.documents.sandbox import ReadingCost, SandboxedParser
from parley.core.ingestion.model import ParsedDocument
from parley.testing.documents import refusal_of

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for processes in /proc")


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


async def until(condition: Callable[[], object]) -> None:
    """Waits for something that another process does; nothing here can be awaited for it."""
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 - another process sets no event
            await asyncio.sleep(0.01)


def forkserver() -> int:
    (pid,) = [
        child
        for child in children_of(os.getpid())
        if b"parley.adapters.documents.forkserver" in Path(f"/proc/{child}/cmdline").read_bytes()
        and child not in _others
    ]
    return pid


_others: set[int] = set()


@pytest.fixture
async def own() -> AsyncIterator[SandboxedParser]:
    """A parser whose process this test may kill."""
    _others.clear()
    _others.update(children_of(os.getpid()))
    parser = SandboxedParser(ParserLimits(wall_s=30.0))
    yield parser
    await parser.close()


@pytest.fixture
def endless(tmp_path: Path) -> Path:
    """A file whose reader never comes to its end: a pipe that nobody writes to."""
    path = tmp_path / "endless"
    os.mkfifo(path)
    return path


@pytest.fixture
def note(tmp_path: Path) -> Path:
    path = tmp_path / "note"
    path.write_text("A short note.")
    return path


async def read_note(parser: SandboxedParser, note: Path) -> str:
    parsed = await parser.parse(note, name="note.txt", media_type="text/plain")
    return parsed.blocks[0].text


async def test_a_cancelled_parse_kills_its_child(own: SandboxedParser, note: Path, endless: Path) -> None:
    await read_note(own, note)
    server = forkserver()
    parse = asyncio.create_task(own.parse(endless, name="f.txt", media_type="text/plain"))
    await until(lambda: children_of(server))
    parse.cancel()
    with pytest.raises(asyncio.CancelledError):
        await parse
    await until(lambda: not children_of(server))
    assert await read_note(own, note) == "A short note."


async def test_a_parse_that_waits_forever_ends_with_its_deadline(endless: Path) -> None:
    parser = SandboxedParser(ParserLimits(wall_s=1.5))
    try:
        refusal = await refusal_of(parser.parse(endless, name="f.txt", media_type="text/plain"))
    finally:
        await parser.close()
    assert (refusal.code, refusal.detail) == ("parser_limit", "Reading 'f.txt' takes more than 1.5 seconds.")


async def test_when_its_process_is_killed_the_file_is_read_by_a_new_one(
    own: SandboxedParser, note: Path, endless: Path
) -> None:
    await read_note(own, note)
    first = forkserver()
    parse = asyncio.create_task(own.parse(endless, name="f.txt", media_type="text/plain"))
    await until(lambda: children_of(first))
    (orphan,) = children_of(first)
    note.replace(endless)
    os.kill(first, signal.SIGKILL)
    assert (await parse).blocks[0].text == "A short note."
    assert forkserver() != first
    await until(lambda: not Path(f"/proc/{orphan}").exists())


async def test_a_file_whose_reader_is_killed_once_is_read_by_another_and_blamed_the_second_time(
    own: SandboxedParser, note: Path, endless: Path
) -> None:
    async def killed(times: int) -> ParsedDocument:
        parse = asyncio.create_task(own.parse(endless, name="f.txt", media_type="text/plain"))
        before: set[int] = set()
        for number in range(times):
            await until(lambda: set(children_of(forkserver())) - before)
            [child] = set(children_of(forkserver())) - before
            before.add(child)
            if number == 0 and times == 1:
                note.rename(endless)  # what the next one opens
            os.kill(child, signal.SIGKILL)
        return await parse

    await read_note(own, note)
    refusal = await refusal_of(killed(2))
    assert (refusal.code, "memory" in refusal.detail) == ("parser_limit", True)
    assert (await killed(1)).blocks[0].text == "A short note."


async def test_a_reply_whose_end_is_missing_is_not_taken_for_the_files_fault(
    own: SandboxedParser, note: Path, endless: Path
) -> None:
    await read_note(own, note)
    server = forkserver()
    parse = asyncio.create_task(own.parse(endless, name="f.txt", media_type="text/plain"))
    await until(lambda: children_of(server))
    (child,) = children_of(server)
    os.kill(server, signal.SIGSTOP)  # it cannot tell how its child ended

    def fed_to_its_end() -> bool:
        with suppress(OSError):  # nobody reads just now
            pipe = os.open(endless, os.O_WRONLY | os.O_NONBLOCK)
            os.write(pipe, b"Words. " * 500)
            os.close(pipe)
        return ") Z " in Path(f"/proc/{child}/stat").read_text()

    await until(fed_to_its_end)
    note.replace(endless)
    os.kill(server, signal.SIGKILL)
    assert (await parse).blocks[0].text == "A short note."


async def test_closing_ends_the_process_and_what_is_being_parsed(
    own: SandboxedParser, note: Path, endless: Path
) -> None:
    await read_note(own, note)
    server = forkserver()
    parse = asyncio.create_task(own.parse(endless, name="f.txt", media_type="text/plain"))
    await until(lambda: children_of(server))
    (child,) = children_of(server)
    parse.cancel()
    await asyncio.gather(parse, return_exceptions=True)
    await own.close()
    assert not Path(f"/proc/{server}").exists()
    await until(lambda: not Path(f"/proc/{child}").exists())


async def test_many_files_at_once_each_get_their_own_text(own: SandboxedParser, tmp_path: Path) -> None:
    paths = [tmp_path / f"note{number}" for number in range(12)]
    for number, path in enumerate(paths):
        path.write_text(f"Note number {number}.")
    assert await asyncio.gather(*(read_note(own, path) for path in paths)) == [
        f"Note number {number}." for number in range(12)
    ]


async def test_the_process_knows_no_secret_of_its_server(
    own: SandboxedParser, note: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARLEY_SECRET_KEY", "canary")
    await read_note(own, note)
    environment = Path(f"/proc/{forkserver()}/environ").read_bytes()
    assert b"PYTHONPATH" in environment
    assert b"canary" not in environment


async def test_a_crash_that_cannot_be_reported_harms_no_other_file(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    # Standard error is a file here, as it often is of servers, and a child may write to none.
    del capfd
    honest = tmp_path / "honest.txt"
    honest.write_bytes("Größere Schäden müssen gemeldet werden. ".encode("latin-1") * 50_000)
    parser = SandboxedParser(at_once=2)
    try:
        read, crashed = await asyncio.gather(
            parser.parse(honest, name="honest.txt", media_type="text/plain"),
            refusal_of(parser.parse(tmp_path / "vanished", name="vanished.txt", media_type="text/plain")),
        )
    finally:
        await parser.close()
    assert read.blocks[0].text.startswith("Größere Schäden")
    assert (crashed.code, "crash" in crashed.detail) == ("damaged_file", True)


@pytest.mark.skipif(not Path("/proc/self/ns/net").exists(), reason="network namespaces are Linux's")
async def test_the_process_is_cut_off_from_the_network_where_the_system_allows_it(
    own: SandboxedParser, note: Path
) -> None:
    await read_note(own, note)
    allowed = await asyncio.create_subprocess_exec("unshare", "--user", "--net", "true")
    its_own = Path(f"/proc/{forkserver()}/ns/net").readlink() != Path("/proc/self/ns/net").readlink()
    assert its_own == (await allowed.wait() == 0)


async def test_what_a_file_cost_is_told(note: Path) -> None:
    costs: list[tuple[str, ReadingCost]] = []
    parser = SandboxedParser(on_cost=lambda name, cost: costs.append((name, cost)))
    try:
        await read_note(parser, note)
    finally:
        await parser.close()
    ((name, cost),) = costs
    assert name == "note.txt"
    assert 0 < cost.cpu_s < 20
    assert 1 << 20 < cost.memory_bytes < 1 << 30
