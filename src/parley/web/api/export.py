"""The route that exports a conversation as a file."""

import json
from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Query, Response
from fastapi.responses import StreamingResponse

from parley.core.chat.citing import judged
from parley.core.conversations.export import MarkdownExport, file_name
from parley.core.conversations.model import Conversation, ConversationId, Message
from parley.core.kernel.errors import NotFound
from parley.core.kernel.paging import MAX_PAGE_SIZE, PageRequest
from parley.core.workspaces.model import Action, ResourceKind, WorkspaceScope
from parley.web.api.conversations import ConversationPath, ConversationReply
from parley.web.api.messages import MessageReply
from parley.web.deps import CallerDep, Services, ServicesDep

router = APIRouter(tags=["conversations"])

_FILES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The file.",
        "content": {
            "text/markdown": {"schema": {"type": "string"}},
            "application/json": {"schema": {"type": "object"}},
        },
    }
}


@router.get(
    "/conversations/{conversation_id}/export",
    response_class=Response,
    responses=_FILES,
    summary="Export a conversation",
)
async def export_conversation(
    conversation_id: ConversationPath,
    app: ServicesDep,
    caller: CallerDep,
    kind: Annotated[
        Literal["markdown", "json"],
        Query(
            alias="format",
            description="`markdown`: the branch last used, citations as footnotes; `json`: all branches.",
        ),
    ] = "markdown",
) -> Response:
    scope = await app.authorizer.on(caller, Action.CHAT, ResourceKind.CONVERSATION, conversation_id)
    async with app.transactions.begin(scope) as tx:
        conversation = await app.read.conversations.get(tx, ConversationId(conversation_id))
    if conversation is None:
        raise NotFound("conversation", conversation_id)
    if kind == "markdown":
        content, media_type, extension = _markdown(app, scope, conversation), "text/markdown", "md"
    else:
        content, media_type, extension = _json(app, scope, conversation), "application/json", "json"
    name = quote(file_name(conversation, extension), safe="")
    return StreamingResponse(
        content,
        media_type=media_type,
        headers={
            "Content-Disposition": f"attachment; filename*=UTF-8''{name}",
            "Cache-Control": "no-store",
        },
    )


async def _markdown(app: Services, scope: WorkspaceScope, conversation: Conversation) -> AsyncIterator[str]:
    export = MarkdownExport(conversation)
    yield export.head()
    async for messages in _pages(app, scope, conversation, whole_tree=False):
        yield "".join(export.message(message) for message in messages)


async def _json(app: Services, scope: WorkspaceScope, conversation: Conversation) -> AsyncIterator[str]:
    head = ConversationReply.of(conversation, None).model_dump(mode="json", exclude={"running_turn_id"})
    yield f'{{"conversation": {json.dumps(head)}, "messages": ['
    separator = ""
    async for messages in _pages(app, scope, conversation, whole_tree=True):
        for message in messages:
            yield separator + MessageReply.of(message).model_dump_json()
            separator = ",\n"
    yield "]}\n"


async def _pages(
    app: Services, scope: WorkspaceScope, conversation: Conversation, *, whole_tree: bool
) -> AsyncIterator[tuple[Message, ...]]:
    """Oldest first, each page in a transaction of its own: none is open while the reader takes its time."""
    async with app.transactions.begin(scope) as tx:
        leaf = await app.read.messages.leaf(tx, conversation.id, conversation.active_message_id)
    request = PageRequest(MAX_PAGE_SIZE)
    while leaf is not None:
        async with app.transactions.begin(scope) as tx:
            if whole_tree:
                page = await app.read.messages.list(tx, conversation.id, request)
            else:
                page = await app.read.branches.read(tx, conversation.id, leaf.id, request)
            messages = await judged(tx, app.read.cited, page.items)
        yield messages
        if page.next_cursor is None:
            return
        request = PageRequest.parse(page.next_cursor, MAX_PAGE_SIZE, fields=1)
