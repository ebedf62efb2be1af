"""Reads what a turn works from, for runners that were not there when it was asked."""

from dataclasses import replace

from parley.core.bots.model import Bot, BotId
from parley.core.bots.ports import Bots
from parley.core.chat.answer import Question
from parley.core.chat.citing import CitedDocuments, still_readable
from parley.core.chat.history import HistoryReader
from parley.core.chat.model import Lease, Progress
from parley.core.chat.ports import TurnRounds
from parley.core.conversations.ports import Messages
from parley.core.identity.model import Caller
from parley.core.kernel.errors import NotFound
from parley.core.kernel.transactions import Transaction, Transactions
from parley.core.workspaces.authorize import Authorizer
from parley.core.workspaces.model import Action


class QuestionReader:
    def __init__(
        self,
        transactions: Transactions,
        authorizer: Authorizer,
        bots: Bots,
        messages: Messages,
        history: HistoryReader,
        turns: tuple[TurnRounds, CitedDocuments],
    ) -> None:
        self._transactions = transactions
        self._authorizer = authorizer
        self._bots = bots
        self._messages = messages
        self._history = history
        self._rounds, self._cited = turns

    async def read(self, lease: Lease) -> Question:
        """Asks anew what the turn's user may do now. Raises NotFound or Forbidden."""
        turn = lease.turn
        scope = await self._authorizer.in_workspace(Caller(turn.user_id), Action.CHAT, turn.workspace_id)
        async with self._transactions.begin(scope) as tx:
            bot = await bot_of(tx, self._bots, turn.bot_id, turn.bot_version)
            message = await self._messages.get(tx, turn.user_message_id)
            if message is None:
                raise NotFound("message", turn.user_message_id)
            history = await self._history.read(tx, turn.conversation_id, message.parent_id, bot.configuration)
            progress = await self._rounds.read(tx, turn.id) if turn.epoch > 1 else Progress()
            progress = await still_readable(tx, self._cited, progress)
        return Question(
            turn,
            scope,
            bot,
            history.messages,
            message,
            history.summary,
            replace(progress, continues=lease.continues),
        )


async def bot_of(tx: Transaction, bots: Bots, bot_id: BotId, version: int) -> Bot:
    """The bot with the configuration of that version, whatever it is by now. Raises NotFound."""
    bot = await bots.get(tx, bot_id)
    if bot is not None and bot.version == version:
        return bot
    configuration = await bots.configuration(tx, bot_id, version)
    if bot is None or configuration is None:
        raise NotFound("bot", bot_id)
    return replace(bot, version=version, configuration=configuration)
