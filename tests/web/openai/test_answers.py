"""Turns and models as a program gets them, where they do not simply answer."""

import asyncio
import json
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast
from uuid import uuid4

import pytest
from starlette.types import Message

from parley.core.bots.model import BotId
from parley.core.chat.events import TurnEvent
from parley.core.chat.model import ChatCommand
from parley.core.chat.service import Chat
from parley.core.conversations.model import TurnId
from parley.core.kernel.errors import ErrorKind
from parley.core.llm.model import AnswerBegins, Finish, FinishReason, ModelName, TextDelta
from parley.core.workspaces.model import WorkspaceScope
from parley.web.answers import AnswerFailed, AnswerPart, answer_of_turn
from parley.web.openai.replies import CompletionStream

COMMAND = ChatCommand(BotId(uuid4()), "?")
PROBLEM = {"code": "budget_reached", "detail": "The budget is used up.", "hint": "Wait."}


class ScriptedChat:
    """Runs a turn of these events."""

    def __init__(self, *events: tuple[str, dict[str, Any]]) -> None:
        self.turn_id = TurnId(uuid4())
        self.cancelled: list[TurnId] = []
        self._events = events

    async def send(self, scope: WorkspaceScope, command: ChatCommand) -> Any:
        return SimpleNamespace(id=self.turn_id)

    async def follow(self, scope: WorkspaceScope, turn_id: TurnId) -> AsyncGenerator[list[TurnEvent], None]:
        for seq, (kind, data) in enumerate(self._events, start=1):
            yield [TurnEvent(turn_id, 1, seq, datetime.now(UTC), kind, data)]

    async def cancel(self, scope: WorkspaceScope, turn_id: TurnId) -> None:
        self.cancelled.append(turn_id)


@pytest.mark.parametrize(
    ("event", "kind", "stopped"),
    [
        (("turn.failed", {"problem": PROBLEM}), ErrorKind.LIMITED, False),
        (("turn.failed", {"problem": {**PROBLEM, "code": "model_failed"}}), ErrorKind.UNAVAILABLE, False),
        (("turn.cancelled", {}), ErrorKind.UNAVAILABLE, False),
        (("tool.approval_requested", {"name": "refund"}), ErrorKind.FORBIDDEN, True),
    ],
)
async def test_a_turn_without_an_answer_is_an_error_and_none_waits_for_a_person(
    event: tuple[str, dict[str, Any]], kind: ErrorKind, stopped: bool
) -> None:
    chat = ScriptedChat(("text.delta", {"text": "Well"}), event)
    scope = cast(WorkspaceScope, None)
    with pytest.raises(AnswerFailed) as failed:
        async for _ in answer_of_turn(cast(Chat, chat), scope, COMMAND):
            pass
    assert failed.value.kind is kind
    assert chat.cancelled == ([chat.turn_id] if stopped else [])


async def _streamed(*parts: AnswerPart) -> list[Any]:
    async def generate() -> AsyncGenerator[list[AnswerPart], None]:
        for part in parts:
            yield [part]

    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return await asyncio.Future()

    stream = CompletionStream("m", generate(), {}, one_call=False, with_usage=False)
    await stream({}, receive, send)
    body = b"".join(message.get("body", b"") for message in sent).decode()
    lines = [line[6:] for line in body.splitlines() if line]
    return [line if line == "[DONE]" else json.loads(line) for line in lines]


async def test_a_stream_whose_answer_begins_anew_ends_with_an_error() -> None:
    model = ModelName("openai", "m")
    begun = await _streamed(AnswerBegins(model), TextDelta("Half"), AnswerBegins(model, "It broke off."))
    assert begun[-1]["error"]["code"] == "answer_restarted"
    assert begun[-2]["choices"][0]["delta"] == {"content": "Half"}


async def test_what_begins_anew_before_its_first_word_goes_on() -> None:
    model = ModelName("openai", "m")
    chunks = await _streamed(
        AnswerBegins(model, "Another took over."), TextDelta("Whole"), Finish(FinishReason.NOT_IN_DOCUMENTS)
    )
    assert chunks[-1] == "[DONE]"
    assert chunks[-2]["choices"][0]["finish_reason"] == "stop"
    assert "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in chunks[:-1]) == "Whole"
