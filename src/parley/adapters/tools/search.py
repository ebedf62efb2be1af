"""Searches the documents that the bot may read."""

from typing import Annotated

from msgspec import Meta

from parley.adapters.tools.arguments import Arguments, read, schema_of
from parley.adapters.tools.kit import Kit
from parley.core.knowledge.model import CollectionId, FoundChunk
from parley.core.tools.model import FoundPassage, Invocation, ToolDescription, ToolOutput


class SearchArguments(Arguments, frozen=True):
    query: Annotated[
        str, Meta(min_length=1, max_length=1_000, description="A question or words to look for.")
    ]
    limit: Annotated[int, Meta(ge=1, le=20, description="Most passages to give.")] = 6


class SearchDocuments:
    description = ToolDescription(
        "search",
        "Searches this assistant's documents by words and meaning and gives the best passages, each with the"
        " document it is from.",
        schema_of(SearchArguments),
        changes_things=False,
    )

    def __init__(self, kit: Kit) -> None:
        self._search = kit.search

    async def run(self, invocation: Invocation) -> ToolOutput:
        arguments = read(SearchArguments, invocation.arguments)
        collections = [CollectionId(each) for each in invocation.collections]
        result = await self._search.run(invocation.scope, collections, arguments.query, arguments.limit)
        if not result.found:
            return ToolOutput("No passage of the documents fits.")
        return ToolOutput(result.degraded, tuple(map(_passage, result.found)))


def _passage(found: FoundChunk) -> FoundPassage:
    chunk = found.chunk
    return FoundPassage(
        document_id=chunk.document_id,
        document_name=found.document_name,
        chunk=chunk.ordinal,
        page=chunk.page,
        heading_path=chunk.heading_path,
        char_start=chunk.char_start,
        char_end=chunk.char_end,
        text=chunk.text,
        score=found.score,
        document_version=found.document_version,
    )
