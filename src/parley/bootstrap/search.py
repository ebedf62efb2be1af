"""Search over the documents: its index, and the models that understand questions and passages."""

from parley.adapters.database.chunks import PostgresChunkIndex
from parley.adapters.database.passage_tokens import PostgresPassageTokens
from parley.adapters.database.vectors import PostgresVectors
from parley.bootstrap.parts import Parts
from parley.core.knowledge.ports import Reranker, SearchEmbedders, TokenMatcher, VectorSearch
from parley.core.knowledge.search import Models, Search, SearchIndex


def search_of(
    parts: Parts,
    embedders: SearchEmbedders,
    reranker: Reranker | None = None,
    vectors: VectorSearch | None = None,
) -> Search:
    """`vectors` None: those in the database."""
    index = SearchIndex(
        PostgresChunkIndex(), vectors or PostgresVectors(parts.database), PostgresPassageTokens()
    )
    return Search(parts.database, parts.analyzer, index, Models(embedders, matcher_of(parts), reranker))


def matcher_of(parts: Parts) -> TokenMatcher | None:
    """The local embedder, which tells its tokens too."""
    return parts.embedder
