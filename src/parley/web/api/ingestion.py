"""Routes that bring documents in and decide what becomes of them: upload, replace, retry, cancel."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Annotated, Any, assert_never
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response, status
from pydantic import BaseModel, ConfigDict, Field, model_validator

from parley.core.ingestion.lifecycle import Chosen, IfExists, Outcome, Received
from parley.core.ingestion.receive import Upload
from parley.core.ingestion.service import BulkAction
from parley.core.kernel.errors import ParleyError
from parley.core.knowledge.access import MOST_PRINCIPALS
from parley.core.knowledge.model import CollectionId, DocumentId, DocumentState
from parley.core.workspaces.model import Action, ResourceKind, WorkspaceScope
from parley.web.api.collections import CollectionPath
from parley.web.api.documents import DocumentPath, DocumentReply
from parley.web.api.fields import Body
from parley.web.api.imports import (
    JSON_BODY,
    ImportReply,
    PageBody,
    SitemapBody,
    Terms,
    TextBody,
    json_body,
    take_page,
    take_sitemap,
    take_text,
)
from parley.web.deps import ReaderDep, Services, ServicesDep, WriterDep
from parley.web.errors import FieldProblem, Problem, problem_of, problem_response, request_id_of
from parley.web.uploads import FIELD, MAX_FILES, body_of, is_json, is_multipart, uploaded_files

router = APIRouter(tags=["documents"])

_MOST_IDS = 1_000

IfExistsQuery = Annotated[
    IfExists,
    Query(
        description="What becomes of a document that has the same name in the collection, but other content: "
        "it is replaced as soon as the new content has been read, or kept as it is."
    ),
]

RestrictedToQuery = Annotated[
    list[UUID] | None,
    Query(
        max_length=MOST_PRINCIPALS,
        description="Users and groups who may read new documents, beside yourself, in place of those that "
        "the collection names. Documents that are replaced keep their own access lists.",
    ),
]


class ReceivedReply(BaseModel):
    """What became of one file: its document, or why it was refused."""

    name: str
    outcome: Outcome | None = Field(
        description="`unchanged`: the document has this content already, or was to be kept. Null where the "
        "file was refused."
    )
    document: DocumentReply | None
    error: Problem | None


class UploadReply(BaseModel):
    items: list[ReceivedReply]
    sitemap_import: ImportReply | None = Field(
        None, description="Set where a sitemap is imported: its documents come in the background."
    )


class ActionBody(Body):
    """An action on many documents of a collection: those of `ids`, or those in a state."""

    model_config = ConfigDict(json_schema_extra={"example": {"action": "retry", "state": "failed"}})

    action: BulkAction
    ids: list[UUID] | None = Field(None, min_length=1, max_length=_MOST_IDS)
    state: DocumentState | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> "ActionBody":
        if (self.ids is None) == (self.state is None):
            raise ValueError("name the documents by ids or by a state, one of the two")
        return self


class ActionReply(BaseModel):
    model_config = ConfigDict(json_schema_extra={"example": {"changed": 120, "complete": True}})

    changed: int = Field(description="Documents that the action was for; the others are left as they are.")
    complete: bool = Field(description="False when time ran out: send the same again to go on.")


class ProgressReply(BaseModel):
    """How far the reading of a collection's documents is; of those that you may read."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "total": 1_000,
                "counts": {
                    "received": 240,
                    "reading": 2,
                    "embedding": 0,
                    "ready": 755,
                    "failed": 3,
                    "cancelled": 0,
                },
                "seconds_left": 31.5,
            }
        }
    )

    total: int
    counts: dict[DocumentState, int]
    seconds_left: float | None = Field(
        description="Until all that wait are read, at the pace of the last two minutes; null when none was "
        "read in them."
    )


class RereadReply(BaseModel):
    model_config = ConfigDict(json_schema_extra={"example": {"waiting": 10_000}})

    waiting: int = Field(description="Documents that wait to be read again.")


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
            },
            "application/json": JSON_BODY,
        },
    }
}
_CONTENT_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


@dataclass(frozen=True, slots=True)
class _Uploads:
    """Where files go, and on what terms."""

    scope: WorkspaceScope
    collection_id: CollectionId
    if_exists: IfExists
    restricted_to: frozenset[UUID] | None


Item = tuple[str, Received | ParleyError]
"""What was sent, by name, and what became of it."""


@router.post(
    "/collections/{collection_id}/documents",
    response_model=UploadReply,
    status_code=status.HTTP_202_ACCEPTED,
    max_body_size=MAX_FILES << 40,  # each file has a limit of its own
    responses={
        413: {"model": Problem, "description": "Every file was refused, the first for its size."},
        415: {"model": Problem, "description": "Every file was refused, the first for its type."},
        429: {"model": Problem, "description": "Every file was refused: the workspace is at a limit."},
    },
    openapi_extra=_UPLOAD_BODY,
    summary="Upload documents",
)
async def upload_documents(
    collection_id: CollectionPath,
    request: Request,
    app: ServicesDep,
    caller: WriterDep,
    if_exists: IfExistsQuery = IfExists.REPLACE,
    restricted_to: RestrictedToQuery = None,
) -> Response | UploadReply:
    """Takes many files at once; or, as JSON, a pasted text, the address of a page, or that of a sitemap.
    Each is read in the background; one bad file never stops the others.

    The same file again changes nothing; one of the same name with other content replaces the document.
    """
    scope = await app.authorizer.on(caller, Action.EDIT_DOCUMENTS, ResourceKind.COLLECTION, collection_id)
    principals = restricted_to and await app.use.access.documents.named(scope, restricted_to)
    uploads = _Uploads(scope, CollectionId(collection_id), if_exists, principals or None)
    if is_json(request):
        return await _from_json(request, app, uploads)
    items = [item async for item in _from_files(request, app, uploads)]
    return _reply(items, request, app)


async def _from_json(request: Request, app: Services, to: _Uploads) -> Response | UploadReply:
    body = await json_body(request)
    place, terms = (to.scope, to.collection_id), Terms(to.if_exists, to.restricted_to)
    match body:
        case SitemapBody():
            return UploadReply(items=[], sitemap_import=await take_sitemap(app, place, body, terms))
        case TextBody():
            received = await take_text(app, place, body, terms)
        case PageBody():
            received = await take_page(app, place, body, terms)
        case _:
            assert_never(body)
    return _reply([(received.document.name, received)], request, app)


async def _from_files(request: Request, app: Services, to: _Uploads) -> AsyncIterator[Item]:
    receive = app.use.documents.receive
    try:
        async with aclosing(uploaded_files(request, MAX_FILES * app.upload_limit_bytes)) as files:
            async for file in files:
                upload = Upload(file.name, file.media_type, file.content, restricted_to=to.restricted_to)
                try:
                    received = await receive(to.scope, to.collection_id, upload, if_exists=to.if_exists)
                except ParleyError as error:
                    yield file.name, error
                else:
                    yield received.document.name, received
    except ParleyError as error:
        # The body itself broke; what came whole before it stays, and the reply has to say so.
        yield "", error


def _reply(items: list[Item], request: Request, app: Services) -> Response | UploadReply:
    request_id, now = request_id_of(request), app.clock.now()
    refused = [(name, error) for name, error in items if isinstance(error, ParleyError)]
    if len(refused) == 1 == len(items):
        raise refused[0][1]
    if items and len(refused) == len(items):
        return problem_response(_all_refused(refused, request_id))
    replies = []
    for name, became in items:
        if isinstance(became, ParleyError):
            problem = problem_of(became, request_id)
            replies.append(ReceivedReply(name=name, outcome=None, document=None, error=problem))
        else:
            document = DocumentReply.of(became.document, now)
            replies.append(ReceivedReply(name=name, outcome=became.outcome, document=document, error=None))
    return UploadReply(items=replies)


def _all_refused(refused: list[tuple[str, ParleyError]], request_id: str) -> Problem:
    first = problem_of(refused[0][1], request_id)
    return first.model_copy(
        update={
            "detail": f"None of the {len(refused)} files was taken. {first.detail}",
            "errors": [
                FieldProblem(field=name, message=f"{error.detail} {error.hint}".strip())
                for name, error in refused
            ],
        }
    )


@router.put(
    "/documents/{document_id}/original",
    response_model=ReceivedReply,
    status_code=status.HTTP_202_ACCEPTED,
    max_body_size=1 << 40,  # the file has a limit of its own
    responses={413: {"model": Problem, "description": "The file is too large."}},
    openapi_extra=_CONTENT_BODY,
    summary="Replace a document's content",
)
async def replace_original(
    document_id: DocumentPath, request: Request, app: ServicesDep, caller: WriterDep
) -> ReceivedReply:
    """The body is the new file, of the kind that the document's name tells; the name stays. Searches find
    the old content until the new one has been read, and go on to if it cannot be."""
    scope = await app.authorizer.on(caller, Action.EDIT_DOCUMENTS, ResourceKind.DOCUMENT, document_id)
    received = await _replaced(request, app, scope, DocumentId(document_id))
    document = DocumentReply.of(received.document, app.clock.now())
    return ReceivedReply(name=document.name, outcome=received.outcome, document=document, error=None)


async def _replaced(
    request: Request, app: Services, scope: WorkspaceScope, document_id: DocumentId
) -> Received:
    replace = app.use.documents.receive.replace
    if not is_multipart(request):
        return await replace(scope, document_id, Upload("", "", body_of(request)))
    async with aclosing(uploaded_files(request, app.upload_limit_bytes + (1 << 20))) as files:
        file = await anext(files)
        return await replace(scope, document_id, Upload(file.name, file.media_type, file.content))


@router.post(
    "/documents/{document_id}/retry",
    response_model=DocumentReply,
    status_code=status.HTTP_202_ACCEPTED,
    summary="Read a failed or cancelled document again",
)
async def retry_document(document_id: DocumentPath, app: ServicesDep, caller: WriterDep) -> DocumentReply:
    scope = await app.authorizer.on(caller, Action.EDIT_DOCUMENTS, ResourceKind.DOCUMENT, document_id)
    document = await app.use.documents.change.retry(scope, DocumentId(document_id))
    return DocumentReply.of(document, app.clock.now())


@router.post(
    "/documents/{document_id}/cancel", response_model=DocumentReply, summary="Stop reading a document"
)
async def cancel_document(document_id: DocumentPath, app: ServicesDep, caller: WriterDep) -> DocumentReply:
    """It is `cancelled`, and can be retried. A replacement, also one that failed, is given up instead: the
    document is `ready` with the content that searches find."""
    scope = await app.authorizer.on(caller, Action.EDIT_DOCUMENTS, ResourceKind.DOCUMENT, document_id)
    document = await app.use.documents.change.cancel(scope, DocumentId(document_id))
    return DocumentReply.of(document, app.clock.now())


@router.post(
    "/collections/{collection_id}/documents/actions",
    response_model=ActionReply,
    summary="Retry, cancel or delete many documents",
)
async def act_on_documents(
    collection_id: CollectionPath, body: ActionBody, app: ServicesDep, caller: WriterDep
) -> ActionReply:
    scope = await app.authorizer.on(caller, Action.EDIT_DOCUMENTS, ResourceKind.COLLECTION, collection_id)
    ids = None if body.ids is None else tuple(map(DocumentId, body.ids))
    chosen = Chosen(ids, CollectionId(collection_id), body.state)
    result = await app.use.documents.change.all_of(scope, body.action, chosen)
    return ActionReply(changed=result.changed, complete=result.complete)


@router.get(
    "/collections/{collection_id}/progress", response_model=ProgressReply, summary="How far reading is"
)
async def collection_progress(
    collection_id: CollectionPath, app: ServicesDep, caller: ReaderDep
) -> ProgressReply:
    scope = await app.authorizer.on(caller, Action.READ_DOCUMENTS, ResourceKind.COLLECTION, collection_id)
    async with app.transactions.begin(scope) as tx:
        progress = await app.read.documents.progress(tx, CollectionId(collection_id))
    return ProgressReply(
        total=sum(progress.counts.values()),
        counts=dict(progress.counts),
        seconds_left=progress.seconds_left,
    )


@router.post(
    "/collections/{collection_id}/reread",
    response_model=RereadReply,
    status_code=status.HTTP_202_ACCEPTED,
    summary="Read all documents of a collection again",
)
async def reread_collection(
    collection_id: CollectionPath, app: ServicesDep, caller: WriterDep
) -> RereadReply:
    """Searches find each document as it was until it has been read again. While some are left of the last
    time, only those are read."""
    scope = await app.authorizer.on(caller, Action.EDIT_DOCUMENTS, ResourceKind.COLLECTION, collection_id)
    waiting = await app.use.documents.reread(scope, CollectionId(collection_id))
    return RereadReply(waiting=waiting)
