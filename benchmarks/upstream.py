"""A scripted OpenAI-compatible model in a process of its own: the same tokens at once for every request."""

import asyncio
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection

TOKENS = 50
MODEL = "scripted"


def _chunk(delta: dict[str, str], finish: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    body = {"id": "c", "object": "chat.completion.chunk", "created": 0, "model": MODEL, "choices": [choice]}
    return b"data: " + json.dumps(body).encode() + b"\n\n"


USAGE = {"prompt_tokens": 20, "completion_tokens": TOKENS, "total_tokens": 20 + TOKENS}
CHUNKS = (
    _chunk({"role": "assistant", "content": ""}),
    *(_chunk({"content": f"word{number} "}) for number in range(TOKENS)),
    _chunk({}, "stop"),
    b"data: "
    + json.dumps({"id": "c", "object": "chat.completion.chunk", "choices": [], "usage": USAGE}).encode()
    + b"\n\n",
    b"data: [DONE]\n\n",
)


@contextmanager
def running(*, core: int, token_gap_s: float = 0.0) -> Iterator[str]:
    """The base URL of a model that pauses `token_gap_s` between tokens, each written on its own."""
    spawn = get_context("spawn")
    ours, theirs = spawn.Pipe()
    process = spawn.Process(target=_main, args=(theirs, core, token_gap_s), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{ours.recv()}/v1"
    finally:
        process.terminate()
        process.join()


def _main(pipe: Connection, core: int, token_gap_s: float) -> None:
    os.sched_setaffinity(0, {core})
    asyncio.run(_serve(pipe, token_gap_s))


async def _serve(pipe: Connection, token_gap_s: float) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while (length := await _request(reader)) is not None:
                await reader.readexactly(length)
                await _stream(writer, token_gap_s)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    pipe.send(server.sockets[0].getsockname()[1])
    await server.serve_forever()


async def _request(reader: asyncio.StreamReader) -> int | None:
    """The length of the next request's body; None when the client has gone."""
    head = await reader.readuntil(b"\r\n\r\n")
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            return int(value)
    return 0


async def _stream(writer: asyncio.StreamWriter, token_gap_s: float) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
    for chunk in CHUNKS:
        writer.write(b"%x\r\n%b\r\n" % (len(chunk), chunk))
        await writer.drain()
        await asyncio.sleep(token_gap_s)
    writer.write(b"0\r\n\r\n")
    await writer.drain()


if __name__ == "__main__":
    with running(core=0) as url:
        print(url, flush=True)
        sys.stdin.read()
