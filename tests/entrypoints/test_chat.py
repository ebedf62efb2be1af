"""`parley chat` as a process: pipes and scripts, its exit codes, and a dialogue on a real terminal."""

import asyncio
import json
import os
import pty
import re
import signal
from contextlib import suppress
from pathlib import Path

import pytest

from tests.entrypoints.conftest import COMMAND, DEADLINE_S, CommandLine
from tests.entrypoints.contract_server import (
    CONVERSATION,
    GUIDE,
    TURN,
    ContractServer,
    answer,
    bot,
    ended,
    event,
)

PROBLEM = {"code": "model_unavailable", "detail": "The model is down.", "hint": "Ask again."}


async def test_a_question_in_a_pipe_is_answered_as_plain_text_with_its_sources(
    server: ContractServer, parley: CommandLine, signed_in: dict[str, str]
) -> None:
    ended = await parley.run("chat", "--bot", "guide", stdin="How long?\n", **signed_in)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == (
        "Two years. [1]\n\nSources:\n[1] warranty.pdf, page 3 — “The warranty lasts two years.”\n"
    )
    assert server.asked == [{"bot_id": GUIDE, "message": "How long?\n"}]


async def test_json_holds_the_answer_and_where_it_came_from(
    server: ContractServer, parley: CommandLine, signed_in: dict[str, str]
) -> None:
    ended = await parley.run("chat", "--json", "How long?", **signed_in)
    told = json.loads(ended.out)
    assert ended.code == 0
    assert (told["answer"], told["state"], told["error"]) == ("Two years. [1]", "complete", None)
    assert (told["turn_id"], told["conversation_id"]) == (TURN, CONVERSATION)
    assert told["usage"] == {"input_tokens": 12, "output_tokens": 3, "estimated": True}
    assert told["citations"][0]["document_name"] == "warranty.pdf"


async def test_events_are_told_line_by_line(
    server: ContractServer, parley: CommandLine, signed_in: dict[str, str]
) -> None:
    ended = await parley.run("chat", "--events", "How long?", **signed_in)
    assert [json.loads(line)["seq"] for line in ended.out.splitlines()] == [1, 2, 3, 4]


async def test_a_failed_turn_prints_what_there_is_and_exits_with_1(
    server: ContractServer, parley: CommandLine, signed_in: dict[str, str]
) -> None:
    server.connections = [[*answer("Two")[:3], ended(4, "turn.failed", "Two", problem=PROBLEM)]]
    text = await parley.run("chat", "How long?", **signed_in)
    assert (text.code, text.out, text.err) == (1, "Two\n", "error: The model is down.\nAsk again.\n")
    as_json = await parley.run("chat", "--json", "How long?", **signed_in)
    assert (as_json.code, json.loads(as_json.out)["error"]) == (1, PROBLEM)


async def test_escape_sequences_of_a_document_do_not_reach_the_terminal(
    server: ContractServer, parley: CommandLine, signed_in: dict[str, str]
) -> None:
    server.connections = [[event(1, "turn.started"), ended(2, "turn.finished", "a\x1b[2Jb\x9b1mc\x07")]]
    ended_ = await parley.run("chat", "How long?", **signed_in)
    assert ended_.out == "a[2Jb1mc\n"


async def test_without_credentials_a_script_is_told_how_to_sign_in(
    server: ContractServer, parley: CommandLine
) -> None:
    ended = await parley.run("chat", "How long?", PARLEY_SERVER=server.url)
    assert ended.code == 3
    assert "You are not signed in to" in ended.err
    assert "PARLEY_TOKEN" in ended.err


async def test_a_token_that_is_not_taken_is_named(server: ContractServer, parley: CommandLine) -> None:
    ended = await parley.run("chat", "How long?", PARLEY_SERVER=server.url, PARLEY_TOKEN="forged")
    assert (ended.code, ended.out) == (3, "")
    assert "PARLEY_TOKEN" in ended.err


async def test_no_server_at_the_address_exits_with_3_and_json_says_so_too(parley: CommandLine) -> None:
    ended = await parley.run(
        "chat", "--json", "--server", "http://127.0.0.1:9", "How long?", PARLEY_TOKEN="any"
    )
    assert ended.code == 3
    assert json.loads(ended.out)["error"]["code"] == "unreachable"
    assert "No Parley server answers at http://127.0.0.1:9" in ended.err
    assert "parley serve" in ended.err


@pytest.mark.parametrize(
    ("arguments", "stdin", "said"),
    [
        (("--json",), "", "The question is empty"),
        (("--json", "--events", "Why?"), "", "exclude each other"),
        ((), b"\xff\xfe", "not UTF-8"),
        (("--bot", "Nobody", "Why?"), "", "There are: 'Guide'."),
        (("--workspace", "Nowhere", "Why?"), "", "'Shop'"),
        (("--server", "localhost:8000", "Why?"), "", "PARLEY_SERVER: must begin with http://"),
        (("--colour",), "", "No such option"),
    ],
)
async def test_a_wrong_argument_exits_with_2_and_names_it(
    server: ContractServer,
    parley: CommandLine,
    signed_in: dict[str, str],
    arguments: tuple[str, ...],
    stdin: str | bytes,
    said: str,
) -> None:
    ended = await parley.run("chat", *arguments, stdin=stdin, **signed_in)
    assert ended.code == 2, ended.err
    assert said in ended.err
    assert "Traceback" not in ended.err


async def test_of_several_bots_one_must_be_named(
    server: ContractServer, parley: CommandLine, signed_in: dict[str, str]
) -> None:
    server.bots = [bot("Guide"), bot("Sales", TURN), bot("Support", CONVERSATION)]
    ended = await parley.run("chat", "How long?", **signed_in)
    assert ended.code == 2
    assert "There are 3 bots" in ended.err
    assert "'Guide', 'Sales', 'Support'" in ended.err


async def test_a_conversation_goes_on_with_its_own_bot(
    server: ContractServer, parley: CommandLine, signed_in: dict[str, str]
) -> None:
    server.bots = [bot("Sales", TURN), bot("Guide")]
    ended = await parley.run("chat", "--conversation", CONVERSATION, "And then?", **signed_in)
    assert ended.code == 0, ended.err
    assert server.asked == [{"bot_id": GUIDE, "message": "And then?", "conversation_id": CONVERSATION}]


async def test_ctrl_c_stops_the_turn_and_keeps_its_text(
    server: ContractServer, parley: CommandLine, signed_in: dict[str, str]
) -> None:
    server.connections = [answer("Two ye")[:3]]
    server.after_cancel = [ended(4, "turn.cancelled", "Two ye")]
    process = await parley.start("chat", "How long?", **signed_in)
    async with asyncio.timeout(DEADLINE_S):
        await server.first_text.wait()
        process.send_signal(signal.SIGINT)
        out, err = await process.communicate()
    assert server.cancelled.is_set()
    assert (process.returncode, out.decode(), err.decode()) == (1, "Two ye\n", "Stopped before its end.\n")


class Terminal:
    """A process on a pseudo-terminal: what it shows, and what a person types."""

    def __init__(self, parley: CommandLine, *arguments: str, **variables: str) -> None:
        self._master, slave = pty.openpty()
        os.set_blocking(self._master, False)
        self.shown = ""
        self._news = asyncio.Event()
        self._start = asyncio.create_subprocess_exec(
            *(*COMMAND, *arguments),
            env=parley.environment(TERM="xterm", **variables),
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            preexec_fn=lambda: _control(slave),
        )
        self._slave = slave

    async def __aenter__(self) -> "Terminal":
        self.process = await self._start
        os.close(self._slave)
        asyncio.get_running_loop().add_reader(self._master, self._read)
        return self

    async def __aexit__(self, *_: object) -> None:
        asyncio.get_running_loop().remove_reader(self._master)
        if self.process.returncode is None:
            self.process.kill()
            await self.process.wait()
        os.close(self._master)

    def type(self, text: str) -> None:
        os.write(self._master, text.encode())

    async def shows(self, pattern: str) -> None:
        """Waits for it, then forgets everything up to its end."""
        async with asyncio.timeout(DEADLINE_S):
            while (found := re.search(pattern, self.shown)) is None:
                self._news.clear()
                await self._news.wait()
        self.shown = self.shown[found.end() :]

    async def ends(self) -> int:
        async with asyncio.timeout(DEADLINE_S):
            return await self.process.wait()

    async def interrupt_until_it_ends(self) -> None:
        """Presses Ctrl+C as an impatient person does: an interpreter about to read sleeps through one."""
        async with asyncio.timeout(DEADLINE_S):
            while self.process.returncode is None:
                with suppress(TimeoutError, OSError):  # it may end before the key arrives
                    self.type("\x03")
                    await asyncio.wait_for(self.process.wait(), 0.5)

    def _read(self) -> None:
        try:
            received = os.read(self._master, 65536)
        except OSError:  # the other side is closed
            asyncio.get_running_loop().remove_reader(self._master)
            return
        self.shown += re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", received.decode("utf-8", "replace"))
        self._news.set()


def _control(slave: int) -> None:
    """Makes the terminal the one whose Ctrl+C reaches the process."""
    import fcntl
    import termios

    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)


async def test_a_dialogue_on_a_terminal_signs_in_streams_lists_sources_and_signs_out(
    server: ContractServer, parley: CommandLine
) -> None:
    server.bots = [bot("Guide"), bot("Sales", TURN)]
    server.connections = [answer("**Two** years. [1]")]
    async with Terminal(parley, "chat", "--bot", "Guide", PARLEY_SERVER=server.url) as terminal:
        await terminal.shows("E-mail: ")
        terminal.type("reader@example.com\r")
        await terminal.shows("Password of reader@example.com: ")
        terminal.type("a few unrelated words\r")
        await terminal.shows("I am Guide.")
        await terminal.shows("> ")
        terminal.type("How long?\r")
        await terminal.shows(r"Two years\. \[1\]")
        await terminal.shows(r"\[1\] warranty.pdf, page 3")
        await terminal.shows("> ")
        terminal.type("/bots\r")
        await terminal.shows("Sales")
        terminal.type("/bots Sales\r")
        await terminal.shows("I am Sales.")
        terminal.type("/nonsense\r")
        await terminal.shows("There is no command /nonsense")
        terminal.type("/logout\r")
        await terminal.shows("You are signed out")
        assert await terminal.ends() == 0
    assert server.access_tokens == set()
    assert (parley.home / "config/parley/sessions.json").read_text() == "{}"
    assert server.asked == [{"bot_id": GUIDE, "message": "How long?"}]


async def test_ctrl_c_in_a_dialogue_stops_the_answer_and_the_next_ones_leave(
    server: ContractServer, parley: CommandLine, signed_in: dict[str, str]
) -> None:
    server.connections = [answer("Two ye")[:3]]
    server.after_cancel = [ended(4, "turn.cancelled", "Two ye")]
    async with Terminal(parley, "chat", **signed_in) as terminal:
        await terminal.shows("> ")
        terminal.type("How long?\r")
        await terminal.shows("Two ye")
        terminal.type("\x03")
        await terminal.shows("Stopped.")
        await terminal.shows("> ")
        await terminal.interrupt_until_it_ends()
        assert (await terminal.ends(), terminal.shown.count("again leaves")) == (0, 1)
    assert server.cancelled.is_set()


async def test_a_conversation_opened_again_shows_its_latest_answer_and_follows_what_runs(
    server: ContractServer, parley: CommandLine, signed_in: dict[str, str]
) -> None:
    question = {"id": "1", "role": "user", "text": "How long?", "state": "complete", "citations": []}
    earlier = {"id": "2", "role": "assistant", "text": "One year.", "state": "complete", "citations": []}
    server.messages = [question | {"text": "Old?"}, earlier, question, earlier | {"text": "Three years."}]
    async with Terminal(parley, "chat", "--conversation", CONVERSATION, **signed_in) as terminal:
        await terminal.shows("Going on with “Warranty”")
        assert "Old?" not in terminal.shown
        await terminal.shows("> How long?")
        await terminal.shows("Three years.")
    server.messages, server.running_turn = [question], TURN
    async with Terminal(parley, "chat", "--conversation", CONVERSATION, **signed_in) as terminal:
        await terminal.shows("> How long?")
        await terminal.shows(r"Two years\. \[1\]")
        await terminal.shows("warranty.pdf, page 3")


async def test_nobody_can_sign_in_where_there_is_no_account_yet(
    server: ContractServer, parley: CommandLine
) -> None:
    server.has_users = False
    async with Terminal(parley, "chat", PARLEY_SERVER=server.url) as terminal:
        await terminal.shows("Nobody has an account at")
        assert await terminal.ends() == 3


async def test_a_password_that_is_wrong_can_be_typed_again(
    server: ContractServer, parley: CommandLine
) -> None:
    async with Terminal(
        parley, "chat", PARLEY_SERVER=server.url, PARLEY_EMAIL="reader@example.com"
    ) as terminal:
        await terminal.shows("Password of reader@example.com: ")
        terminal.type("wrong\r")
        await terminal.shows("Password of reader@example.com: ")
        terminal.type("a few unrelated words\r")
        await terminal.shows("I am Guide.")
        await terminal.shows("> ")
        terminal.type("\x04")
        assert await terminal.ends() == 0
    assert not (Path(parley.home) / "config/parley/sessions.new").exists()
