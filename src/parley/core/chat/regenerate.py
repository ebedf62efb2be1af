"""Asks again: a new turn for a question that has an answer; the new answer is the old one's sibling."""

from parley.core.bots.model import BotId
from parley.core.chat.answer import Question
from parley.core.chat.model import KeyReused, Turn
from parley.core.chat.service import AlreadySent, Chat, ChatStores
from parley.core.conversations.model import Message, MessageId, MessageRole
from parley.core.conversations.ports import Branches
from parley.core.kernel.errors import ErrorKind, NotFound, ParleyError
from parley.core.kernel.transactions import Transaction, Transactions
from parley.core.workspaces.model import WorkspaceScope

MOST_ANSWERS = 50
"""To one question."""


class TooManyAnswers(ParleyError):
    code = "too_many_answers"
    kind = ErrorKind.CONFLICT

    def __init__(self, most: int) -> None:
        super().__init__(
            f"This question has {most} answers already.", hint="Edit the question to ask it anew."
        )


class RegenerateAnswer:
    def __init__(
        self,
        transactions: Transactions,
        stores: ChatStores,
        branches: Branches,
        chat: Chat,
        *,
        most_answers: int = MOST_ANSWERS,
    ) -> None:
        self._transactions = transactions
        self._stores = stores
        self._branches = branches
        self._chat = chat
        self._most_answers = most_answers

    async def run(self, scope: WorkspaceScope, message_id: MessageId, idempotency_key: str | None) -> Turn:
        """A new turn for the question behind an answer, or for the question itself, by the bot that
        answered, as it is now.

        The same idempotency key gives the same turn again. Raises NotFound, TooManyAnswers, KeyReused,
        and Conflict while an answer is being written in the conversation.
        """
        try:
            question = await self._store(scope, message_id, idempotency_key)
        except AlreadySent:
            async with self._transactions.begin(scope) as tx:
                asked = await self._asked(tx, message_id)
                earlier = await self._stores.turns.by_key(tx, idempotency_key or "")
            if earlier is None or earlier.user_message_id != asked.id:
                raise KeyReused(idempotency_key or "") from None
            return earlier
        self._chat.start(question)
        return question.turn

    async def _store(
        self, scope: WorkspaceScope, message_id: MessageId, idempotency_key: str | None
    ) -> Question:
        async with self._transactions.begin(scope) as tx:
            asked = await self._asked(tx, message_id)
            # Before the conflict that an earlier request with this key would be: it began the turn.
            if idempotency_key is not None and await self._stores.turns.by_key(tx, idempotency_key):
                raise AlreadySent
            conversation_id = asked.conversation_id
            bot_id = await self._bot_of(tx, message_id, asked)
            bot = None if bot_id is None else await self._stores.bots.get(tx, bot_id)
            if bot is None or not scope.reaches_bot(bot.id):
                raise NotFound("bot", bot_id or "of this conversation")
            await self._chat.take_up(tx, conversation_id, asked.id)
            if await self._branches.count_answers(tx, asked.id) >= self._most_answers:
                raise TooManyAnswers(self._most_answers)
            history = await self._stores.history.read(tx, conversation_id, asked.parent_id, bot.configuration)
            turn = await self._chat.store_turn(tx, bot, conversation_id, asked.id, idempotency_key)
        return Question(turn, scope, bot, history.messages, asked, history.summary)

    async def _asked(self, tx: Transaction, message_id: MessageId) -> Message:
        """The question that a message is, or answers."""
        message = await self._stores.messages.get(tx, message_id)
        if message is not None and message.role is MessageRole.ASSISTANT and message.parent_id is not None:
            message = await self._stores.messages.get(tx, message.parent_id)
        if message is None or message.role is not MessageRole.USER:
            raise NotFound("message", message_id)
        return message

    async def _bot_of(self, tx: Transaction, message_id: MessageId, asked: Message) -> BotId | None:
        """Of the answer, while its turn is there; else of the conversation."""
        answer = await self._stores.messages.get(tx, message_id)
        if answer is not None and answer.turn_id is not None:
            turn = await self._stores.turns.get(tx, answer.turn_id)
            if turn is not None:
                return turn.bot_id
        conversation = await self._stores.conversations.get(tx, asked.conversation_id)
        return None if conversation is None or conversation.bot_id is None else BotId(conversation.bot_id)
