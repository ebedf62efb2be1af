"""Finds passages for a question: by words and by meaning, fused, then looked at more closely."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from parley.core.kernel.transactions import Transaction, Transactions
from parley.core.knowledge import ranking
from parley.core.knowledge.model import (
    CollectionId,
    EmbedderUnavailable,
    EmbeddingPurpose,
    FoundChunk,
    FusedChunk,
    RerankerUnavailable,
    ScoredChunk,
    SearchOptions,
    SearchResult,
    VectorQuery,
    VectorStoreUnavailable,
    WordsAlone,
)
from parley.core.knowledge.passages import joined, within_budget
from parley.core.knowledge.ports import (
    ChunkIndex,
    PassageTokens,
    Reranker,
    SearchEmbedders,
    TextAnalyzer,
    TokenMatcher,
    VectorSearch,
)
from parley.core.workspaces.model import WorkspaceScope

EMBEDDING_TIMEOUT_S = 10.0
VECTORS_TIMEOUT_S = 10.0
RERANKING_TIMEOUT_S = 15.0

EMBEDDER_FAILED = (
    "Search by meaning is not available at the moment; these passages were found by their words alone."
)
VECTORS_FAILED = (
    "The vector store does not answer at the moment; these passages were found by their words alone."
)
NO_RERANKER = "This server has no reranker; these passages are in the order of the search itself."
RERANKER_FAILED = (
    "The reranker is not available at the moment; these passages are in the order of the search itself."
)


@dataclass(frozen=True, slots=True)
class SearchIndex:
    """Where passages are looked for."""

    chunks: ChunkIndex
    vectors: VectorSearch
    tokens: PassageTokens


@dataclass(frozen=True, slots=True)
class Models:
    """What understands questions and passages; each but the embedders may be missing."""

    embedders: SearchEmbedders
    matcher: TokenMatcher | None = None
    reranker: Reranker | None = None


@dataclass(frozen=True, slots=True)
class _ByMeaning:
    """What was found by its meaning with vectors of `model`; else nothing, and why."""

    found: tuple[ScoredChunk, ...] = ()
    model: str = ""
    degraded: str = ""


class Search:
    def __init__(
        self, transactions: Transactions, analyzer: TextAnalyzer, index: SearchIndex, models: Models
    ) -> None:
        self._transactions = transactions
        self._analyzer = analyzer
        self._index = index
        self._models = models

    @property
    def reranker(self) -> str | None:
        """`provider:model`; None where there is none."""
        return None if self._models.reranker is None else self._models.reranker.name

    async def run(
        self,
        scope: WorkspaceScope,
        collections: Sequence[CollectionId],
        query: str,
        limit: int,
        options: SearchOptions = SearchOptions(),  # noqa: B008 - frozen
    ) -> SearchResult:
        """Best first, at most `limit`; an empty `collections` searches all of the workspace.

        Whatever fails beside the words (an embedder, a vector store, a reranker) is done without, and the
        result says so. No transaction is open while any of them is waited for.
        """
        language = self._analyzer.language(query)
        meaning = await self._by_meaning(scope, collections, query)
        weight = options.dense_weight
        if weight is None:
            weight = ranking.dense_weight(language, meaning.model)
        terms = self._analyzer.asked_terms(query)
        reach = max(limit, ranking.CLOSER_LOOK, ranking.RERANKED if options.rerank else 0)
        known = meaning.model if ranking.knows(language, meaning.model) else ""
        async with self._transactions.begin(scope) as tx:
            by_terms = await self._index.chunks.by_terms(tx, collections, terms, ranking.CANDIDATES)
            fused = ranking.fuse(by_terms, meaning.found, dense_weight=weight, limit=reach)
            found = await self._index.chunks.found(tx, fused)
            tokens = await self._tokens(tx, fused[: ranking.CLOSER_LOOK], known)
        found = _in_order(found, ranking.look_closer(fused, await self._closeness(query, tokens)))
        result = SearchResult(found, meaning.degraded, weight if meaning.found else 0.0)
        if options.rerank:
            result = await self._reranked(query, result)
        result = replace(result, found=result.found[:limit])
        if options.passage_tokens is None:
            return result
        passages = within_budget(joined(result.found), options.passage_tokens, self._analyzer.sentences)
        return replace(result, passages=passages)

    async def _by_meaning(
        self, scope: WorkspaceScope, collections: Sequence[CollectionId], query: str
    ) -> _ByMeaning:
        try:
            embedder = await self._models.embedders.active(scope)
            async with asyncio.timeout(EMBEDDING_TIMEOUT_S):
                [vector] = await embedder.embed([query], purpose=EmbeddingPurpose.QUERY)
        except WordsAlone as error:
            return _ByMeaning(degraded=error.detail)
        except (EmbedderUnavailable, TimeoutError):
            return _ByMeaning(degraded=EMBEDDER_FAILED)
        asked = VectorQuery(tuple(collections), tuple(vector), embedder.model, ranking.CANDIDATES)
        try:
            async with asyncio.timeout(VECTORS_TIMEOUT_S):
                return _ByMeaning(await self._index.vectors.nearest(scope, asked), embedder.model)
        except (VectorStoreUnavailable, TimeoutError):
            return _ByMeaning(degraded=VECTORS_FAILED)

    async def _tokens(self, tx: Transaction, fused: Sequence[FusedChunk], model: str) -> dict[int, bytes]:
        """What the matcher kept of the passages, if it works with `model`."""
        matcher = self._models.matcher
        if not fused or matcher is None or matcher.model != model:
            return {}
        return await self._index.tokens.of_chunks(tx, model, [each.chunk_key for each in fused])

    async def _closeness(self, query: str, tokens: dict[int, bytes]) -> dict[int, float]:
        """Empty where there is nothing to compare with, or the matcher fails: the ranking stands without."""
        matcher = self._models.matcher
        if matcher is None or not tokens:
            return {}
        try:
            async with asyncio.timeout(EMBEDDING_TIMEOUT_S):
                near = await matcher.closeness(query, list(tokens.values()))
        except (EmbedderUnavailable, TimeoutError):
            return {}
        return dict(zip(tokens, near, strict=True))

    async def _reranked(self, query: str, result: SearchResult) -> SearchResult:
        reranker = self._models.reranker
        if reranker is None:
            return replace(result, degraded=_and(result.degraded, NO_RERANKER))
        read, rest = result.found[: ranking.RERANKED], result.found[ranking.RERANKED :]
        if not read:
            return result
        try:
            async with asyncio.timeout(RERANKING_TIMEOUT_S):
                relevance = await reranker.relevance(query, [_as_read(found) for found in read])
        except (RerankerUnavailable, TimeoutError):
            return replace(result, degraded=_and(result.degraded, RERANKER_FAILED))
        judged = ranking.rerank([found.ranking for found in read], relevance)
        return replace(result, found=(*_in_order(read, judged), *rest), reranker=reranker.name)


def _in_order(found: Sequence[FoundChunk], fused: Sequence[FusedChunk]) -> tuple[FoundChunk, ...]:
    """The passages in the order and with the scores of `fused`; those that have gone stay away."""
    by_key = {each.ranking.chunk_key: each for each in found}
    return tuple(replace(by_key[each.chunk_key], ranking=each) for each in fused if each.chunk_key in by_key)


def _as_read(found: FoundChunk) -> str:
    return "\n".join((" › ".join((found.document_name, *found.chunk.heading_path)), found.chunk.text))


def _and(first: str, second: str) -> str:
    return f"{first} {second}".strip()
