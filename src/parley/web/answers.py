"""The answer of a bot as a program gets it, whether a turn or the model alone makes it."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from parley.core.chat.events import TurnEvent
from parley.core.chat.model import ChatCommand
from parley.core.chat.service import Chat
from parley.core.kernel.errors import ErrorKind, ParleyError
from parley.core.llm.model import (
    AnswerBegins,
    Finish,
    FinishReason,
    ModelName,
    ReasoningDelta,
    RoutedEvent,
    TextDelta,
    TokenUsage,
)
from parley.core.workspaces.model import WorkspaceScope

_KIND_OF_CODE = {
    "model_limited": ErrorKind.LIMITED,
    "budget_reached": ErrorKind.LIMITED,
    "price_unknown": ErrorKind.INVALID,
    "approval_needed": ErrorKind.FORBIDDEN,
}


class AnswerFailed(ParleyError):
    """A turn ended without an answer, for the reason that its last event gives."""

    def __init__(self, code: str, detail: str, hint: str) -> None:
        super().__init__(detail, hint=hint)
        self.code = code
        self.kind = _KIND_OF_CODE.get(code, ErrorKind.UNAVAILABLE)


@dataclass(frozen=True, slots=True)
class Cited:
    """The passages that markers in the text refer to."""

    citations: list[dict[str, Any]]


AnswerPart = RoutedEvent | Cited


async def answer_of_turn(
    chat: Chat, scope: WorkspaceScope, command: ChatCommand
) -> AsyncGenerator[list[AnswerPart], None]:
    """A turn, stored and followed to its end; an empty list now and then while it is silent.

    Closing the generator stops the turn: nobody could come back for its answer. Raises AnswerFailed.
    """
    turn = await chat.send(scope, command)
    ended = False
    try:
        async with aclosing(chat.follow(scope, turn.id)) as batches:
            async for batch in batches:
                ended = bool(batch) and batch[-1].ends_the_turn
                yield [part for event in batch for part in _parts_of(event)]
    finally:
        if not ended:
            await chat.cancel(scope, turn.id)


def _parts_of(event: TurnEvent) -> list[AnswerPart]:
    data = event.data
    match event.type:
        case "text.delta":
            return [TextDelta(data["text"])]
        case "reasoning.delta":
            return [ReasoningDelta(data["text"])]
        case "turn.restarted":
            return [AnswerBegins(ModelName("turn", str(event.turn_id)), data["reason"])]
        case "turn.finished":
            usage = data["usage"]
            return [
                Cited(data["message"]["citations"]),
                TokenUsage(usage["input_tokens"], usage["output_tokens"], usage["estimated"]),
                Finish(FinishReason(data["finish_reason"])),
            ]
        case "turn.failed":
            problem = data["problem"]
            raise AnswerFailed(problem["code"], problem["detail"], problem["hint"])
        case "turn.cancelled":
            raise AnswerFailed("turn_cancelled", "The answer was stopped before its end.", "Ask again.")
        case "tool.approval_requested":
            raise AnswerFailed(
                "approval_needed",
                f"The bot wants to use the tool {data['name']!r}, which a person has to allow.",
                "Ask in the web app, or let the bot's owner allow the tool.",
            )
        case _:
            return []
