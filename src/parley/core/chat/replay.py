"""Runs a turn again, as it was recorded or with the real model, and compares; nothing of it is kept."""

import asyncio
from contextlib import aclosing
from dataclasses import dataclass, replace

from parley.core.bots.ports import Bots
from parley.core.chat.answer import Answerer, Question, ToolUse
from parley.core.chat.asking import AnswerLimits
from parley.core.chat.differences import Outcome, Replayed, passage_changes, prompt_difference
from parley.core.chat.draft import Draft
from parley.core.chat.history import HistoryReader
from parley.core.chat.model import Receipt, Turn
from parley.core.chat.paying import Models
from parley.core.chat.questions import bot_of
from parley.core.chat.receipts import ReadReceipt, ShownReceipt
from parley.core.chat.recorded import RecordedModels, RecordedTools, UnkeptRounds
from parley.core.conversations.model import TurnId
from parley.core.conversations.ports import Messages
from parley.core.identity.model import Caller
from parley.core.kernel.clock import Clock
from parley.core.kernel.errors import NotFound, ParleyError
from parley.core.kernel.transactions import Transactions
from parley.core.knowledge.search import Search
from parley.core.usage.model import Purpose
from parley.core.usage.ports import UsageLedger
from parley.core.workspaces.model import WorkspaceScope

AT_ONCE = 4
"""Replays of a process: they take what turns with waiting readers need."""


@dataclass(frozen=True, slots=True)
class ReplayStores:
    bots: Bots
    messages: Messages
    history: HistoryReader
    ledger: UsageLedger


class ReplayTurn:
    def __init__(
        self,
        transactions: Transactions,
        receipts: ReadReceipt,
        stores: ReplayStores,
        search: Search,
        models: Models,
        clock: Clock,
    ) -> None:
        self._transactions = transactions
        self._receipts = receipts
        self._stores = stores
        self._search = search
        self._models = models
        self._clock = clock
        self._running = asyncio.Semaphore(AT_ONCE)

    async def run(self, caller: Caller, turn_id: TurnId, *, live: bool) -> Replayed:
        """One's own turn, with the version of the bot that answered: searched anew in the documents of
        now, its prompt made anew. No tool is called: calls that were made before get the result they got.

        Without `live` the recorded replies stand in for the model's; with it the real model is asked, and
        paid. Raises NotFound, and Conflict while the turn is being answered.
        """
        scope, shown = await self._receipts.own(caller, turn_id)
        question = await self._question(scope, shown.turn, shown.receipt.bot_version)
        draft, error = Draft(), ""
        async with self._running:
            try:
                async with aclosing(self._answerer(shown.receipt, live=live).run(question, draft)) as batches:
                    async for _ in batches:
                        pass  # nobody reads along
            except ParleyError as failure:
                error = str(failure)
            finally:
                if live:
                    await self._book(draft, turn_id)
        repeated = draft.receipt(question.bot)
        return Replayed(
            live=live,
            before=_outcome(shown),
            after=Outcome(draft.text, repeated.model, repeated.cost_micros, repeated.timings_ms),
            passages=passage_changes(shown.receipt, repeated),
            prompt_diff=await asyncio.to_thread(prompt_difference, shown.receipt, repeated),
            error=error,
        )

    def _answerer(self, receipt: Receipt, *, live: bool) -> Answerer:
        tools = RecordedTools(receipt)
        models = self._models if live else RecordedModels(receipt, self._models)
        return Answerer(self._search, models, ToolUse(tools, UnkeptRounds()), AnswerLimits())

    async def _question(self, scope: WorkspaceScope, turn: Turn, version: int) -> Question:
        """As it was asked, of the bot as it was."""
        stores = self._stores
        async with self._transactions.begin(scope) as tx:
            bot = await bot_of(tx, stores.bots, turn.bot_id, version)
            message = await stores.messages.get(tx, turn.user_message_id)
            if message is None:
                raise NotFound("message", turn.user_message_id)
            history = await stores.history.read(
                tx, turn.conversation_id, message.parent_id, bot.configuration
            )
        return Question(turn, scope, bot, history.messages, message, history.summary)

    async def _book(self, draft: Draft, turn_id: TurnId) -> None:
        if draft.account.payer is None:
            return
        payer = replace(draft.account.payer, turn_id=turn_id)
        uses = [replace(use, purpose=Purpose.REPLAY) for use in draft.account.uses]
        async with self._transactions.begin_platform(payer.workspace_id) as tx:
            await self._stores.ledger.book(tx, payer, uses, self._clock.now())


def _outcome(shown: ShownReceipt) -> Outcome:
    receipt = shown.receipt
    answer = "" if shown.answer is None else shown.answer.text
    return Outcome(answer, receipt.model, receipt.cost_micros, receipt.timings_ms)
