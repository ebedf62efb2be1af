"""A search that tells why it found what it found, for whoever tunes it."""

from collections.abc import Sequence
from dataclasses import dataclass

from parley.core.knowledge.model import CollectionId, FoundChunk, Language, SearchOptions, SearchResult
from parley.core.knowledge.ports import TextAnalyzer
from parley.core.knowledge.search import Search
from parley.core.workspaces.model import WorkspaceScope


@dataclass(frozen=True, slots=True)
class Match:
    """A word of a passage that the question looked for; the range is in the passage's text, end exclusive."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Explained:
    found: FoundChunk
    matches: tuple[Match, ...]
    """In reading order."""
    context_terms: tuple[str, ...]
    """Of the terms looked for, those that stand in the document's name or the headings."""


@dataclass(frozen=True, slots=True)
class ExplainedSearch:
    result: SearchResult
    explained: tuple[Explained, ...]
    """In the order of what was found."""
    terms: tuple[str, ...]
    """What the words were looked for as, in the order of the question."""
    language: Language
    reranker: str
    """The one that this server has, as `provider:model`; empty where it has none."""


class SearchPlayground:
    def __init__(self, search: Search, analyzer: TextAnalyzer) -> None:
        self._search = search
        self._analyzer = analyzer

    async def run(
        self,
        scope: WorkspaceScope,
        collections: Sequence[CollectionId],
        query: str,
        limit: int,
        options: SearchOptions,
    ) -> ExplainedSearch:
        """As `Search.run`."""
        result = await self._search.run(scope, collections, query, limit, options)
        terms = tuple(dict.fromkeys(self._analyzer.asked_terms(query)))
        return ExplainedSearch(
            result,
            tuple(self._explained(found, terms) for found in result.found),
            terms,
            self._analyzer.language(query),
            self._search.reranker or "",
        )

    def _explained(self, found: FoundChunk, terms: tuple[str, ...]) -> Explained:
        chunk = found.chunk
        places = self._analyzer.places(chunk.text, frozenset(terms))
        context = set(self._analyzer.terms(" ".join((found.document_name, *chunk.heading_path))))
        return Explained(
            found,
            tuple(Match(start, end) for start, end in places),
            tuple(term for term in terms if term in context),
        )
