"""Routes of collections."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, status
from pydantic import BaseModel, ConfigDict, Field

from parley.core.kernel.errors import NotFound
from parley.core.kernel.ids import WorkspaceId
from parley.core.kernel.paging import PageRequest
from parley.core.knowledge.model import Collection, CollectionId
from parley.core.workspaces.model import Action, ResourceKind
from parley.web.api.fields import EXAMPLE_ID, Body, Description, Name, PageReply
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
