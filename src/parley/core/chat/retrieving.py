"""Finds the passages that a question is answered from, asking for them in words that stand alone."""

import asyncio
from collections.abc import Sequence
from contextlib import aclosing

from parley.core.bots.model import BotConfiguration
from parley.core.chat.draft import Draft, OpenCall
from parley.core.chat.model import RankedChunk, Ranking, Retrieved
from parley.core.chat.paying import Models
from parley.core.chat.prompt import SCORE_DECIMALS, citations_of, retrieval_query, standalone_request
from parley.core.conversations.model import Message, MessageRole
from parley.core.kernel.errors import ParleyError
from parley.core.knowledge.model import CollectionId, FoundChunk, SearchOptions, SearchResult
from parley.core.knowledge.search import Search
from parley.core.llm.model import AnswerBegins, Finish, TextDelta, TokenUsage
from parley.core.usage.model import Purpose
from parley.core.workspaces.model import WorkspaceScope

STANDALONE_S = 4.0
"""For a model to put a follow-up question into words of its own; readers wait meanwhile."""
LONGEST_STANDALONE = 1_000
_BUILT_IN = "extractive:"
"""Models that answer with sentences of the passages alone."""


class Retrieval:
    """Shared by all turns of the process, so that a burst of them takes turns at searching."""

    def __init__(self, search: Search, models: Models, at_once: int) -> None:
        self._search = search
        self._models = models
        self._retrieving = asyncio.Semaphore(at_once)

    async def run(
        self,
        scope: WorkspaceScope,
        configuration: BotConfiguration,
        history: Sequence[Message],
        question: str,
        draft: Draft,
    ) -> Retrieved:
        """Books what it asked a model into `draft`."""
        query = await self._standalone(history, question, draft) or retrieval_query(history, question)
        async with self._retrieving:
            result = await self._search.run(
                scope,
                [CollectionId(collection) for collection in configuration.collections],
                query,
                configuration.retriever_k,
                SearchOptions(
                    configuration.retriever_weight, configuration.rerank, configuration.retriever_tokens
                ),
            )
        ranking = _ranking(result, configuration.retriever_tokens)
        return Retrieved(query, citations_of(result.passages), result.degraded, ranking)

    async def _standalone(self, history: Sequence[Message], question: str, draft: Draft) -> str:
        """The question in words that need no conversation; empty where the rule has to do."""
        asked = any(message.role is MessageRole.USER for message in history)
        if not asked or draft.model.startswith(_BUILT_IN):
            return ""
        request = standalone_request(history, question)
        call = OpenCall(Purpose.SEARCH_QUESTION, request, draft.model)
        try:
            async with asyncio.timeout(STANDALONE_S):
                await self._hear(call, draft)
        except (ParleyError, TimeoutError):
            return ""
        finally:
            draft.calls.append(call.ended())
        words = " ".join("".join(call.text).replace("\0", "").split()).strip("\"'“”")
        return words if len(words) <= LONGEST_STANDALONE else ""

    async def _hear(self, call: OpenCall, draft: Draft) -> None:
        routed = self._models.route(
            (call.model,), call.request, call.attempts.append, draft.account, Purpose.SEARCH_QUESTION
        )
        async with aclosing(routed) as batches:
            async for batch in batches:
                for event in batch:
                    match event:
                        case AnswerBegins():
                            call.begin_anew()
                        case TextDelta(text):
                            call.text.append(text)
                            call.length += len(text)
                        case TokenUsage():
                            call.usage = event
                        case Finish(reason):
                            call.finish_reason = reason
                        case _:
                            pass


def _ranking(result: SearchResult, token_budget: int) -> Ranking:
    chunks = tuple(_ranked(each, result.passages) for each in result.found)
    return Ranking(result.dense_weight, result.reranker, token_budget, chunks)


def _ranked(found: FoundChunk, passages: Sequence[FoundChunk]) -> RankedChunk:
    chunk, ranking = found.chunk, found.ranking
    shown_by = (
        number
        for number, passage in enumerate(passages, start=1)
        if passage.chunk.document_id == chunk.document_id
        and passage.chunk.char_start <= chunk.char_start < passage.chunk.char_end
    )
    return RankedChunk(
        document_id=chunk.document_id,
        chunk=chunk.ordinal,
        score=round(ranking.score, SCORE_DECIMALS),
        bm25=_rounded(ranking.bm25),
        bm25_rank=ranking.bm25_rank,
        cosine=_rounded(ranking.cosine),
        cosine_rank=ranking.cosine_rank,
        closeness=_rounded(ranking.closeness),
        relevance=_rounded(ranking.relevance),
        passage=next(shown_by, None),
    )


def _rounded(score: float | None) -> float | None:
    return None if score is None else round(score, SCORE_DECIMALS)
