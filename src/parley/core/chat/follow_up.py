"""What is written beside a turn once it has ended: a title and a summary."""

import asyncio
from dataclasses import dataclass

from parley.core.bots.model import Bot
from parley.core.chat.answer import Question
from parley.core.chat.history import SUMMARY_REACH
from parley.core.chat.model import Turn
from parley.core.chat.summary import SummariseConversation
from parley.core.chat.titles import NameConversation, is_young
from parley.core.chat.writing import ShortTexts
from parley.core.conversations.model import Message
from parley.core.conversations.ports import Conversations, Messages
from parley.core.kernel.errors import ParleyError
from parley.core.kernel.telemetry import Log
from parley.core.kernel.transactions import Transactions

MOST_WAITING = 1_000
"""Turns that wait for their texts; those beyond are left out."""


@dataclass(frozen=True, slots=True)
class FollowUpStores:
    conversations: Conversations
    messages: Messages


@dataclass(frozen=True, slots=True)
class Writers:
    """What writes beside the answers."""

    texts: ShortTexts
    naming: NameConversation | None
    """None: conversations keep their first line as their title."""
    summarising: SummariseConversation


class FollowUps:
    """One for each process that runs turns; `run()` must be running, and no reader waits for it.

    What is lost with the process is made up for by the follow-up of the conversation's next turn.
    """

    def __init__(
        self,
        transactions: Transactions,
        stores: FollowUpStores,
        writers: Writers,
        log: Log,
        *,
        at_once: int = 8,
    ) -> None:
        self._transactions = transactions
        self._stores = stores
        self._writers = writers
        self._log = log
        self._waiting: asyncio.Queue[Question] = asyncio.Queue(MOST_WAITING)
        self._room = asyncio.Semaphore(at_once)
        self._writing: set[asyncio.Task[None]] = set()

    def answered(self, question: Question, answer: Message) -> None:
        """Takes a turn that was answered, if there is something to write; the log says when it is left out
        because too many wait."""
        writers, bot = self._writers, question.bot
        branch = (*question.history, question.message, answer)
        to_name = writers.naming is not None and is_young(branch)
        if not to_name and not writers.summarising.loses(bot, branch):
            return
        if not writers.texts.can_write_for(bot):
            return
        try:
            self._waiting.put_nowait(question)
        except asyncio.QueueFull:
            self._log.warning("follow_up.left_out", turn_id=str(question.turn.id), waiting=MOST_WAITING)

    async def run(self) -> None:
        """Follows up on turns until cancelled."""
        try:
            while True:
                question = await self._waiting.get()
                await self._room.acquire()
                task = asyncio.create_task(self.write(question.turn, question.bot))
                self._writing.add(task)
                task.add_done_callback(self._written)
        finally:
            for task in self._writing:
                task.cancel()
            if self._writing:
                await asyncio.wait(self._writing)

    def _written(self, task: "asyncio.Task[None]") -> None:
        self._writing.discard(task)
        self._room.release()
        error = None if task.cancelled() else task.exception()
        if error is not None:
            self._log.error("follow_up.failed", error=repr(error))

    async def write(self, turn: Turn, bot: Bot) -> None:
        """A turn's title and summary. A model or database that fails is logged."""
        try:
            most = bot.configuration.chat_history_length + SUMMARY_REACH
            async with self._transactions.begin_platform(turn.workspace_id) as tx:
                conversation = await self._stores.conversations.get(tx, turn.conversation_id)
                branch = await self._stores.messages.path_to(tx, turn.assistant_message_id, most)
            if conversation is not None:
                if self._writers.naming is not None:
                    await self._writers.naming.run(turn, bot, conversation, branch)
                await self._writers.summarising.run(turn, bot, branch)
        except ParleyError as error:
            self._log.error("follow_up.failed", turn_id=str(turn.id), code=error.code, detail=error.detail)
