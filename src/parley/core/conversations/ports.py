"""What conversations need stored. A conversation is seen by its own user alone."""

from datetime import datetime
from typing import Protocol

from parley.core.conversations.model import Conversation, ConversationId, Message, MessageId
from parley.core.kernel.paging import Page, PageRequest
from parley.core.kernel.transactions import Transaction


class Conversations(Protocol):
    async def add(self, tx: Transaction, conversation: Conversation) -> None: ...

    async def get(self, tx: Transaction, conversation_id: ConversationId) -> Conversation | None: ...

    async def list(self, tx: Transaction, page: PageRequest) -> Page[Conversation]:
        """The user's, latest message first."""
        ...

    async def rename(self, tx: Transaction, conversation_id: ConversationId, title: str) -> bool: ...

    async def touch(self, tx: Transaction, conversation_id: ConversationId, at: datetime) -> None: ...

    async def remove(self, tx: Transaction, conversation_id: ConversationId) -> bool:
        """Removes it with its messages, turns and their events."""
        ...


class Messages(Protocol):
    async def add(self, tx: Transaction, message: Message) -> None: ...

    async def get(self, tx: Transaction, message_id: MessageId) -> Message | None: ...

    async def list(
        self, tx: Transaction, conversation_id: ConversationId, page: PageRequest
    ) -> Page[Message]:
        """Oldest first."""
        ...

    async def path_to(self, tx: Transaction, message_id: MessageId, limit: int) -> tuple[Message, ...]:
        """The message and its ancestors, oldest first, at most `limit`, the nearest kept."""
        ...

    async def latest(self, tx: Transaction, conversation_id: ConversationId) -> Message | None: ...
