"""Reads what a turn works from, for runners that were not there when it was asked."""

from parley.core.bots.ports import Bots
from parley.core.chat.answer import Question
from parley.core.chat.model import Turn
from parley.core.conversations.ports import Messages
from parley.core.identity.model import Caller
from parley.core.kernel.errors import NotFound
from parley.core.kernel.transactions import Transactions
from parley.core.workspaces.authorize import Authorizer
from parley.core.workspaces.model import Action


class QuestionReader:
    def __init__(
        self, transactions: Transactions, authorizer: Authorizer, bots: Bots, messages: Messages
    ) -> None:
        self._transactions = transactions
        self._authorizer = authorizer
        self._bots = bots
        self._messages = messages

    async def read(self, turn: Turn) -> Question:
        """Asks anew what the turn's user may do now. Raises NotFound or Forbidden."""
        scope = await self._authorizer.in_workspace(Caller(turn.user_id), Action.CHAT, turn.workspace_id)
        async with self._transactions.begin(scope) as tx:
            bot = await self._bots.get(tx, turn.bot_id)
            if bot is None:
                raise NotFound("bot", turn.bot_id)
            length = bot.configuration.chat_history_length
            branch = await self._messages.path_to(tx, turn.user_message_id, length + 1)
        if not branch:
            raise NotFound("message", turn.user_message_id)
        return Question(turn, scope, bot, history=branch[:-1], message=branch[-1])
