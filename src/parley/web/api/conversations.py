"""Routes of conversations and their messages; each sees only its own user's."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, status
from pydantic import BaseModel, ConfigDict, Field

from parley.core.conversations.model import Conversation, ConversationId, TurnId
from parley.core.kernel.errors import NotFound
from parley.core.kernel.ids import WorkspaceId
from parley.core.kernel.paging import PageRequest
from parley.core.workspaces.model import Action, ResourceKind
from parley.web.api.fields import EXAMPLE_ID, Body, Name, PageReply
from parley.web.api.messages import MessageReply
from parley.web.api.workspaces import WorkspacePath
from parley.web.deps import CallerDep, CursorQuery, LimitQuery, ServicesDep

router = APIRouter(tags=["conversations"])

ConversationPath = Annotated[UUID, Path(description="Id of the conversation.")]


class ConversationChangeBody(Body):
    model_config = ConfigDict(json_schema_extra={"example": {"title": "Warranty of the X200"}})

    title: Name


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

    @classmethod
    def of(cls, conversation: Conversation, running: TurnId | None) -> "ConversationReply":
        return cls(
            id=conversation.id,
            bot_id=conversation.bot_id,
            title=conversation.title,
            created_at=conversation.created_at,
            updated_at=conversation.updated_at,
            running_turn_id=running,
        )


class ConversationsReply(PageReply[ConversationReply]):
    """Your own, latest message first."""


class MessagesReply(PageReply[MessageReply]):
    """Oldest first; `parent_id` makes the tree."""


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
) -> ConversationsReply:
    request = PageRequest.parse(cursor, limit, fields=2)
    scope = await app.authorizer.in_workspace(caller, Action.CHAT, WorkspaceId(workspace_id))
    async with app.transactions.begin(scope) as tx:
        page = await app.read.conversations.list(tx, request)
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
) -> MessagesReply:
    request = PageRequest.parse(cursor, limit, fields=1)
    scope = await app.authorizer.on(caller, Action.CHAT, ResourceKind.CONVERSATION, conversation_id)
    async with app.transactions.begin(scope) as tx:
        if await app.read.conversations.get(tx, ConversationId(conversation_id)) is None:
            raise NotFound("conversation", conversation_id)
        page = await app.read.messages.list(tx, ConversationId(conversation_id), request)
    return MessagesReply(
        items=[MessageReply.of(message) for message in page.items], next_cursor=page.next_cursor
    )


@router.patch(
    "/conversations/{conversation_id}", response_model=ConversationReply, summary="Rename a conversation"
)
async def rename_conversation(
    conversation_id: ConversationPath, body: ConversationChangeBody, app: ServicesDep, caller: CallerDep
) -> ConversationReply:
    await app.use.conversations.rename(caller, ConversationId(conversation_id), body.title)
    return await get_conversation(conversation_id, app, caller)


@router.delete(
    "/conversations/{conversation_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    summary="Remove a conversation",
)
async def remove_conversation(conversation_id: ConversationPath, app: ServicesDep, caller: CallerDep) -> None:
    """Removes it for good, with its messages and turns."""
    await app.use.conversations.remove(caller, ConversationId(conversation_id))
