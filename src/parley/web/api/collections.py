"""Routes of collections, and of searching one."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, status
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from parley.core.kernel.errors import NotFound
from parley.core.kernel.ids import WorkspaceId
from parley.core.kernel.paging import PageRequest
from parley.core.knowledge.model import Collection, CollectionId, FoundChunk
from parley.core.workspaces.model import Action, ResourceKind
from parley.web.api.fields import EXAMPLE_ID, Body, Description, Name, PageReply, WithoutNul
from parley.web.api.workspaces import WorkspacePath
from parley.web.deps import CallerDep, CursorQuery, LimitQuery, ReaderDep, ServicesDep, WriterDep

router = APIRouter(tags=["collections"])

CollectionPath = Annotated[UUID, Path(description="Id of the collection.")]


class CollectionBody(Body):
    model_config = ConfigDict(
        json_schema_extra={"example": {"name": "Handbooks", "description": "Every product since 2020."}}
    )

    name: Name
    description: Description = ""


class CollectionChangeBody(Body):
    model_config = ConfigDict(json_schema_extra={"example": {"name": "Handbooks"}})

    name: Name | None = None
    description: Description | None = None


class CollectionReply(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": EXAMPLE_ID,
                "workspace_id": EXAMPLE_ID,
                "name": "Handbooks",
                "description": "Every product since 2020.",
                "document_count": 12,
                "created_at": "2026-01-31T12:00:00Z",
            }
        }
    )

    id: UUID
    workspace_id: UUID
    name: str
    description: str
    document_count: int = Field(description="Documents in it that you may read.")
    created_at: datetime

    @classmethod
    def of(cls, collection: Collection) -> "CollectionReply":
        return cls(
            id=collection.id,
            workspace_id=collection.workspace_id,
            name=collection.name,
            description=collection.description,
            document_count=collection.document_count,
            created_at=collection.created_at,
        )


class CollectionsReply(PageReply[CollectionReply]):
    """By name."""


class SearchBody(Body):
    model_config = ConfigDict(
        json_schema_extra={"example": {"query": "How long is the warranty?", "limit": 5}}
    )

    query: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2_000), WithoutNul
    ]
    limit: int = Field(10, ge=1, le=50)


class FoundReply(BaseModel):
    """A passage that was found, with what ranked it."""

    document_id: UUID
    document_name: str = Field(examples=["warranty.pdf"])
    chunk: int = Field(description="Its place in the document, from 0.")
    page: int | None
    heading_path: list[str]
    text: str
    score: float = Field(description="0 to 1, best 1.")
    bm25: float | None = Field(description="Null when the words did not find it.")
    cosine: float | None = Field(description="Null when the meaning did not find it.")

    @classmethod
    def of(cls, found: FoundChunk) -> "FoundReply":
        return cls(
            document_id=found.chunk.document_id,
            document_name=found.document_name,
            chunk=found.chunk.ordinal,
            page=found.chunk.page,
            heading_path=list(found.chunk.heading_path),
            text=found.chunk.text,
            score=found.score,
            bm25=found.bm25,
            cosine=found.cosine,
        )


class SearchReply(BaseModel):
    items: list[FoundReply]
    degraded: str = Field(description="What the search had to do without, in words; empty when nothing.")


@router.get(
    "/workspaces/{workspace_id}/collections", response_model=CollectionsReply, summary="List collections"
)
async def list_collections(
    workspace_id: WorkspacePath,
    app: ServicesDep,
    caller: ReaderDep,
    cursor: CursorQuery = None,
    limit: LimitQuery = 50,
) -> CollectionsReply:
    request = PageRequest.parse(cursor, limit, fields=2)
    scope = await app.authorizer.in_workspace(caller, Action.READ_DOCUMENTS, WorkspaceId(workspace_id))
    async with app.transactions.begin(scope) as tx:
        page = await app.read.collections.list(tx, request)
    return CollectionsReply(
        items=[CollectionReply.of(collection) for collection in page.items], next_cursor=page.next_cursor
    )


@router.post(
    "/workspaces/{workspace_id}/collections",
    response_model=CollectionReply,
    status_code=status.HTTP_201_CREATED,
    summary="Make a collection",
)
async def create_collection(
    workspace_id: WorkspacePath, body: CollectionBody, app: ServicesDep, caller: WriterDep
) -> CollectionReply:
    collection = await app.use.collections.create(
        caller, WorkspaceId(workspace_id), body.name, body.description
    )
    return CollectionReply.of(collection)


@router.get("/collections/{collection_id}", response_model=CollectionReply, summary="Read a collection")
async def get_collection(
    collection_id: CollectionPath, app: ServicesDep, caller: ReaderDep
) -> CollectionReply:
    scope = await app.authorizer.on(caller, Action.READ_DOCUMENTS, ResourceKind.COLLECTION, collection_id)
    async with app.transactions.begin(scope) as tx:
        collection = await app.read.collections.get(tx, CollectionId(collection_id))
    if collection is None:
        raise NotFound("collection", collection_id)
    return CollectionReply.of(collection)


@router.patch("/collections/{collection_id}", response_model=CollectionReply, summary="Change a collection")
async def change_collection(
    collection_id: CollectionPath, body: CollectionChangeBody, app: ServicesDep, caller: CallerDep
) -> CollectionReply:
    collection = await app.use.collections.change(
        caller, CollectionId(collection_id), name=body.name, description=body.description
    )
    return CollectionReply.of(collection)


@router.delete(
    "/collections/{collection_id}", status_code=status.HTTP_204_NO_CONTENT, summary="Remove a collection"
)
async def remove_collection(collection_id: CollectionPath, app: ServicesDep, caller: CallerDep) -> None:
    """Removes it for good, with its documents, what was made of them, and their files."""
    scope = await app.authorizer.on(caller, Action.EDIT_DOCUMENTS, ResourceKind.COLLECTION, collection_id)
    await app.use.delete_collection(scope, CollectionId(collection_id))


@router.post("/collections/{collection_id}/search", response_model=SearchReply, summary="Search a collection")
async def search_collection(
    collection_id: CollectionPath, body: SearchBody, app: ServicesDep, caller: ReaderDep
) -> SearchReply:
    """Passages by their words and their meaning, best first."""
    scope = await app.authorizer.on(caller, Action.READ_DOCUMENTS, ResourceKind.COLLECTION, collection_id)
    result = await app.use.search.run(scope, [CollectionId(collection_id)], body.query, body.limit)
    return SearchReply(items=[FoundReply.of(found) for found in result.found], degraded=result.degraded)
