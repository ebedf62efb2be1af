"""What readers think of answers: up or down, why, in their own words."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from parley.core.conversations.model import ConversationId, Message, MessageId, MessageRole
from parley.core.conversations.ports import Messages
from parley.core.kernel.clock import Clock
from parley.core.kernel.errors import InvalidInput, NotFound
from parley.core.kernel.ids import UserId, uuid7
from parley.core.kernel.paging import Page, PageRequest
from parley.core.kernel.transactions import Transaction, Transactions
from parley.core.workspaces.model import WorkspaceScope

MAX_COMMENT_CHARS = 2_000


class Rating(StrEnum):
    UP = "up"
    DOWN = "down"


class Reason(StrEnum):
    WRONG = "wrong"
    INCOMPLETE = "incomplete"
    NOT_IN_SOURCES = "not_in_sources"
    UNSAFE = "unsafe"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Feedback:
    """One user's on one answer."""

    id: UUID
    message_id: MessageId
    conversation_id: ConversationId
    user_id: UserId
    rating: Rating
    reason: Reason | None
    comment: str
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class RatedAnswer:
    """Feedback with the exchange that it is about."""

    feedback: Feedback
    bot_id: UUID | None
    question: str
    answer: Message


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a reader says."""

    rating: Rating
    reason: Reason | None = None
    comment: str = ""


class Feedbacks(Protocol):
    async def put(self, tx: Transaction, feedback: Feedback) -> Feedback:
        """In place of what its user said of the message before, under whose id it then stands."""
        ...

    async def remove(self, tx: Transaction, message_id: MessageId) -> None:
        """The transaction's user's own."""
        ...

    async def own(self, tx: Transaction, messages: tuple[MessageId, ...]) -> dict[MessageId, Feedback]:
        """The transaction's user's on these messages."""
        ...

    async def list(self, tx: Transaction, page: PageRequest, rating: Rating | None) -> Page[RatedAnswer]:
        """Of the whole workspace, latest first: for a platform transaction. None: of either rating."""
        ...


class GiveFeedback:
    def __init__(
        self, transactions: Transactions, messages: Messages, feedbacks: Feedbacks, clock: Clock
    ) -> None:
        self._transactions = transactions
        self._messages = messages
        self._feedbacks = feedbacks
        self._clock = clock

    async def put(self, scope: WorkspaceScope, message_id: MessageId, opinion: Opinion) -> Feedback:
        """Raises NotFound, and InvalidInput for a message that is no answer."""
        async with self._transactions.begin(scope) as tx:
            message = await self._messages.get(tx, message_id)
            if message is None:
                raise NotFound("message", message_id)
            if message.role is not MessageRole.ASSISTANT:
                raise InvalidInput(
                    "Feedback is on answers, and this is a question.", hint="Give the id of the answer."
                )
            feedback = Feedback(
                id=uuid7(),
                message_id=message_id,
                conversation_id=message.conversation_id,
                user_id=scope.user_id,
                rating=opinion.rating,
                reason=opinion.reason,
                comment=opinion.comment,
                updated_at=self._clock.now(),
            )
            return await self._feedbacks.put(tx, feedback)

    async def remove(self, scope: WorkspaceScope, message_id: MessageId) -> None:
        """Also when there is none. Raises NotFound for a message that the scope cannot see."""
        async with self._transactions.begin(scope) as tx:
            if await self._messages.get(tx, message_id) is None:
                raise NotFound("message", message_id)
            await self._feedbacks.remove(tx, message_id)
