"""Routes of access lists: who may read a document, and what a collection's new documents begin with."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from parley.core.kernel.paging import PageRequest
from parley.core.knowledge.access import MOST_PRINCIPALS, Access, RestrictedDocument
from parley.core.knowledge.model import CollectionId, DocumentId
from parley.web.api.collections import CollectionPath
from parley.web.api.documents import DocumentPath
from parley.web.api.fields import EXAMPLE_ID, Body, PageReply
from parley.web.deps import CallerDep, CursorQuery, LimitQuery, ServicesDep

router = APIRouter(tags=["access"])

_RESTRICTED: JsonDict = {"everyone": False, "users": [EXAMPLE_ID], "groups": []}

_Principals = Annotated[list[UUID], Field(max_length=MOST_PRINCIPALS)]


class AccessBody(Body):
    """Everyone in the workspace, or some of its users and groups; nobody at all when none is named."""

    model_config = ConfigDict(json_schema_extra={"example": _RESTRICTED})

    everyone: bool
    users: _Principals = Field(default_factory=list)
    groups: _Principals = Field(default_factory=list)

    def access(self) -> Access:
        return Access(self.everyone, frozenset(self.users), frozenset(self.groups))


class CollectionAccessBody(AccessBody):
    model_config = ConfigDict(json_schema_extra={"example": {**_RESTRICTED, "apply_to_all": True}})

    apply_to_all: bool = Field(
        default=False,
        description="Also give this list to every document that is there. Takes an admin or owner.",
    )


class AccessReply(BaseModel):
    """Who may read. `users` may name people who have left the workspace: they count again if they return."""

    model_config = ConfigDict(json_schema_extra={"example": _RESTRICTED})

    everyone: bool
    users: list[UUID]
    groups: list[UUID]

    @classmethod
    def of(cls, access: Access) -> "AccessReply":
        return cls(everyone=access.everyone, users=sorted(access.users), groups=sorted(access.groups))


class RestrictedDocumentReply(BaseModel):
    document_id: UUID
    document_name: str | None = Field(
        description="Null where you may change who reads it, but not read it yourself."
    )
    created_by: UUID
    created_at: datetime
    access: AccessReply

    @classmethod
    def of(cls, document: RestrictedDocument, access: Access) -> "RestrictedDocumentReply":
        return cls(
            document_id=document.id,
            document_name=document.name,
            created_by=document.created_by,
            created_at=document.created_at,
            access=AccessReply.of(access),
        )


class RestrictedDocumentsReply(PageReply[RestrictedDocumentReply]):
    """Newest first."""


@router.get("/documents/{document_id}/access", response_model=AccessReply, summary="Who may read a document")
async def get_document_access(document_id: DocumentPath, app: ServicesDep, caller: CallerDep) -> AccessReply:
    """For editors who may read it; admins and owners see the list of every document."""
    return AccessReply.of(await app.use.access.documents.of_document(caller, DocumentId(document_id)))


@router.put(
    "/documents/{document_id}/access", response_model=AccessReply, summary="Change who may read a document"
)
async def put_document_access(
    document_id: DocumentPath, body: AccessBody, app: ServicesDep, caller: CallerDep
) -> AccessReply:
    """Holds from the next search and the next look at an old answer on, for everyone. Editors stay on it."""
    changed = await app.use.access.documents.change_document(caller, DocumentId(document_id), body.access())
    return AccessReply.of(changed)


@router.get(
    "/collections/{collection_id}/access",
    response_model=AccessReply,
    summary="Who may read a collection's new documents",
)
async def get_collection_access(
    collection_id: CollectionPath, app: ServicesDep, caller: CallerDep
) -> AccessReply:
    return AccessReply.of(await app.use.access.documents.of_collection(caller, CollectionId(collection_id)))


@router.put(
    "/collections/{collection_id}/access",
    response_model=AccessReply,
    summary="Change who may read a collection's documents",
)
async def put_collection_access(
    collection_id: CollectionPath, body: CollectionAccessBody, app: ServicesDep, caller: CallerDep
) -> AccessReply:
    """The list that new documents begin with; whoever adds one is put on its list besides."""
    changed = await app.use.access.documents.change_collection(
        caller, CollectionId(collection_id), body.access(), apply_to_all=body.apply_to_all
    )
    return AccessReply.of(changed)


@router.get(
    "/collections/{collection_id}/access/documents",
    response_model=RestrictedDocumentsReply,
    summary="List documents that not everyone may read",
)
async def list_restricted_documents(
    collection_id: CollectionPath,
    app: ServicesDep,
    caller: CallerDep,
    cursor: CursorQuery = None,
    limit: LimitQuery = 50,
) -> RestrictedDocumentsReply:
    """Editors see those that they may read; admins and owners all of them, the others without a name."""
    request = PageRequest.parse(cursor, limit, fields=2)
    page = await app.use.access.documents.restricted(caller, CollectionId(collection_id), request)
    return RestrictedDocumentsReply(
        items=[RestrictedDocumentReply.of(document, access) for document, access in page.items],
        next_cursor=page.next_cursor,
    )
