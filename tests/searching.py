"""Search for tests, over the database, with one embedder for every workspace."""

from parley.adapters.database.chunks import PostgresChunkIndex
from parley.adapters.database.passage_tokens import PostgresPassageTokens
from parley.adapters.database.vectors import PostgresVectors
from parley.core.kernel.transactions import Transactions
from parley.core.knowledge.model import WordsAlone
from parley.core.knowledge.ports import Embedder, Reranker, TextAnalyzer, TokenMatcher
from parley.core.knowledge.search import Models, Search, SearchIndex
from parley.core.workspaces.model import WorkspaceScope

NO_EMBEDDER = "There is no embedder; these passages were found by their words alone."


class OneEmbedder:
    """Implements `SearchEmbedders`; None: the words decide."""

    def __init__(self, embedder: Embedder | None) -> None:
        self._embedder = embedder

    async def active(self, scope: WorkspaceScope) -> Embedder:
        if self._embedder is None:
            raise WordsAlone(NO_EMBEDDER)
        return self._embedder


def search_over(
    database: Transactions,
    analyzer: TextAnalyzer,
    embedder: Embedder | None = None,
    *,
    matcher: TokenMatcher | None = None,
    reranker: Reranker | None = None,
) -> Search:
    index = SearchIndex(PostgresChunkIndex(), PostgresVectors(database), PostgresPassageTokens())
    return Search(database, analyzer, index, Models(OneEmbedder(embedder), matcher, reranker))
