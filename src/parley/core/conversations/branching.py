"""Copies a branch of a conversation into a new one, to go on there without touching the old."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import repeat
from uuid import UUID

from parley.core.conversations.model import (
    Conversation,
    ConversationId,
    Message,
    MessageId,
    TitleSource,
    copied_branch,
)
from parley.core.conversations.ports import Branches, Conversations
from parley.core.kernel.clock import Clock
from parley.core.kernel.errors import Conflict, ErrorKind, NotFound, ParleyError
from parley.core.kernel.ids import uuid7
from parley.core.kernel.paging import MAX_PAGE_SIZE, PageRequest
from parley.core.kernel.transactions import Transaction, Transactions
from parley.core.workspaces.model import WorkspaceScope

MOST_COPIED = 2_000
"""Messages of a branch."""


@dataclass(frozen=True, slots=True)
class BranchOff:
    """What a user asks for: the branch up to and including a message; the old title unless one is given."""

    conversation_id: ConversationId
    message_id: MessageId
    title: str | None = None
    idempotency_key: str | None = None


class BranchTooLong(ParleyError):
    code = "branch_too_long"
    kind = ErrorKind.TOO_LARGE

    def __init__(self) -> None:
        super().__init__(
            f"The branch has more than {MOST_COPIED} messages.", hint="Branch off at an earlier message."
        )


class BranchConversation:
    def __init__(
        self, transactions: Transactions, conversations: Conversations, branches: Branches, clock: Clock
    ) -> None:
        self._transactions = transactions
        self._conversations = conversations
        self._branches = branches
        self._clock = clock

    async def run(self, scope: WorkspaceScope, wanted: BranchOff) -> Conversation:
        """The new conversation; the same again for the same idempotency key.

        Raises NotFound, BranchTooLong.
        """
        async with self._transactions.begin(scope) as tx:
            origin = await self._conversations.get(tx, wanted.conversation_id)
            if origin is None:
                raise NotFound("conversation", wanted.conversation_id)
            branch = await self._whole_branch(tx, wanted)
            now = self._clock.now()
            conversation = Conversation(
                id=ConversationId(uuid7()),
                workspace_id=scope.workspace_id,
                user_id=scope.user_id,
                bot_id=origin.bot_id,
                title=wanted.title or origin.title,
                created_at=now,
                updated_at=now,
                title_source=TitleSource.USER if wanted.title else origin.title_source,
            )
            if await self._branches.begin(tx, conversation, wanted.idempotency_key):
                await self._branches.add_copies(tx, copied_branch(branch, conversation.id, _new_ids()))
                return conversation
            earlier = await self._branches.by_key(tx, wanted.idempotency_key or "")
        if earlier is None:
            raise Conflict("The same branch was made and removed.", hint="Ask for it anew.")
        return earlier

    async def _whole_branch(self, tx: Transaction, wanted: BranchOff) -> list[Message]:
        branch: list[Message] = []
        request = PageRequest(MAX_PAGE_SIZE)
        while True:
            page = await self._branches.read(tx, wanted.conversation_id, wanted.message_id, request)
            branch += page.items
            if len(branch) > MOST_COPIED:
                raise BranchTooLong
            if page.next_cursor is None:
                break
            request = PageRequest.parse(page.next_cursor, MAX_PAGE_SIZE, fields=1)
        if not branch:
            raise NotFound("message", wanted.message_id)
        return branch


def _new_ids() -> Iterator[UUID]:
    return (uuid7() for _ in repeat(None))
