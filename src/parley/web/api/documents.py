"""Routes of documents: upload, progress, passages, the original file."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response, status
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from parley.core.ingestion.receive import Upload
from parley.core.kernel.errors import NotFound, ParleyError
from parley.core.kernel.paging import PageRequest
from parley.core.knowledge.model import Chunk, CollectionId, Document, DocumentId, DocumentState
from parley.core.workspaces.model import Action, ResourceKind
from parley.web.api.collections import CollectionPath
from parley.web.api.fields import EXAMPLE_ID, PageReply
from parley.web.deps import CallerDep, CursorQuery, LimitQuery, ReaderDep, Services, ServicesDep, WriterDep
from parley.web.errors import FieldProblem, Problem, problem_of, problem_response, request_id_of
from parley.web.uploads import FIELD, MAX_FILES, uploaded_files

router = APIRouter(tags=["documents"])

DocumentPath = Annotated[UUID, Path(description="Id of the document.")]


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
    chunk_count: int
    error: FailureReply | None = Field(description="Set where the state is `failed`.")
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, document: Document) -> "DocumentReply":
        failure = document.failure
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
            error=None
            if failure is None
            else FailureReply(code=failure.code, detail=failure.detail, hint=failure.hint),
            created_at=document.created_at,
            updated_at=document.updated_at,
        )


class DocumentsReply(PageReply[DocumentReply]):
    """Newest first."""


class ReceivedReply(BaseModel):
    """What became of one file: its document, or why it was refused."""

    name: str
    document: DocumentReply | None
    error: Problem | None


class UploadReply(BaseModel):
    items: list[ReceivedReply]


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


_UPLOAD_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": [FIELD],
                    "properties": {
                        FIELD: {
                            "type": "array",
                            "maxItems": MAX_FILES,
                            "items": {"type": "string", "format": "binary"},
                        }
                    },
                }
            }
        },
    }
}


@router.get("/collections/{collection_id}/documents", response_model=DocumentsReply, summary="List documents")
async def list_documents(
    collection_id: CollectionPath,
    app: ServicesDep,
    caller: ReaderDep,
    cursor: CursorQuery = None,
    limit: LimitQuery = 50,
) -> DocumentsReply:
    request = PageRequest.parse(cursor, limit, fields=2)
    scope = await app.authorizer.on(caller, Action.READ_DOCUMENTS, ResourceKind.COLLECTION, collection_id)
    async with app.transactions.begin(scope) as tx:
        page = await app.read.documents.list(tx, CollectionId(collection_id), request)
    return DocumentsReply(
        items=[DocumentReply.of(document) for document in page.items], next_cursor=page.next_cursor
    )


@router.post(
    "/collections/{collection_id}/documents",
    response_model=UploadReply,
    status_code=status.HTTP_202_ACCEPTED,
    max_body_size=MAX_FILES << 40,  # each file has a limit of its own
    responses={
        413: {"model": Problem, "description": "Every file was refused, the first for its size."},
        415: {"model": Problem, "description": "Every file was refused, the first for its type."},
    },
    openapi_extra=_UPLOAD_BODY,
    summary="Upload documents",
)
async def upload_documents(
    collection_id: CollectionPath, request: Request, app: ServicesDep, caller: WriterDep
) -> Response | UploadReply:
    """Takes many files at once. Each is read in the background; one bad file never stops the others."""
    scope = await app.authorizer.on(caller, Action.EDIT_DOCUMENTS, ResourceKind.COLLECTION, collection_id)
    received: list[ReceivedReply] = []
    errors: list[ParleyError] = []

    def refused(name: str, error: ParleyError) -> None:
        errors.append(error)
        problem = problem_of(error, request_id_of(request))
        received.append(ReceivedReply(name=name, document=None, error=problem))

    try:
        async with aclosing(uploaded_files(request, MAX_FILES * app.upload_limit_bytes)) as files:
            async for file in files:
                upload = Upload(file.name, file.media_type, file.content)
                try:
                    document = await app.use.receive_document(scope, CollectionId(collection_id), upload)
                except ParleyError as error:
                    refused(file.name, error)
                else:
                    reply = DocumentReply.of(document)
                    received.append(ReceivedReply(name=document.name, document=reply, error=None))
    except ParleyError as error:
        # The body itself broke; what came whole before it stays, and the reply has to say so.
        refused("", error)
    if len(errors) < len(received):
        return UploadReply(items=received)
    if len(errors) == 1:
        raise errors[0]
    return problem_response(_all_refused(received, errors, request_id_of(request)))


def _all_refused(received: list[ReceivedReply], errors: list[ParleyError], request_id: str) -> Problem:
    first = problem_of(errors[0], request_id)
    return first.model_copy(
        update={
            "detail": f"None of the {len(errors)} files was taken. {first.detail}",
            "errors": [
                FieldProblem(field=file.name, message=f"{error.detail} {error.hint}".strip())
                for file, error in zip(received, errors, strict=True)
            ],
        }
    )


@router.get("/documents/{document_id}", response_model=DocumentReply, summary="Read a document's state")
async def get_document(document_id: DocumentPath, app: ServicesDep, caller: ReaderDep) -> DocumentReply:
    return DocumentReply.of(await _readable(app, caller, document_id))


@router.delete(
    "/documents/{document_id}", status_code=status.HTTP_204_NO_CONTENT, summary="Remove a document"
)
async def remove_document(document_id: DocumentPath, app: ServicesDep, caller: WriterDep) -> None:
    """Removes it for good, with what was made of it and its file."""
    scope = await app.authorizer.on(caller, Action.EDIT_DOCUMENTS, ResourceKind.DOCUMENT, document_id)
    await app.use.delete_document(scope, DocumentId(document_id))


@router.post(
    "/documents/{document_id}/retry",
    response_model=DocumentReply,
    status_code=status.HTTP_202_ACCEPTED,
    summary="Read a failed document again",
)
async def retry_document(document_id: DocumentPath, app: ServicesDep, caller: WriterDep) -> DocumentReply:
    scope = await app.authorizer.on(caller, Action.EDIT_DOCUMENTS, ResourceKind.DOCUMENT, document_id)
    return DocumentReply.of(await app.use.retry_document(scope, DocumentId(document_id)))


@router.get(
    "/documents/{document_id}/chunks", response_model=ChunksReply, summary="List a document's passages"
)
async def list_chunks(
    document_id: DocumentPath,
    app: ServicesDep,
    caller: ReaderDep,
    cursor: CursorQuery = None,
    limit: LimitQuery = 50,
) -> ChunksReply:
    request = PageRequest.parse(cursor, limit, fields=1)
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
    content = app.read.files.open(document.file_key)
    # Read before the response begins: a file that is gone can still be told as an error.
    first = await anext(content, b"")
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


async def _after(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for chunk in rest:
        yield chunk
