"""Routes for programs that have conversations on behalf of their own users."""

import asyncio
from contextlib import aclosing
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Header, Query, Response, status
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from parley.core.bots.model import BotId
from parley.core.chat.citing import judged
from parley.core.chat.events import TurnEvent
from parley.core.chat.model import MAX_MESSAGE_CHARS, ChatCommand, Origin, Turn
from parley.core.conversations.model import ConversationId, ConversationSource
from parley.core.kernel.paging import PageRequest
from parley.core.workspaces.model import Action, ResourceKind, WorkspaceScope
from parley.web.answers import AnswerFailed
from parley.web.api.chat import AcceptedReply
from parley.web.api.fields import EXAMPLE_ID, Body, PageReply, WithoutNul
from parley.web.api.messages import CitationReply, MessageReply
from parley.web.deps import ChatCallerDep, CursorQuery, LimitQuery, Services, ServicesDep, grant_of

router = APIRouter(tags=["consumer"])

LONGEST_WAIT_S = 300.0

ExternalUser = Annotated[str, StringConstraints(min_length=1, max_length=200), WithoutNul]


class ConsumerMessageBody(Body):
    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "bot_id": EXAMPLE_ID,
                "user_id": "customer-4711",
                "message": "How long is the warranty?",
            }
        }
    )

    bot_id: UUID
    message: Annotated[str, StringConstraints(min_length=1, max_length=MAX_MESSAGE_CHARS)]
    user_id: ExternalUser = Field(description="Your own name for who asks: any text, kept as it is.")
    conversation_id: UUID | None = Field(
        None, description="Continues this conversation of the same user_id; a new one when left out."
    )
    wait_s: float = Field(
        50.0, ge=0, le=LONGEST_WAIT_S, description="Seconds to wait for the answer; then the reply is 202."
    )


class UsageReply(BaseModel):
    input_tokens: int
    output_tokens: int
    estimated: bool = Field(description="The provider did not count.")


class ConsumerMessageReply(BaseModel):
    """The finished answer."""

    message: MessageReply
    citations: list[CitationReply] = Field(description="Those of the message.")
    usage: UsageReply
    turn_id: UUID
    conversation_id: UUID


class HistoryReply(PageReply[MessageReply]):
    """Newest first, of all conversations of the user_id."""


_REPLIES: dict[int | str, dict[str, Any]] = {
    202: {
        "model": AcceptedReply,
        "description": "Not finished yet: read the turn, or send it again with the same key.",
    },
    503: {"description": "The turn ended without an answer; `code` says why."},
}


@router.post(
    "/messages", response_model=ConsumerMessageReply, responses=_REPLIES, summary="Ask for a user of yours"
)
async def send_message(
    body: ConsumerMessageBody,
    app: ServicesDep,
    caller: ChatCallerDep,
    idempotency_key: Annotated[str | None, Header(max_length=200)] = None,
) -> Response | ConsumerMessageReply:
    """Waits for the whole answer. The turn runs to its end even when you stop waiting."""
    grant_of(caller)
    scope = await app.authorizer.on(caller, Action.CHAT, ResourceKind.BOT, body.bot_id)
    turn = await app.use.chat.send(
        scope,
        ChatCommand(
            bot_id=BotId(body.bot_id),
            text=body.message,
            conversation_id=None if body.conversation_id is None else ConversationId(body.conversation_id),
            idempotency_key=idempotency_key,
            origin=Origin(ConversationSource.MESSAGES, body.user_id),
        ),
    )
    try:
        async with asyncio.timeout(body.wait_s):
            end = await _end_of(app, scope, turn)
    except TimeoutError:
        end = None
    if end is None:
        return _accepted(turn)
    if end.type != "turn.finished":
        raise _failure(end)
    message = MessageReply.model_validate(end.data["message"])
    return ConsumerMessageReply(
        message=message,
        citations=message.citations,
        usage=UsageReply.model_validate(end.data["usage"]),
        turn_id=turn.id,
        conversation_id=turn.conversation_id,
    )


async def _end_of(app: Services, scope: WorkspaceScope, turn: Turn) -> TurnEvent | None:
    """The turn's terminal event; None when it waits for a person first."""
    async with aclosing(app.use.chat.follow(scope, turn.id)) as batches:
        async for batch in batches:
            if any(event.type == "tool.approval_requested" for event in batch):
                return None
            if batch and batch[-1].ends_the_turn:
                return batch[-1]
    return None


def _failure(end: TurnEvent) -> AnswerFailed:
    if end.type == "turn.cancelled":
        return AnswerFailed("turn_cancelled", "The answer was stopped before its end.", "Ask again.")
    problem = end.data["problem"]
    return AnswerFailed(problem["code"], problem["detail"], problem["hint"])


def _accepted(turn: Turn) -> Response:
    accepted = AcceptedReply(
        turn_id=turn.id, conversation_id=turn.conversation_id, user_message_id=turn.user_message_id
    )
    return Response(
        accepted.model_dump_json(),
        status.HTTP_202_ACCEPTED,
        {"Location": f"/api/v1/turns/{turn.id}"},
        "application/json",
    )


@router.get("/history", response_model=HistoryReply, summary="List a user's messages")
async def history(
    user_id: Annotated[ExternalUser, Query(description="As POST /messages was told it.")],
    app: ServicesDep,
    caller: ChatCallerDep,
    cursor: CursorQuery = None,
    limit: LimitQuery = 50,
) -> HistoryReply:
    """Of what was sent with keys of the same maker in this workspace."""
    request = PageRequest.parse(cursor, limit, fields=1)
    scope = await app.authorizer.in_workspace(caller, Action.CHAT, grant_of(caller).workspace_id)
    async with app.transactions.begin(scope) as tx:
        page = await app.read.external_messages.list(tx, user_id, scope.bots, request)
        messages = await judged(tx, app.read.cited, page.items)
    return HistoryReply(
        items=[MessageReply.of(message) for message in messages], next_cursor=page.next_cursor
    )
