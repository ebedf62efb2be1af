"""Routes of documents that are there: their state, their passages, the original file."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from typing import Annotated
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, status
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from parley.core.kernel.errors import NotFound
from parley.core.kernel.paging import PageRequest
from parley.core.knowledge.model import (
    Chunk,
    CollectionId,
    Document,
    DocumentFilter,
    DocumentId,
    DocumentState,
)
from parley.core.workspaces.model import Action, ResourceKind
from parley.web.api.collections import CollectionPath
from parley.web.api.fields import EXAMPLE_ID, PageReply, WithoutNul
from parley.web.deps import CallerDep, CursorQuery, LimitQuery, ReaderDep, Services, ServicesDep, WriterDep

router = APIRouter(tags=["documents"])

DocumentPath = Annotated[UUID, Path(description="Id of the document.")]


async def _filter(
    state: Annotated[DocumentState | None, Query(description="Only documents in this state.")] = None,
    q: Annotated[
        str, Query(description="Only documents whose name contains this.", max_length=255), WithoutNul
    ] = "",
) -> DocumentFilter:
    return DocumentFilter(state, q)


async def _first_chunk(
    first: Annotated[
        int | None,
        Query(
            ge=0,
            le=2**31 - 1,
            description="Begin with this passage; ordinals count from 0 without a gap, so that the page "
            "before begins `limit` earlier.",
        ),
    ] = None,
    around: Annotated[
        int | None, Query(ge=0, le=2**31 - 1, description="Begin so that this passage is in the middle.")
    ] = None,
    limit: LimitQuery = 50,
) -> int:
    """The ordinal to begin with."""
    return (first or 0) if around is None else max(0, around - limit // 2)


FirstChunkDep = Annotated[int, Depends(_first_chunk)]
FilterDep = Annotated[DocumentFilter, Depends(_filter)]


class FailureReply(BaseModel):
    """Why a document could not be made searchable."""

    code: str = Field(examples=["encrypted_file"])
    detail: str = Field(examples=["The file is protected by a password."])
    hint: str = Field(examples=["Save it without the password and upload it again."])


class DocumentReply(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": EXAMPLE_ID,
                "collection_id": EXAMPLE_ID,
                "name": "warranty.pdf",
                "media_type": "application/pdf",
                "size_bytes": 48_211,
                "state": "ready",
                "progress": 1.0,
                "page_count": 12,
                "chunk_count": 40,
                "version": 2,
                "searchable": True,
                "restricted": False,
                "source_url": None,
                "notice": "",
                "chunks_done": 40,
                "chunks_total": 40,
                "seconds_left": None,
                "error": None,
                "created_at": "2026-01-31T12:00:00Z",
                "updated_at": "2026-01-31T12:00:07Z",
            }
        }
    )

    id: UUID
    collection_id: UUID
    name: str
    media_type: str
    size_bytes: int
    state: DocumentState
    progress: float = Field(description="0 to 1 over reading and embedding together.")
    page_count: int | None = Field(description="Null where the format has no pages.")
    chunk_count: int = Field(description="Passages that searches find.")
    version: int = Field(description="Of the content that searches find; each replacement makes the next.")
    searchable: bool = Field(
        description="Whether searches find a version of it, also while a newer content is read."
    )
    restricted: bool = Field(description="Whether only those on its access list may read it.")
    source_url: str | None = Field(description="Where it was imported from.")
    notice: str = Field(description="What was not read of it, such as pages that are pictures; often empty.")
    chunks_done: int = Field(description="Passages of the newest reading that are embedded.")
    chunks_total: int | None = Field(description="Null until the text is there.")
    seconds_left: float | None = Field(description="Of the reading that goes on; null when not known.")
    error: FailureReply | None = Field(
        description="Why the newest reading failed, or why it waits to be tried again."
    )
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, document: Document, now: datetime) -> "DocumentReply":
        failure, expected = document.failure, document.expected_at
        return cls(
            id=document.id,
            collection_id=document.collection_id,
            name=document.name,
            media_type=document.media_type,
            size_bytes=document.size_bytes,
            state=document.state,
            progress=document.progress,
            page_count=document.page_count,
            chunk_count=document.chunk_count,
            version=document.version,
            searchable=document.searchable,
            restricted=document.principals is not None,
            source_url=document.source_url,
            notice=document.notice,
            chunks_done=document.chunks_done,
            chunks_total=document.chunks_total,
            seconds_left=None if expected is None else max((expected - now).total_seconds(), 0.0),
            error=None
            if failure is None
            else FailureReply(code=failure.code, detail=failure.detail, hint=failure.hint),
            created_at=document.created_at,
            updated_at=document.updated_at,
        )


class DocumentsReply(PageReply[DocumentReply]):
    """Newest first."""


class ChunkReply(BaseModel):
    ordinal: int
    text: str
    heading_path: list[str]
    page: int | None
    char_start: int
    char_end: int

    @classmethod
    def of(cls, chunk: Chunk) -> "ChunkReply":
        return cls(
            ordinal=chunk.ordinal,
            text=chunk.text,
            heading_path=list(chunk.heading_path),
            page=chunk.page,
            char_start=chunk.char_start,
            char_end=chunk.char_end,
        )


class ChunksReply(PageReply[ChunkReply]):
    """In reading order."""


@router.get("/collections/{collection_id}/documents", response_model=DocumentsReply, summary="List documents")
async def list_documents(
    collection_id: CollectionPath,
    app: ServicesDep,
    caller: ReaderDep,
    only: FilterDep,
    cursor: CursorQuery = None,
    limit: LimitQuery = 50,
) -> DocumentsReply:
    request = PageRequest.parse(cursor, limit, fields=2)
    scope = await app.authorizer.on(caller, Action.READ_DOCUMENTS, ResourceKind.COLLECTION, collection_id)
    async with app.transactions.begin(scope) as tx:
        page = await app.read.documents.list(tx, CollectionId(collection_id), request, only)
    now = app.clock.now()
    return DocumentsReply(
        items=[DocumentReply.of(document, now) for document in page.items], next_cursor=page.next_cursor
    )


@router.get("/documents/{document_id}", response_model=DocumentReply, summary="Read a document's state")
async def get_document(document_id: DocumentPath, app: ServicesDep, caller: ReaderDep) -> DocumentReply:
    return DocumentReply.of(await _readable(app, caller, document_id), app.clock.now())


@router.delete(
    "/documents/{document_id}", status_code=status.HTTP_204_NO_CONTENT, summary="Remove a document"
)
async def remove_document(document_id: DocumentPath, app: ServicesDep, caller: WriterDep) -> None:
    """Removes it for good, with what was made of it and its file."""
    scope = await app.authorizer.on(caller, Action.EDIT_DOCUMENTS, ResourceKind.DOCUMENT, document_id)
    await app.use.documents.change.delete(scope, DocumentId(document_id))


@router.get(
    "/documents/{document_id}/chunks", response_model=ChunksReply, summary="List a document's passages"
)
async def list_chunks(
    document_id: DocumentPath,
    app: ServicesDep,
    caller: ReaderDep,
    first: FirstChunkDep,
    cursor: CursorQuery = None,
    limit: LimitQuery = 50,
) -> ChunksReply:
    """In reading order, from the beginning or from where `first` or `around` says."""
    request = PageRequest.parse(cursor, limit, fields=1)
    if cursor is None and first:
        request = replace(request, after=(str(first - 1),))
    scope = await app.authorizer.on(caller, Action.READ_DOCUMENTS, ResourceKind.DOCUMENT, document_id)
    async with app.transactions.begin(scope) as tx:
        if await app.read.documents.get(tx, DocumentId(document_id)) is None:
            raise NotFound("document", document_id)
        page = await app.read.chunks.of_document(tx, DocumentId(document_id), request)
    return ChunksReply(items=[ChunkReply.of(chunk) for chunk in page.items], next_cursor=page.next_cursor)


@router.get(
    "/documents/{document_id}/original",
    response_class=StreamingResponse,
    responses={
        HTTPStatus.OK: {
            "description": "The file as it was uploaded.",
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
    summary="Download the original file",
)
async def download_original(
    document_id: DocumentPath, app: ServicesDep, caller: ReaderDep
) -> StreamingResponse:
    document = await _readable(app, caller, document_id)
    try:
        # Read before the response begins: a file that is gone can still be told as an error.
        content, first = await _opened(app, document)
    except NotFound:
        # It may have been replaced since, and its file removed.
        document = await _readable(app, caller, document_id)
        content, first = await _opened(app, document)
    return StreamingResponse(
        _after(first, content),
        media_type=document.media_type,
        headers={
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(document.name, safe='')}",
            "Content-Length": str(document.size_bytes),
        },
    )


async def _readable(app: Services, caller: CallerDep, document_id: UUID) -> Document:
    scope = await app.authorizer.on(caller, Action.READ_DOCUMENTS, ResourceKind.DOCUMENT, document_id)
    async with app.transactions.begin(scope) as tx:
        document = await app.read.documents.get(tx, DocumentId(document_id))
    if document is None:
        raise NotFound("document", document_id)
    return document


async def _opened(app: Services, document: Document) -> tuple[AsyncIterator[bytes], bytes]:
    """The file's bytes, and the first of them ahead. Raises NotFound."""
    content = app.read.files.open(document.file_key)
    return content, await anext(content, b"")


async def _after(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for chunk in rest:
        yield chunk
