"""Routes of chat: send a message, follow its turn, stop it."""

from contextlib import aclosing
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Header, Query, Request, Response, status
from pydantic import BaseModel, ConfigDict, Field

from parley.core.bots.model import BotId
from parley.core.chat.model import MAX_MESSAGE_CHARS, ChatCommand, Turn
from parley.core.conversations.model import ConversationId, Message, MessageId, TurnId
from parley.core.workspaces.model import Action, ResourceKind, WorkspaceScope
from parley.web.api.messages import MessageReply
from parley.web.deps import CallerDep, Services, ServicesDep
from parley.web.realtime.sse import TurnEventStream

router = APIRouter(tags=["chat"])

_ID = "0199c0de-0000-7000-8000-000000000001"


class ChatBody(BaseModel):
    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"bot_id": _ID, "message": "How long is the warranty?"}},
    )

    bot_id: UUID
    message: str = Field(min_length=1, max_length=MAX_MESSAGE_CHARS)
    conversation_id: UUID | None = Field(
        None, description="Continues this conversation; a new one when left out."
    )
    parent_message_id: UUID | None = Field(
        None, description="Answers after this message of the conversation; its latest when left out."
    )
    stream: bool = Field(
        default=False, description="Stream the turn's events instead of waiting for the answer."
    )


class ChatReply(BaseModel):
    """A turn that has ended, with its answer."""

    turn_id: UUID
    conversation_id: UUID
    state: str = Field(examples=["done"])
    message: MessageReply | None
    error: dict[str, str] | None = Field(None, description="Why the turn failed: code, detail and hint.")


class AcceptedReply(BaseModel):
    """A turn that the server now owns."""

    turn_id: UUID
    conversation_id: UUID
    user_message_id: UUID


class TurnReply(BaseModel):
    id: UUID
    conversation_id: UUID
    bot_id: UUID
    state: str = Field(examples=["running"])
    epoch: int
    user_message_id: UUID
    message: MessageReply | None
    created_at: datetime
    finished_at: datetime | None


_EVENT_STREAM: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The answer; or with `stream: true` or `Accept: text/event-stream` the turn's events.",
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
    },
    202: {"model": AcceptedReply, "description": "With `Prefer: respond-async`: the turn has begun."},
}


@router.post("/chat", response_model=ChatReply, responses=_EVENT_STREAM, summary="Ask a bot")
async def send(
    body: ChatBody,
    request: Request,
    app: ServicesDep,
    caller: CallerDep,
    idempotency_key: Annotated[str | None, Header(max_length=200)] = None,
    prefer: Annotated[str | None, Header()] = None,
) -> Response | ChatReply:
    """Stores the message and starts a turn, which runs to its end whether or not anyone listens."""
    scope = await app.authorizer.on(caller, Action.CHAT, ResourceKind.BOT, body.bot_id)
    turn = await app.use.chat.send(
        scope,
        ChatCommand(
            bot_id=BotId(body.bot_id),
            text=body.message,
            conversation_id=None if body.conversation_id is None else ConversationId(body.conversation_id),
            parent_message_id=None if body.parent_message_id is None else MessageId(body.parent_message_id),
            idempotency_key=idempotency_key,
        ),
    )
    headers = {"X-Turn-ID": str(turn.id), "X-Conversation-ID": str(turn.conversation_id)}
    if body.stream or "text/event-stream" in request.headers.get("accept", ""):
        return TurnEventStream(app.use.chat.follow(scope, turn.id), headers)
    if prefer is not None and "respond-async" in prefer:
        accepted = AcceptedReply(
            turn_id=turn.id, conversation_id=turn.conversation_id, user_message_id=turn.user_message_id
        )
        return Response(
            accepted.model_dump_json(),
            status.HTTP_202_ACCEPTED,
            {"Location": f"/api/v1/turns/{turn.id}", **headers},
            "application/json",
        )
    return await _whole_answer(app, scope, turn)


async def _whole_answer(app: Services, scope: WorkspaceScope, turn: Turn) -> ChatReply:
    error = None
    async with aclosing(app.use.chat.follow(scope, turn.id)) as batches:
        async for batch in batches:
            if batch and batch[-1].type == "turn.failed":
                error = batch[-1].data["problem"]
    ended, message = await app.use.chat.get(scope, turn.id)
    return ChatReply(
        turn_id=ended.id,
        conversation_id=ended.conversation_id,
        state=ended.state.value,
        message=None if message is None else MessageReply.of(message),
        error=error,
    )


@router.get("/turns/{turn_id}", response_model=TurnReply, summary="Read a turn")
async def get_turn(turn_id: UUID, app: ServicesDep, caller: CallerDep) -> TurnReply:
    scope = await app.authorizer.on(caller, Action.CHAT, ResourceKind.TURN, turn_id)
    return _turn_reply(*await app.use.chat.get(scope, TurnId(turn_id)))


@router.get(
    "/turns/{turn_id}/events",
    summary="Follow a turn",
    response_class=Response,
    responses={
        200: {
            "description": "Server-sent events: `id` is the seq, `event` the type, `data` the JSON.",
            "content": {"text/event-stream": {"schema": {"type": "string"}}},
        }
    },
)
async def follow(
    turn_id: UUID,
    app: ServicesDep,
    caller: CallerDep,
    after: Annotated[int, Query(ge=0, le=2**31 - 1, description="Seq of the last event you have.")] = 0,
    epoch: Annotated[
        int | None, Query(ge=1, le=2**31 - 1, description="Epoch of the last event you have.")
    ] = None,
    last_event_id: Annotated[int | None, Header(ge=0, le=2**31 - 1)] = None,
) -> Response:
    """Streams from any point to the terminal event; ends at once when you have that already."""
    scope = await app.authorizer.on(caller, Action.CHAT, ResourceKind.TURN, turn_id)
    await app.use.chat.get(
        scope, TurnId(turn_id)
    )  # another reader's turn is refused before the stream begins
    start = after if last_event_id is None else last_event_id
    return TurnEventStream(
        app.use.chat.follow(scope, TurnId(turn_id), after=start, epoch=epoch), {"X-Turn-ID": str(turn_id)}
    )


@router.post(
    "/turns/{turn_id}/cancel",
    status_code=status.HTTP_202_ACCEPTED,
    response_model=TurnReply,
    summary="Stop a turn",
)
async def cancel(turn_id: UUID, app: ServicesDep, caller: CallerDep) -> TurnReply:
    """The text written so far is kept and marked. A turn that has ended stays as it is."""
    scope = await app.authorizer.on(caller, Action.CHAT, ResourceKind.TURN, turn_id)
    await app.use.chat.cancel(scope, TurnId(turn_id))
    return _turn_reply(*await app.use.chat.get(scope, TurnId(turn_id)))


def _turn_reply(turn: Turn, message: Message | None) -> TurnReply:
    return TurnReply(
        id=turn.id,
        conversation_id=turn.conversation_id,
        bot_id=turn.bot_id,
        state=turn.state.value,
        epoch=turn.epoch,
        user_message_id=turn.user_message_id,
        message=None if message is None else MessageReply.of(message),
        created_at=turn.created_at,
        finished_at=turn.finished_at,
    )
