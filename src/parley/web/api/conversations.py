"""Routes of conversations and their messages, with their branches; each sees only its own user's."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Path, Query, status
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from parley.core.chat.citing import judged, withheld_of, without_withheld
from parley.core.chat.events import MAX_OUTPUT_CHARS
from parley.core.chat.search import FoundMessage
from parley.core.conversations.branching import BranchOff
from parley.core.conversations.model import (
    Conversation,
    ConversationChange,
    ConversationId,
    Message,
    MessageId,
    TurnId,
)
from parley.core.kernel.errors import NotFound
from parley.core.kernel.ids import WorkspaceId
from parley.core.kernel.paging import Page, PageRequest
from parley.core.kernel.transactions import Transaction
from parley.core.workspaces.model import Action, ResourceKind
from parley.web.api.fields import EXAMPLE_ID, Body, Name, PageReply, WithoutNul
from parley.web.api.messages import ListedMessageReply
from parley.web.api.workspaces import WorkspacePath
from parley.web.deps import CallerDep, CursorQuery, LimitQuery, Services, ServicesDep

router = APIRouter(tags=["conversations"])

ConversationPath = Annotated[UUID, Path(description="Id of the conversation.")]


class ConversationChangeBody(Body):
    """What is left out, or null, stays as it is."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"title": "Warranty of the X200", "pinned": True}}
    )

    title: Name | None = Field(None, description="Kept from then on: no model gives it another.")
    pinned: bool | None = None
    active_message_id: UUID | None = Field(
        None, description="The branch through this message is the one in use; new questions follow its end."
    )


class BranchBody(Body):
    model_config = ConfigDict(json_schema_extra={"example": {"message_id": EXAMPLE_ID}})

    message_id: UUID = Field(description="The last message to take along.")
    title: Name | None = Field(None, description="The old title when left out.")


class ConversationReply(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": EXAMPLE_ID,
                "bot_id": EXAMPLE_ID,
                "title": "Warranty of the X200",
                "created_at": "2026-01-31T12:00:00Z",
                "updated_at": "2026-01-31T12:05:00Z",
                "running_turn_id": None,
                "pinned": False,
                "active_message_id": EXAMPLE_ID,
            }
        }
    )

    id: UUID
    bot_id: UUID | None = Field(description="Null once the bot was removed.")
    title: str
    created_at: datetime
    updated_at: datetime = Field(description="When its last message came.")
    running_turn_id: UUID | None = Field(
        description="The turn that is being answered now; follow its events to see the answer."
    )
    pinned: bool
    active_message_id: UUID | None = Field(
        description="The branch last used goes through this message; null: through the latest one."
    )

    @classmethod
    def of(cls, conversation: Conversation, running: TurnId | None) -> "ConversationReply":
        return cls(
            id=conversation.id,
            bot_id=conversation.bot_id,
            title=conversation.title,
            created_at=conversation.created_at,
            updated_at=conversation.updated_at,
            running_turn_id=running,
            pinned=conversation.pinned_at is not None,
            active_message_id=conversation.active_message_id,
        )


class ConversationsReply(PageReply[ConversationReply]):
    """Your own, latest message first."""


class MessagesReply(PageReply[ListedMessageReply]):
    """Oldest first; `parent_id` makes the tree."""


class FoundMessageReply(BaseModel):
    conversation_id: UUID
    title: str = Field(description="Of the conversation.", examples=["Warranty of the X200"])
    message_id: UUID
    role: str = Field(examples=["assistant"])
    snippet: str = Field(examples=["…the warranty of the X200 lasts 24 months…"])
    score: float = Field(description="0 to 1, best 1.")
    created_at: datetime

    @classmethod
    def of(cls, found: FoundMessage) -> "FoundMessageReply":
        return cls(
            conversation_id=found.message.conversation_id,
            title=found.title,
            message_id=found.message.id,
            role=found.message.role.value,
            snippet=found.snippet,
            score=found.score,
            created_at=found.message.created_at,
        )


class ConversationSearchReply(BaseModel):
    """Best first."""

    items: list[FoundMessageReply]
    degraded: str = Field(description="What the search had to do without, in words; empty when nothing.")


@router.get(
    "/workspaces/{workspace_id}/conversations",
    response_model=ConversationsReply,
    summary="List your conversations",
)
async def list_conversations(
    workspace_id: WorkspacePath,
    app: ServicesDep,
    caller: CallerDep,
    cursor: CursorQuery = None,
    limit: LimitQuery = 50,
    pinned: Annotated[bool | None, Query(description="Only those that are pinned, or are not.")] = None,
) -> ConversationsReply:
    request = PageRequest.parse(cursor, limit, fields=2)
    scope = await app.authorizer.in_workspace(caller, Action.CHAT, WorkspaceId(workspace_id))
    async with app.transactions.begin(scope) as tx:
        page = await app.read.conversations.list(tx, request, pinned=pinned)
        running = await app.read.turns.running_in(tx, [conversation.id for conversation in page.items])
    return ConversationsReply(
        items=[ConversationReply.of(each, running.get(each.id)) for each in page.items],
        next_cursor=page.next_cursor,
    )


@router.get(
    "/conversations/{conversation_id}", response_model=ConversationReply, summary="Read a conversation"
)
async def get_conversation(
    conversation_id: ConversationPath, app: ServicesDep, caller: CallerDep
) -> ConversationReply:
    scope = await app.authorizer.on(caller, Action.CHAT, ResourceKind.CONVERSATION, conversation_id)
    async with app.transactions.begin(scope) as tx:
        conversation = await app.read.conversations.get(tx, ConversationId(conversation_id))
        if conversation is None:
            raise NotFound("conversation", conversation_id)
        running = await app.read.turns.running_in(tx, [conversation.id])
    return ConversationReply.of(conversation, running.get(conversation.id))


@router.get(
    "/conversations/{conversation_id}/messages", response_model=MessagesReply, summary="List messages"
)
async def list_messages(
    conversation_id: ConversationPath,
    app: ServicesDep,
    caller: CallerDep,
    cursor: CursorQuery = None,
    limit: LimitQuery = 50,
    leaf: Annotated[
        str | None,
        Query(
            pattern=r"^(active|[0-9a-fA-F-]{32,36})$",
            description="Only the branch through this message and on through the newest below it; `active` "
            "is the branch last used. All branches when left out.",
        ),
    ] = None,
) -> MessagesReply:
    request = PageRequest.parse(cursor, limit, fields=1)
    scope = await app.authorizer.on(caller, Action.CHAT, ResourceKind.CONVERSATION, conversation_id)
    async with app.transactions.begin(scope) as tx:
        conversation = await app.read.conversations.get(tx, ConversationId(conversation_id))
        if conversation is None:
            raise NotFound("conversation", conversation_id)
        if leaf is None:
            page = await app.read.messages.list(tx, conversation.id, request)
        else:
            page = await _branch(app, tx, conversation, leaf, request)
        parents = list({message.parent_id for message in page.items})
        siblings = await app.read.branches.siblings(tx, conversation.id, parents)
        feedback = await app.read.feedback.own(tx, tuple(message.id for message in page.items))
        turns = [message.turn_id for message in page.items if message.turn_id is not None]
        steps = await app.read.tool_steps.of(tx, turns, MAX_OUTPUT_CHARS)
        messages = await judged(tx, app.read.cited, page.items)
    gone = withheld_of(page.items, messages)
    return MessagesReply(
        items=[
            ListedMessageReply.placed(
                message,
                siblings.get(message.parent_id, ()),
                feedback.get(message.id),
                () if message.turn_id is None else without_withheld(steps.get(message.turn_id, ()), gone),
            )
            for message in messages
        ],
        next_cursor=page.next_cursor,
    )


async def _branch(
    app: Services, tx: Transaction, conversation: Conversation, leaf: str, request: PageRequest
) -> Page[Message]:
    through = conversation.active_message_id if leaf == "active" else _message_id(leaf)
    end = await app.read.messages.leaf(tx, conversation.id, through)
    if end is None and leaf != "active":
        raise NotFound("message", leaf)
    return Page(()) if end is None else await app.read.branches.read(tx, conversation.id, end.id, request)


def _message_id(text: str) -> MessageId:
    try:
        return MessageId(UUID(text))
    except ValueError:
        raise NotFound("message", text) from None


@router.post(
    "/conversations/{conversation_id}/branch",
    response_model=ConversationReply,
    status_code=status.HTTP_201_CREATED,
    summary="Branch off a conversation",
)
async def branch_conversation(
    conversation_id: ConversationPath,
    body: BranchBody,
    app: ServicesDep,
    caller: CallerDep,
    idempotency_key: Annotated[str | None, Header(max_length=200)] = None,
) -> ConversationReply:
    """Copies the branch up to a message into a conversation of its own; the old one stays as it is."""
    scope = await app.authorizer.on(caller, Action.CHAT, ResourceKind.CONVERSATION, conversation_id)
    wanted = BranchOff(
        ConversationId(conversation_id), MessageId(body.message_id), body.title, idempotency_key
    )
    return ConversationReply.of(await app.use.conversations.branch.run(scope, wanted), None)


@router.get(
    "/workspaces/{workspace_id}/conversations/search",
    response_model=ConversationSearchReply,
    summary="Search your conversations",
)
async def search_conversations(
    workspace_id: WorkspacePath,
    app: ServicesDep,
    caller: CallerDep,
    q: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=500),
        WithoutNul,
        Query(description="What to look for.", examples=["warranty of the drill"]),
    ],
    limit: Annotated[int, Query(ge=1, le=50)] = 20,
) -> ConversationSearchReply:
    """Messages of your own conversations by their words and their meaning. Those of which `degraded` says
    that they are still being indexed are found a moment later."""
    scope = await app.authorizer.in_workspace(caller, Action.CHAT, WorkspaceId(workspace_id))
    result = await app.use.conversations.search.run(scope, q, limit)
    return ConversationSearchReply(
        items=[FoundMessageReply.of(found) for found in result.found], degraded=result.degraded
    )


@router.patch(
    "/conversations/{conversation_id}", response_model=ConversationReply, summary="Change a conversation"
)
async def change_conversation(
    conversation_id: ConversationPath, body: ConversationChangeBody, app: ServicesDep, caller: CallerDep
) -> ConversationReply:
    """Renames it, pins it, or chooses the branch in use."""
    active = body.active_message_id
    change = ConversationChange(body.title, body.pinned, None if active is None else MessageId(active))
    await app.use.conversations.service.change(caller, ConversationId(conversation_id), change)
    return await get_conversation(conversation_id, app, caller)


@router.delete(
    "/conversations/{conversation_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    summary="Remove a conversation",
)
async def remove_conversation(conversation_id: ConversationPath, app: ServicesDep, caller: CallerDep) -> None:
    """Removes it for good, with its messages and turns."""
    await app.use.conversations.service.remove(caller, ConversationId(conversation_id))
