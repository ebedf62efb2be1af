"""Has a bot's model write a short text beside its answers, such as a title; no reader waits for it."""

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass

from parley.core.bots.model import Bot
from parley.core.chat.model import Turn
from parley.core.chat.paying import Account, Models
from parley.core.kernel.clock import Clock
from parley.core.kernel.errors import ParleyError
from parley.core.kernel.telemetry import Log
from parley.core.kernel.transactions import Transactions
from parley.core.llm.model import AnswerBegins, Attempt, ChatMessage, ChatRequest, TextDelta
from parley.core.usage.model import Payer, Purpose
from parley.core.usage.ports import UsageLedger

EXTRACTIVE = "extractive:"
"""The built-in answerer's provider: it picks sentences out of passages and can write nothing of its own."""
CHARS_PER_OUTPUT_TOKEN = 16
"""More than any language needs: a model that ignores max_output_tokens is cut off there."""


@dataclass(frozen=True, slots=True)
class Written:
    text: str
    model: str
    """`provider:model` that wrote it."""


class ShortTexts:
    def __init__(
        self,
        transactions: Transactions,
        models: Models,
        ledger: UsageLedger,
        telemetry: tuple[Clock, Log],
        *,
        deadline_s: float = 60.0,
    ) -> None:
        self._transactions = transactions
        self._models = models
        self._ledger = ledger
        self._clock, self._log = telemetry
        self._deadline_s = deadline_s

    def can_write_for(self, bot: Bot) -> bool:
        return bool(self._names(bot))

    async def write(
        self, turn: Turn, bot: Bot, purpose: Purpose, prompt: tuple[ChatMessage, ...], max_tokens: int
    ) -> Written | None:
        """None when the bot has no model that writes, or none answered in time: the log has why.

        The turn's user pays, as for answers; what was used is booked in either case.
        """
        names = self._names(bot)
        if not names:
            return None
        account = Account(Payer(turn.workspace_id, turn.user_id, bot.id, turn.id, turn.epoch))
        request = ChatRequest(messages=prompt, temperature=0.0, max_output_tokens=max_tokens)
        written: Written | None = None
        try:
            async with asyncio.timeout(self._deadline_s):
                written = await self._read(names, request, account, purpose)
        except ParleyError as error:
            self._log.warning(f"{purpose}.not_written", turn_id=str(turn.id), code=error.code)
        except TimeoutError:
            self._log.warning(f"{purpose}.not_written", turn_id=str(turn.id), code="too_slow")
        if account.payer is not None and account.uses:
            async with self._transactions.begin_platform(turn.workspace_id) as tx:
                await self._ledger.book(tx, account.payer, account.uses, self._clock.now())
        return written if written is not None and written.text else None

    def _names(self, bot: Bot) -> list[str]:
        chosen = (bot.configuration.llm_model or self._models.default(), *bot.configuration.fallbacks)
        return [name for name in chosen if not name.startswith(EXTRACTIVE)]

    async def _read(
        self, names: Sequence[str], request: ChatRequest, account: Account, purpose: Purpose
    ) -> Written:
        model, text, length = names[0], list[str](), 0
        most = (request.max_output_tokens or 0) * CHARS_PER_OUTPUT_TOKEN
        async with aclosing(self._models.route(names, request, _ignore, account, purpose)) as batches:
            async for batch in batches:
                for event in batch:
                    match event:
                        case AnswerBegins(name):
                            model, length = str(name), 0
                            text.clear()
                        case TextDelta(part):
                            text.append(part)
                            length += len(part)
                        case _:
                            pass  # reasoning and the end say nothing here
                if length > most:
                    break
        return Written("".join(text).replace("\0", "").strip(), model)


def _ignore(_: Attempt) -> None:
    """What went wrong on the way is of no interest once a text is there, and logged when none is."""
