"""Which earlier messages a model is given: the nearest that fit, and a summary of the rest."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from parley.core.bots.model import BotConfiguration
from parley.core.chat.paying import CHARS_PER_TOKEN
from parley.core.conversations.model import ConversationId, Message, MessageId
from parley.core.conversations.ports import Messages, Summaries
from parley.core.kernel.errors import NotFound
from parley.core.kernel.transactions import Transaction

SUMMARY_REACH = 64
"""Messages before the window among which a summary is looked for; the newest lies close to it."""
HISTORY_SHARE = 4
"""One part in so many of a model's context is for history; the rest is for passages, tools and the answer."""


@dataclass(frozen=True, slots=True)
class HistoryBudget:
    """How many tokens of history a model is given, at CHARS_PER_TOKEN characters each."""

    tokens: int = 8_000
    """Where the size of its context is not known."""
    context_of: Callable[[str | None], int | None] = lambda _: None
    """The context of `provider:model` (None: of the server's default) in tokens; None when unknown."""

    def chars(self, model: str | None) -> int:
        context = self.context_of(model)
        tokens = self.tokens if context is None else context // HISTORY_SHARE
        return tokens * CHARS_PER_TOKEN


@dataclass(frozen=True, slots=True)
class History:
    """What came before a question in its branch, as a model is given it."""

    parent_id: MessageId | None = None
    """The message that the question follows."""
    messages: tuple[Message, ...] = ()
    """Oldest first."""
    summary: str = ""
    """Of what no longer fits; empty when all fits, or none was written yet."""


class HistoryReader:
    def __init__(self, messages: Messages, summaries: Summaries, budget: HistoryBudget) -> None:
        self._messages = messages
        self._summaries = summaries
        self._budget = budget

    async def read(
        self,
        tx: Transaction,
        conversation_id: ConversationId,
        parent_id: MessageId | None,
        configuration: BotConfiguration,
    ) -> History:
        """Raises NotFound when the parent is no message of the conversation."""
        if parent_id is None:
            return History()
        length = configuration.chat_history_length
        branch = await self._messages.path_to(tx, parent_id, max(length, 1))
        if not branch or branch[-1].conversation_id != conversation_id:
            raise NotFound("message", parent_id)
        if not length:
            return History(parent_id)
        kept = self.window(branch, configuration)
        if len(kept) == len(branch) and branch[0].parent_id is None:
            return History(parent_id, kept)
        found = await self._summaries.nearest(tx, parent_id, length + SUMMARY_REACH)
        return History(parent_id, kept, "" if found is None else found.text)

    def window(self, branch: Sequence[Message], configuration: BotConfiguration) -> tuple[Message, ...]:
        """The nearest messages of a branch that fit, oldest first; the last is cut rather than left out."""
        left = self._budget.chars(configuration.llm_model)
        kept: list[Message] = []
        for message in reversed(branch[-configuration.chat_history_length :]):
            if len(message.text) > left:
                if not kept:
                    kept.append(replace(message, text=message.text[:left]))
                break
            left -= len(message.text)
            kept.append(message)
        return tuple(reversed(kept))
