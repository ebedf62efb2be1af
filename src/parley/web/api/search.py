"""Routes of the search playground: passages for a question, with everything that ranked them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from parley.core.kernel.ids import WorkspaceId
from parley.core.knowledge.model import CollectionId, Language, SearchOptions
from parley.core.knowledge.playground import Explained, ExplainedSearch
from parley.core.workspaces.model import Action, ResourceKind
from parley.web.api.collections import CollectionPath
from parley.web.api.fields import Body, WithoutNul
from parley.web.api.workspaces import WorkspacePath
from parley.web.deps import ReaderDep, ServicesDep

router = APIRouter(tags=["search"])


class SearchBody(Body):
    """A question, and how the search for it is tuned: as a bot's configuration may be."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"query": "How long is the warranty?", "limit": 5, "retriever_weight": 0.7}
        }
    )

    query: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2_000), WithoutNul
    ]
    limit: int = Field(10, ge=1, le=50)
    retriever_weight: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] | None = Field(
        None,
        description="How much meaning counts beside words: 0 is words alone, 1 meaning alone, null by the"
        " question's language.",
    )
    rerank: bool = Field(
        default=False, description="Whether the server's reranker, if it has one, has the last word."
    )

    @property
    def options(self) -> SearchOptions:
        return SearchOptions(self.retriever_weight, self.rerank)


class WorkspaceSearchBody(SearchBody):
    collections: list[UUID] = Field(
        [], max_length=100, description="Where to look; empty means every collection of the workspace."
    )


class MatchReply(BaseModel):
    """A word of the passage that the question looked for."""

    start: int = Field(description="In characters (code points) of the passage's text, from 0.")
    end: int = Field(description="Exclusive.")


class FoundReply(BaseModel):
    """A passage that was found, with what ranked it."""

    document_id: UUID
    document_name: str = Field(examples=["warranty.pdf"])
    document_version: int | None
    collection_id: UUID
    chunk: int = Field(description="Its place in the document, from 0.")
    page: int | None = Field(description="Page, slide or sheet, from 1.")
    heading_path: list[str]
    char_start: int = Field(description="Of its range in the document's text.")
    char_end: int = Field(description="Exclusive.")
    text: str
    score: float = Field(description="0 to 1, best 1: of everything together.")
    bm25: float | None = Field(description="Null when the words did not find it.")
    bm25_rank: int | None = Field(description="From 1, among all that the words found.")
    cosine: float | None = Field(description="Null when the meaning did not find it.")
    cosine_rank: int | None = Field(description="From 1, among all that the meaning found.")
    closeness: float | None = Field(
        description="-1 to 1: how near its best stretch comes to the question, token by token. Null when it"
        " was not looked at so closely."
    )
    relevance: float | None = Field(description="As the reranker judged it, on its own scale; null without.")
    matches: list[MatchReply] = Field(description="The words that were looked for, in reading order.")
    context_terms: list[str] = Field(
        description="Of the terms looked for, those in the document's name or the headings."
    )

    @classmethod
    def of(cls, explained: Explained) -> "FoundReply":
        found = explained.found
        chunk, ranking = found.chunk, found.ranking
        return cls(
            document_id=chunk.document_id,
            document_name=found.document_name,
            document_version=found.document_version,
            collection_id=found.collection_id,
            chunk=chunk.ordinal,
            page=chunk.page,
            heading_path=list(chunk.heading_path),
            char_start=chunk.char_start,
            char_end=chunk.char_end,
            text=chunk.text,
            score=ranking.score,
            bm25=ranking.bm25,
            bm25_rank=ranking.bm25_rank,
            cosine=ranking.cosine,
            cosine_rank=ranking.cosine_rank,
            closeness=ranking.closeness,
            relevance=ranking.relevance,
            matches=[MatchReply(start=match.start, end=match.end) for match in explained.matches],
            context_terms=list(explained.context_terms),
        )


class SearchReply(BaseModel):
    items: list[FoundReply] = Field(description="Best first.")
    terms: list[str] = Field(
        description="What the words of the question were looked for as: without words that only ask, and"
        " reduced to their stems."
    )
    language: Language = Field(description="What the question was taken for; it decides the weight.")
    retriever_weight: float = Field(description="What meaning counted, 0 where it could not be asked.")
    reranker: str = Field(description="`provider:model` that had the last word; empty where none did.")
    available_reranker: str = Field(description="The one that this server has; empty where it has none.")
    degraded: str = Field(description="What the search had to do without, in words; empty when nothing.")

    @classmethod
    def of(cls, search: ExplainedSearch) -> "SearchReply":
        result = search.result
        return cls(
            items=[FoundReply.of(explained) for explained in search.explained],
            terms=list(search.terms),
            language=search.language,
            retriever_weight=result.dense_weight,
            reranker=result.reranker,
            available_reranker=search.reranker,
            degraded=result.degraded,
        )


@router.post("/collections/{collection_id}/search", response_model=SearchReply, summary="Search a collection")
async def search_collection(
    collection_id: CollectionPath, body: SearchBody, app: ServicesDep, caller: ReaderDep
) -> SearchReply:
    """Passages by their words and their meaning, best first, and why each was found. What proves itself here
    can be saved as a bot's `retriever_k`, `retriever_weight` and `rerank`."""
    scope = await app.authorizer.on(caller, Action.READ_DOCUMENTS, ResourceKind.COLLECTION, collection_id)
    return SearchReply.of(
        await app.use.playground.run(
            scope, [CollectionId(collection_id)], body.query, body.limit, body.options
        )
    )


@router.post("/workspaces/{workspace_id}/search", response_model=SearchReply, summary="Search a workspace")
async def search_workspace(
    workspace_id: WorkspacePath, body: WorkspaceSearchBody, app: ServicesDep, caller: ReaderDep
) -> SearchReply:
    """As the search of a collection, over several or all of them."""
    scope = await app.authorizer.in_workspace(caller, Action.READ_DOCUMENTS, WorkspaceId(workspace_id))
    collections = [CollectionId(each) for each in body.collections]
    return SearchReply.of(
        await app.use.playground.run(scope, collections, body.query, body.limit, body.options)
    )
