"""Brings a user's messages into the index of search over conversations, once that user searches."""

from dataclasses import dataclass
from typing import ClassVar

from parley.core.chat.model import IndexedMessage
from parley.core.chat.ports import MessageBacklog
from parley.core.kernel.ids import UserId
from parley.core.kernel.jobs import Job
from parley.core.kernel.transactions import Transactions
from parley.core.knowledge.ports import Embedder, TextAnalyzer

INDEXED_CHARS = 20_000
"""Of a message; a longer one is found by its beginning."""
EMBEDDED_CHARS = 2_000
MOST_INDEXED = 20_000
"""Messages that a user who has never searched finds; older ones only if their conversation goes on."""
MESSAGES_AT_ONCE = 500
EMBEDDED_AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class IndexMessages(Job):
    """Make those messages of a user searchable that are not yet."""

    name: ClassVar[str] = "index_messages"

    user_id: UserId


class IndexMessagesJob:
    """Handles IndexMessages; it may run twice, also at the same time, and goes on where it was broken off."""

    def __init__(
        self,
        transactions: Transactions,
        backlog: MessageBacklog,
        analyzer: TextAnalyzer,
        embedder: Embedder | None,
    ) -> None:
        self._transactions = transactions
        self._backlog = backlog
        self._analyzer = analyzer
        self._embedder = embedder

    async def run(self, job: IndexMessages) -> None:
        """Ends when nothing is missing, as when the user is gone. Messages are found by their words before
        any is embedded, those that come meanwhile included. Raises EmbedderUnavailable.
        """
        while await self._index_some(job) or await self._embed_some(job):
            pass

    async def _index_some(self, job: IndexMessages) -> bool:
        async with self._transactions.begin_platform(job.workspace_id) as tx:
            await self._backlog.settle(tx, job.user_id, MOST_INDEXED)
            messages = await self._backlog.missing(tx, job.user_id, MESSAGES_AT_ONCE)
        if not messages:
            return False
        indexed = [
            IndexedMessage(message.id, tuple(self._analyzer.terms(message.text[:INDEXED_CHARS])))
            for message in messages
        ]
        async with self._transactions.begin_platform(job.workspace_id) as tx:
            await self._backlog.add(tx, indexed)
        return True

    async def _embed_some(self, job: IndexMessages) -> bool:
        if self._embedder is None:
            return False
        model = self._embedder.model
        async with self._transactions.begin_platform(job.workspace_id) as tx:
            messages = await self._backlog.unembedded(tx, job.user_id, model, EMBEDDED_AT_ONCE)
        if not messages:
            return False
        vectors = await self._embedder.embed([message.text[:EMBEDDED_CHARS] for message in messages])
        async with self._transactions.begin_platform(job.workspace_id) as tx:
            embedded = {message.id: vector for message, vector in zip(messages, vectors, strict=True)}
            await self._backlog.embed(tx, embedded, model)
        return True
