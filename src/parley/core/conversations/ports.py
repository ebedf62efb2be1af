"""What conversations need stored. A conversation is seen by its own user alone."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from parley.core.conversations.model import Conversation, ConversationId, Message, MessageId, Summary
from parley.core.kernel.paging import Page, PageRequest
from parley.core.kernel.transactions import Transaction


class Conversations(Protocol):
    async def add(self, tx: Transaction, conversation: Conversation) -> None: ...

    async def get(self, tx: Transaction, conversation_id: ConversationId) -> Conversation | None: ...

    async def list(
        self, tx: Transaction, page: PageRequest, *, pinned: bool | None = None
    ) -> Page[Conversation]:
        """The user's, latest message first; `pinned` None: whether pinned or not."""
        ...

    async def save(self, tx: Transaction, conversation: Conversation) -> bool:
        """Stores its title, pin and active message; False when it is gone."""
        ...

    async def touch(
        self,
        tx: Transaction,
        conversation_id: ConversationId,
        at: datetime,
        active: MessageId | None = None,
    ) -> None:
        """Notes when its last message came and, unless None, the message its branch goes through now."""
        ...

    async def remove(self, tx: Transaction, conversation_id: ConversationId) -> bool:
        """Removes it with its messages, turns and their events."""
        ...

    async def set_title(self, tx: Transaction, conversation_id: ConversationId, title: str) -> bool:
        """Gives it a model's title; False, and nothing changed, when its user has named it."""
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

    async def leaf(
        self, tx: Transaction, conversation_id: ConversationId, through: MessageId | None
    ) -> Message | None:
        """The end of the branch that goes through a message and on through the newest below it.

        `through` None: the conversation's latest message. None when there is no such message in it.
        """
        ...


class Branches(Protocol):
    """The tree that messages make."""

    async def read(
        self, tx: Transaction, conversation_id: ConversationId, leaf: MessageId, page: PageRequest
    ) -> Page[Message]:
        """From the first message to `leaf`, oldest first."""
        ...

    async def siblings(
        self, tx: Transaction, conversation_id: ConversationId, parents: Sequence[MessageId | None]
    ) -> dict[MessageId | None, tuple[MessageId, ...]]:
        """The messages after each of `parents` (None: the first ones), oldest first."""
        ...

    async def count_answers(self, tx: Transaction, question: MessageId) -> int: ...

    async def add_copies(self, tx: Transaction, copies: Sequence[Message]) -> None:
        """Stores messages as the transaction's user's; at least one."""
        ...

    async def by_key(self, tx: Transaction, idempotency_key: str) -> Conversation | None:
        """The conversation that was branched off under this key."""
        ...

    async def begin(self, tx: Transaction, conversation: Conversation, idempotency_key: str | None) -> bool:
        """Stores a conversation to branch into; False when the key is taken."""
        ...


class Summaries(Protocol):
    async def nearest(self, tx: Transaction, message_id: MessageId, most: int) -> Summary | None:
        """That of the message or, among its `most` nearest ancestors, of the nearest that has one."""
        ...

    async def add(self, tx: Transaction, summary: Summary) -> None:
        """Does nothing when the message has one, or its conversation is gone."""
        ...


class ExternalMessages(Protocol):
    async def list(
        self, tx: Transaction, external_user: str, bots: frozenset[UUID] | None, page: PageRequest
    ) -> Page[Message]:
        """Those of the user's conversations that are for `external_user`, newest first; with `bots`, of
        conversations with these alone."""
        ...
