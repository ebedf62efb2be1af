"""Routes of chat: send a message, follow its turn, stop it."""

from contextlib import aclosing
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Header, Path, Query, Request, Response, status
from pydantic import BaseModel, ConfigDict, Field

from parley.core.bots.model import BotId
from parley.core.chat.model import MAX_MESSAGE_CHARS, ChatCommand, Turn, TurnState
from parley.core.conversations.model import ConversationId, Message, MessageId, TurnId
from parley.core.workspaces.model import Action, ResourceKind, WorkspaceScope
from parley.web.api.messages import MessageReply
from parley.web.deps import CallerDep, ChatCallerDep, Services, ServicesDep
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
        None,
        description="Asks after this message of the conversation; after the last one of the branch last used "
        "when left out. To edit a question, give the parent of the old one: the new one is its sibling. "
        "Null, spelt out, is the parent of a conversation's first question.",
    )
    stream: bool = Field(
        default=False, description="Stream the turn's events instead of waiting for the answer."
    )

    @property
    def is_first(self) -> bool:
        """Whether a null parent was spelt out for a conversation that is there."""
        named = "parent_message_id" in self.model_fields_set and self.conversation_id is not None
        return named and self.parent_message_id is None


class ApprovalBody(BaseModel):
    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"call_id": "1-1", "approved": True}}
    )

    call_id: str = Field(
        min_length=1, max_length=64, description="As the event `tool.approval_requested` names it."
    )
    approved: bool


class ApprovalRequestReply(BaseModel):
    """A call of a tool that waits for you; decide at `/turns/{turn_id}/approvals`."""

    call_id: str
    name: str = Field(examples=["create_ticket"])
    description: str
    arguments: dict[str, Any]


class ChatReply(BaseModel):
    """A turn that has ended, with its answer, or one that waits for you."""

    turn_id: UUID
    conversation_id: UUID
    state: str = Field(examples=["done"])
    message: MessageReply | None
    error: dict[str, str] | None = Field(None, description="Why the turn failed: code, detail and hint.")
    approvals: list[ApprovalRequestReply] = Field(
        [], description="In the state `waiting`: the calls of tools that you are to allow or deny."
    )


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
    caller: ChatCallerDep,
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
            from_the_start=body.is_first,
            idempotency_key=idempotency_key,
        ),
    )
    return await _answer(app, scope, turn, stream=body.stream or _wants_events(request), prefer=prefer)


@router.post(
    "/messages/{message_id}/regenerate",
    response_model=ChatReply,
    responses=_EVENT_STREAM,
    summary="Answer again",
)
async def regenerate(
    message_id: Annotated[UUID, Path(description="Id of the answer, or of its question.")],
    request: Request,
    app: ServicesDep,
    caller: CallerDep,
    idempotency_key: Annotated[str | None, Header(max_length=200)] = None,
    prefer: Annotated[str | None, Header()] = None,
) -> Response | ChatReply:
    """Starts a new turn for the same question, by the bot as it is now; the new answer is the old one's
    sibling. Replies as `POST /chat` does; `Accept: text/event-stream` streams."""
    scope = await app.authorizer.on(caller, Action.CHAT, ResourceKind.MESSAGE, message_id)
    turn = await app.use.conversations.regenerate.run(scope, MessageId(message_id), idempotency_key)
    return await _answer(app, scope, turn, stream=_wants_events(request), prefer=prefer)


def _wants_events(request: Request) -> bool:
    return "text/event-stream" in request.headers.get("accept", "")


async def _answer(
    app: Services, scope: WorkspaceScope, turn: Turn, *, stream: bool, prefer: str | None
) -> Response | ChatReply:
    """The turn as its asker wants it: its events, a receipt at once, or the whole answer."""
    headers = {"X-Turn-ID": str(turn.id), "X-Conversation-ID": str(turn.conversation_id)}
    if stream:
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
    """Until the turn has ended, or waits for its user: that may take until tomorrow."""
    error, asked = None, list[dict[str, Any]]()
    async with aclosing(app.use.chat.follow(scope, turn.id)) as batches:
        async for batch in batches:
            for event in batch:
                if event.type == "tool.approval_requested":
                    asked.append(event.data)
                else:
                    asked.clear()
            if batch and batch[-1].type == "turn.failed":
                error = batch[-1].data["problem"]
            if asked and (await app.use.chat.get(scope, turn.id))[0].state is TurnState.WAITING:
                break
    ended, message = await app.use.chat.get(scope, turn.id)
    return ChatReply(
        turn_id=ended.id,
        conversation_id=ended.conversation_id,
        state=ended.state.value,
        message=None if message is None else MessageReply.of(message),
        error=error,
        approvals=[ApprovalRequestReply(**call) for call in asked],
    )


@router.get("/turns/{turn_id}", response_model=TurnReply, summary="Read a turn")
async def get_turn(turn_id: UUID, app: ServicesDep, caller: ChatCallerDep) -> TurnReply:
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
    caller: ChatCallerDep,
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
async def cancel(turn_id: UUID, app: ServicesDep, caller: ChatCallerDep) -> TurnReply:
    """The text written so far is kept and marked. A turn that has ended stays as it is."""
    scope = await app.authorizer.on(caller, Action.CHAT, ResourceKind.TURN, turn_id)
    await app.use.chat.cancel(scope, TurnId(turn_id))
    return _turn_reply(*await app.use.chat.get(scope, TurnId(turn_id)))


@router.post("/turns/{turn_id}/approvals", response_model=TurnReply, summary="Allow or deny a tool")
async def decide(turn_id: UUID, body: ApprovalBody, app: ServicesDep, caller: ChatCallerDep) -> TurnReply:
    """Once every call that the turn waits with is decided, it goes on; a denied one is not made."""
    scope = await app.authorizer.on(caller, Action.CHAT, ResourceKind.TURN, turn_id)
    await app.use.approvals.decide(scope, TurnId(turn_id), body.call_id, approved=body.approved)
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
