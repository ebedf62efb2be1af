"""Finds messages in one's own conversations, by words and by meaning."""

import asyncio
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass

from parley.core.chat.indexing import INDEXED_CHARS, IndexMessages
from parley.core.chat.model import Pending
from parley.core.chat.ports import MessageIndex
from parley.core.conversations.model import Message
from parley.core.kernel.jobs import JobQueue
from parley.core.kernel.transactions import Transactions
from parley.core.knowledge import ranking
from parley.core.knowledge.model import EmbedderUnavailable, EmbeddingPurpose, ScoredChunk
from parley.core.knowledge.ports import Embedder, TextAnalyzer
from parley.core.knowledge.search import EMBEDDING_TIMEOUT_S
from parley.core.workspaces.model import WorkspaceScope

LEAST_COSINE = 0.28
"""Messages that share less meaning with the question are no find: there is always a nearest one.

Chosen with the built-in embedder on 15 short messages of our own: of 24 questions in other words, 22 come
to 0.30 or more with their message (the other two to 0.23 and 0.17); of the unrelated pairs, 1 in 100 does
to 0.28; and of 8 questions about something else altogether, none comes above 0.25 with any message.
"""
LOOK_EVERY_S = 0.1
SNIPPET_CHARS = 240

STILL_INDEXING = "Your newest messages are still being indexed. Search again in a moment to find them too."
STILL_EMBEDDING = (
    "Some messages are found by their words alone while their meaning is still being indexed. "
    "Search again in a moment."
)
WORDS_ALONE = "Search by meaning is not available; these messages were found by their words alone."

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class FoundMessage:
    message: Message
    title: str
    """Of its conversation."""
    snippet: str
    score: float
    """0 to 1, best 1."""


@dataclass(frozen=True, slots=True)
class FoundMessages:
    """Best first. `degraded` says in words what was missing, or is empty."""

    found: tuple[FoundMessage, ...]
    degraded: str = ""


class SearchConversations:
    """Brings the user's index up to date before it looks, so that only those who search pay for it."""

    def __init__(
        self,
        transactions: Transactions,
        index: MessageIndex,
        jobs: JobQueue,
        analyzer: TextAnalyzer,
        embedder: Embedder | None,
        *,
        wait_s: float = 1.5,
    ) -> None:
        self._transactions = transactions
        self._index = index
        self._jobs = jobs
        self._analyzer = analyzer
        self._embedder = embedder
        self._wait_s = wait_s

    async def run(self, scope: WorkspaceScope, query: str, limit: int) -> FoundMessages:
        """Messages of the scope's user alone.

        Where some are not in the index yet, a worker is told and given `wait_s` seconds; what it has
        indexed by then is searched, and `degraded` says so.
        """
        pending = await self._catch_up(scope)
        terms = self._analyzer.asked_terms(query)
        vector = await self._embed(query)
        model = "" if self._embedder is None else self._embedder.model
        weight = ranking.dense_weight(self._analyzer.language(query), model)
        async with self._transactions.begin(scope) as tx:
            by_terms = await self._index.by_terms(tx, terms, ranking.CANDIDATES)
            by_vector: tuple[ScoredChunk, ...] = ()
            if self._embedder is not None and vector is not None:
                nearest = await self._index.by_vector(tx, vector, model, ranking.CANDIDATES)
                by_vector = tuple(each for each in nearest if each.score >= LEAST_COSINE)
            fused = ranking.fuse(by_terms, by_vector, dense_weight=weight, limit=limit)
            found = await self._index.found(tx, fused)
        hits = tuple(
            FoundMessage(hit.message, hit.title, snippet(hit.message.text, query, terms), hit.score)
            for hit in found
            if scope.reaches_bot(hit.bot_id)
        )
        return FoundMessages(hits, _degraded(pending, words_alone=vector is None))

    async def _catch_up(self, scope: WorkspaceScope) -> Pending:
        """What is still missing. Vectors alone are not waited for: of a long history they take minutes."""
        give_up_at = time.monotonic() + self._wait_s
        pending = await self._look(scope)
        if pending.messages:
            while pending and time.monotonic() < give_up_at:
                await asyncio.sleep(LOOK_EVERY_S)
                pending = await self._look(scope)
        return pending

    async def _look(self, scope: WorkspaceScope) -> Pending:
        model = None if self._embedder is None else self._embedder.model
        async with self._transactions.begin(scope) as tx:
            pending = await self._index.pending(tx, model)
            if pending:
                # At every look: the job before may have ended without seeing what came last.
                await self._jobs.enqueue_once(tx, IndexMessages(scope.workspace_id, scope.user_id))
        return pending

    async def _embed(self, query: str) -> list[float] | None:
        if self._embedder is None:
            return None
        try:
            async with asyncio.timeout(EMBEDDING_TIMEOUT_S):
                [vector] = await self._embedder.embed([query], purpose=EmbeddingPurpose.QUERY)
        except (EmbedderUnavailable, TimeoutError):
            return None
        return vector


def _degraded(pending: Pending, *, words_alone: bool) -> str:
    said = STILL_INDEXING if pending.messages else STILL_EMBEDDING if pending.vectors else ""
    return " ".join(filter(None, (said, WORDS_ALONE if words_alone else "")))


def snippet(text: str, query: str, terms: Sequence[str]) -> str:
    """A piece of the text around the first word of the query that stands in it, on one line."""
    folded = text[:INDEXED_CHARS].casefold()
    wanted = [*_WORD.findall(query.casefold()), *terms]
    # Casefolding may lengthen a text, so that the place is near enough and no more.
    places = [place for word in wanted if (place := folded.find(word)) >= 0]
    middle = min(places, default=0)
    start = max(0, min(middle - SNIPPET_CHARS // 3, len(text) - SNIPPET_CHARS))
    piece = " ".join(text[start : start + SNIPPET_CHARS].split())
    return f"{'…' if start else ''}{piece}{'…' if start + SNIPPET_CHARS < len(text) else ''}"
