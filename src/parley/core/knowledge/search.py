"""Finds passages for a question: by words and by meaning, fused into one ranking."""

import asyncio
from collections.abc import Sequence

from parley.core.kernel.transactions import Transactions
from parley.core.knowledge import ranking
from parley.core.knowledge.model import CollectionId, EmbedderUnavailable, ScoredChunk, SearchResult
from parley.core.knowledge.ports import ChunkIndex, Embedder, TextAnalyzer
from parley.core.workspaces.model import WorkspaceScope

EMBEDDING_TIMEOUT_S = 10.0

NO_EMBEDDER = "Search by meaning is switched off; these passages were found by their words alone."
EMBEDDER_FAILED = (
    "Search by meaning is not available at the moment; these passages were found by their words alone."
)


class Search:
    def __init__(
        self, transactions: Transactions, index: ChunkIndex, analyzer: TextAnalyzer, embedder: Embedder | None
    ) -> None:
        self._transactions = transactions
        self._index = index
        self._analyzer = analyzer
        self._embedder = embedder

    async def run(
        self, scope: WorkspaceScope, collections: Sequence[CollectionId], query: str, limit: int
    ) -> SearchResult:
        """Best first, at most `limit`; an empty `collections` searches all of the workspace.

        Without an embedder that answers, the words alone decide, and the result says so.
        """
        terms = self._analyzer.terms(query)
        vector, degraded = await self._embed(query)
        weight = ranking.dense_weight(is_english=self._analyzer.is_english(query))
        async with self._transactions.begin(scope) as tx:
            by_terms = await self._index.by_terms(tx, collections, terms, ranking.CANDIDATES)
            by_vector: tuple[ScoredChunk, ...] = ()
            if self._embedder is not None and vector is not None:
                by_vector = await self._index.by_vector(
                    tx, collections, vector, self._embedder.model, ranking.CANDIDATES
                )
            fused = ranking.fuse(by_terms, by_vector, dense_weight=weight, limit=limit)
            found = await self._index.found(tx, fused)
        return SearchResult(found, degraded)

    async def _embed(self, query: str) -> tuple[list[float] | None, str]:
        """The question's vector, or None and why there is none."""
        if self._embedder is None:
            return None, NO_EMBEDDER
        try:
            async with asyncio.timeout(EMBEDDING_TIMEOUT_S):
                [vector] = await self._embedder.embed([query])
        except (EmbedderUnavailable, TimeoutError):
            return None, EMBEDDER_FAILED
        return vector, ""
