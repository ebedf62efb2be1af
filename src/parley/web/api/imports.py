"""What is taken in as JSON: pasted text, a page of the web, a sitemap; and the imports of sitemaps."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Request, status
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from parley.core.ingestion.formats import format_of
from parley.core.ingestion.imports import (
    DEFAULT_PAGES,
    MAX_HOSTS,
    MAX_PAGES,
    ImportId,
    ImportState,
    SitemapImport,
    Wanted,
)
from parley.core.ingestion.lifecycle import IfExists, Outcome, Received
from parley.core.ingestion.model import UnreadableDocument
from parley.core.ingestion.receive import Upload
from parley.core.ingestion.web_pages import MAX_URL_CHARS
from parley.core.kernel.errors import InvalidInput, NotFound
from parley.core.kernel.paging import PageRequest
from parley.core.knowledge.model import CollectionId, DocumentId, DocumentState
from parley.core.workspaces.model import Action, ResourceKind, WorkspaceScope
from parley.web.api.collections import CollectionPath
from parley.web.api.documents import DocumentPath, DocumentReply, FailureReply
from parley.web.api.fields import EXAMPLE_ID, Body, Name, PageReply, WithoutNul
from parley.web.deps import CursorQuery, LimitQuery, ReaderDep, Services, ServicesDep, WriterDep
from parley.web.uploads import UploadTooLarge, body_of

router = APIRouter(tags=["imports"])

MOST_JSON_BYTES = 10 << 20

ImportPath = Annotated[UUID, Path(description="Id of the import.")]
Address = Annotated[str, Field(min_length=1, max_length=MAX_URL_CHARS), WithoutNul]


class TextBody(Body):
    """Text that somebody has pasted."""

    model_config = ConfigDict(json_schema_extra={"example": {"name": "Opening hours", "text": "Mon to Fri…"}})

    text: str = Field(min_length=1)
    name: Name = Field(description="Of the document; with `.md` at its end the text is read as Markdown.")


class PageBody(Body):
    """One page of the web; a PDF or another document at an address too."""

    model_config = ConfigDict(json_schema_extra={"example": {"url": "https://docs.example.org/warranty"}})

    url: Address


class SitemapBody(Body):
    """Every page that a sitemap lists."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"sitemap": "https://docs.example.org/sitemap.xml", "limit": 200}}
    )

    sitemap: Address = Field(description="Of a sitemap, an index of sitemaps, or a text of addresses.")
    limit: int = Field(DEFAULT_PAGES, ge=1, le=MAX_PAGES, description="Most pages that are taken.")
    hosts: list[str] = Field(
        [], max_length=MAX_HOSTS, description="Hosts whose pages are taken too, beside the sitemap's own."
    )


ImportBody = TextBody | PageBody | SitemapBody
_BODIES: dict[str, TypeAdapter[Any]] = {
    "text": TypeAdapter(TextBody),
    "url": TypeAdapter(PageBody),
    "sitemap": TypeAdapter(SitemapBody),
}
_OBJECT: TypeAdapter[dict[str, Any]] = TypeAdapter(dict[str, Any])
JSON_BODY: dict[str, Any] = {
    "schema": {"oneOf": [each.json_schema() for each in _BODIES.values()]},
    "examples": {kind: {"value": each.json_schema()["example"]} for kind, each in _BODIES.items()},
}
"""For the OpenAPI document: what may be sent in place of files."""


async def json_body(request: Request) -> ImportBody:
    """Raises InvalidInput, RequestValidationError and UploadTooLarge."""
    data = bytearray()
    async for part in body_of(request):
        data += part
        if len(data) > MOST_JSON_BYTES:
            raise UploadTooLarge(
                f"The body is larger than {MOST_JSON_BYTES >> 20} MiB.",
                hint="Save the text as a file and upload that.",
            )
    try:
        given = _OBJECT.validate_json(bytes(data))
        kinds = [kind for kind in _BODIES if kind in given]
        if len(kinds) != 1:
            raise InvalidInput(
                "The body needs one of text (with name), url and sitemap.",
                hint='Send, say, {"url": "https://example.org/page"}; files go as multipart/form-data.',
            )
        body: ImportBody = _BODIES[kinds[0]].validate_python(given)
    except ValidationError as error:
        problems = error.errors(include_url=False, include_context=False, include_input=False)
        raise RequestValidationError([{**each, "loc": ("body", *each["loc"])} for each in problems]) from None
    return body


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms documents are taken in."""

    if_exists: IfExists
    restricted_to: frozenset[UUID] | None


Place = tuple[WorkspaceScope, CollectionId]


async def take_text(app: Services, to: Place, body: TextBody, terms: Terms) -> Received:
    """Pasted text becomes a document like any file."""

    async def content() -> AsyncIterator[bytes]:
        yield body.text.encode()

    upload = Upload(_text_name(body.name), "text/plain", content(), restricted_to=terms.restricted_to)
    return await app.use.documents.receive(*to, upload, if_exists=terms.if_exists)


async def take_page(app: Services, to: Place, body: PageBody, terms: Terms) -> Received:
    """The document is there at once, and its page is fetched in the background."""
    return await app.use.imports.page(
        *to, body.url, if_exists=terms.if_exists, restricted_to=terms.restricted_to
    )


def _text_name(name: str) -> str:
    """With an extension that a text can have: `v1.2` would else be a file of an unknown kind."""
    try:
        kind = format_of(name, "text/plain").media_type
    except UnreadableDocument:
        kind = ""
    return name if kind.startswith("text/") or kind == "application/json" else f"{name}.txt"


class SkippedReply(BaseModel):
    """An address that no document was made of."""

    url: str
    code: str = Field(examples=["robots_forbidden"])
    detail: str


class ImportReply(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": EXAMPLE_ID,
                "collection_id": EXAMPLE_ID,
                "url": "https://docs.example.org/sitemap.xml",
                "limit": 200,
                "hosts": ["docs.example.org"],
                "state": "reading",
                "found": 120,
                "created": 118,
                "unchanged": 2,
                "replacing": 0,
                "skipped": 1,
                "documents": {"received": 40, "ready": 79, "failed": 1},
                "problems": [
                    {
                        "url": "https://docs.example.org/private",
                        "code": "robots_forbidden",
                        "detail": "The robots.txt of docs.example.org forbids fetching this page.",
                    }
                ],
                "error": None,
                "created_at": "2026-01-31T12:00:00Z",
                "finished_at": None,
            }
        }
    )

    id: UUID
    collection_id: UUID
    url: str
    limit: int
    hosts: list[str]
    state: ImportState = Field(
        description="`running`: addresses are collected; `reading`: the documents are there, and some wait."
    )
    found: int = Field(description="Addresses that a document stands for.")
    created: int
    unchanged: int
    replacing: int = Field(description="Documents that were there and whose page has changed.")
    skipped: int = Field(description="Addresses that were not taken.")
    documents: dict[DocumentState, int] = Field(description="How many of them are in which state.")
    problems: list[SkippedReply] = Field(description="The first of those that were skipped.")
    error: FailureReply | None = Field(description="Why it could not go on.")
    created_at: datetime
    finished_at: datetime | None

    @classmethod
    def of(cls, found: SitemapImport) -> "ImportReply":
        failure, outcomes = found.failure, found.counts.outcomes
        return cls(
            id=found.id,
            collection_id=found.collection_id,
            url=found.url,
            limit=found.most_pages,
            hosts=list(found.hosts),
            state=found.state,
            found=found.found,
            created=outcomes.get(Outcome.CREATED, 0),
            unchanged=outcomes.get(Outcome.UNCHANGED, 0),
            replacing=outcomes.get(Outcome.REPLACING, 0),
            skipped=found.skipped,
            documents=found.counts.states,
            problems=[
                SkippedReply(url=each.url, code=each.code, detail=each.detail) for each in found.problems
            ],
            error=None
            if failure is None
            else FailureReply(code=failure.code, detail=failure.detail, hint=failure.hint),
            created_at=found.created_at,
            finished_at=found.finished_at,
        )


class ImportsReply(PageReply[ImportReply]):
    """Newest first."""


async def take_sitemap(app: Services, to: Place, body: SitemapBody, terms: Terms) -> ImportReply:
    wanted = Wanted(body.sitemap, body.limit, tuple(body.hosts), terms.if_exists, terms.restricted_to)
    return ImportReply.of(await app.use.imports.sitemap(*to, wanted))


@router.get(
    "/collections/{collection_id}/imports", response_model=ImportsReply, summary="List imports of sitemaps"
)
async def list_imports(
    collection_id: CollectionPath,
    app: ServicesDep,
    caller: ReaderDep,
    cursor: CursorQuery = None,
    limit: LimitQuery = 50,
) -> ImportsReply:
    request = PageRequest.parse(cursor, limit, fields=1)
    scope = await app.authorizer.on(caller, Action.READ_DOCUMENTS, ResourceKind.COLLECTION, collection_id)
    async with app.transactions.begin(scope) as tx:
        page = await app.use.imports.of_collection.list(tx, CollectionId(collection_id), request)
    return ImportsReply(items=[ImportReply.of(each) for each in page.items], next_cursor=page.next_cursor)


@router.get("/imports/{import_id}", response_model=ImportReply, summary="Read how far an import is")
async def get_import(import_id: ImportPath, app: ServicesDep, caller: ReaderDep) -> ImportReply:
    scope = await app.authorizer.on(caller, Action.READ_DOCUMENTS, ResourceKind.IMPORT, import_id)
    async with app.transactions.begin(scope) as tx:
        found = await app.use.imports.of_collection.get(tx, ImportId(import_id))
    if found is None:
        raise NotFound("import", import_id)
    return ImportReply.of(found)


@router.post("/imports/{import_id}/cancel", response_model=ImportReply, summary="Cancel an import")
async def cancel_import(import_id: ImportPath, app: ServicesDep, caller: WriterDep) -> ImportReply:
    """No more pages are taken, and documents that wait are `cancelled`; what was read stays."""
    scope = await app.authorizer.on(caller, Action.EDIT_DOCUMENTS, ResourceKind.IMPORT, import_id)
    return ImportReply.of(await app.use.imports.sitemap.cancel(scope, ImportId(import_id)))


@router.post(
    "/documents/{document_id}/refresh",
    response_model=DocumentReply,
    status_code=status.HTTP_202_ACCEPTED,
    summary="Import a page again",
)
async def refresh_document(document_id: DocumentPath, app: ServicesDep, caller: WriterDep) -> DocumentReply:
    """Looks at the page that the document was imported from; nothing changes unless the page has."""
    scope = await app.authorizer.on(caller, Action.EDIT_DOCUMENTS, ResourceKind.DOCUMENT, document_id)
    document = await app.use.imports.page.refresh(scope, DocumentId(document_id))
    return DocumentReply.of(document, app.clock.now())
