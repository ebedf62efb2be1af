"""Routes of a document's pages: their size, where a passage stands on them, and their pictures."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Path, Query, Response, status
from pydantic import BaseModel, ConfigDict, Field

from parley.core.ingestion.model import Rectangle
from parley.core.ingestion.pages import LEAST_WIDTH, MOST_WIDTH
from parley.core.knowledge.model import Document, DocumentId
from parley.web.api.documents import DocumentPath
from parley.web.api.fields import EXAMPLE_ID
from parley.web.deps import ReaderDep, ServicesDep
from parley.web.errors import Problem

router = APIRouter(tags=["documents"])

PagePath = Annotated[int, Path(ge=1, le=1_000_000, description="Number of the page, from 1.")]
CharQuery = Annotated[int | None, Query(ge=0, le=2**31 - 1)]


class RectangleReply(BaseModel):
    """In points of the page, from its upper left corner."""

    left: float
    top: float
    width: float
    height: float

    @classmethod
    def of(cls, rectangle: Rectangle) -> "RectangleReply":
        return cls(left=rectangle.left, top=rectangle.top, width=rectangle.width, height=rectangle.height)


class PageLayoutReply(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "document_id": EXAMPLE_ID,
                "page": 3,
                "page_count": 12,
                "width": 595.0,
                "height": 842.0,
                "rectangles": [{"left": 72.0, "top": 96.5, "width": 451.0, "height": 12.0}],
            }
        }
    )

    document_id: UUID
    page: int
    page_count: int
    width: float = Field(description="In points, 1/72 inch, as the page is shown.")
    height: float
    rectangles: list[RectangleReply] = Field(
        description="The lines of the text from `char_start` to `char_end` that stand on this page; empty "
        "where none was asked for, or it is not found."
    )


_REFUSALS: dict[int | str, dict[str, object]] = {
    status.HTTP_415_UNSUPPORTED_MEDIA_TYPE: {
        "model": Problem,
        "description": "It is no PDF, or the page cannot be drawn.",
    },
    status.HTTP_429_TOO_MANY_REQUESTS: {"model": Problem, "description": "Too many pages at once."},
}


@router.get(
    "/documents/{document_id}/pages/{page}",
    response_model=PageLayoutReply,
    responses=_REFUSALS,
    summary="Measure a page and find a passage on it",
)
async def get_page(
    document_id: DocumentPath,
    page: PagePath,
    app: ServicesDep,
    caller: ReaderDep,
    char_start: CharQuery = None,
    char_end: CharQuery = None,
) -> PageLayoutReply:
    """Of a PDF. The range is of the document's text, as citations and passages have it."""
    scope, document = await app.use.pages.find(caller, DocumentId(document_id), page)
    span = None if char_start is None or char_end is None else (char_start, char_end)
    layout = await app.use.pages.layout(scope, document, page, span)
    return PageLayoutReply(
        document_id=document_id,
        page=page,
        page_count=document.page_count or page,
        width=layout.width,
        height=layout.height,
        rectangles=[RectangleReply.of(each) for each in layout.rectangles],
    )


@router.get(
    "/documents/{document_id}/pages/{page}/image",
    response_class=Response,
    responses={
        status.HTTP_200_OK: {
            "description": "The page.",
            "content": {"image/png": {"schema": {"type": "string", "format": "binary"}}},
        },
        status.HTTP_304_NOT_MODIFIED: {"description": "The picture of this `If-None-Match` is still right."},
        **_REFUSALS,
    },
    summary="Draw a page",
)
async def get_page_image(
    document_id: DocumentPath,
    page: PagePath,
    app: ServicesDep,
    caller: ReaderDep,
    width: Annotated[
        int, Query(ge=LEAST_WIDTH, le=MOST_WIDTH, description="In pixels; less where it would be too high.")
    ] = 1_000,
    if_none_match: Annotated[str | None, Header(max_length=1_000)] = None,
) -> Response:
    """As PNG. Keep it with its ETag and ask again with `If-None-Match`: it is drawn only when it changed."""
    scope, document = await app.use.pages.find(caller, DocumentId(document_id), page)
    headers = {"ETag": _etag(document, page, width), "Cache-Control": "private, no-cache"}
    if if_none_match is not None and headers["ETag"] in if_none_match:
        return Response(status_code=status.HTTP_304_NOT_MODIFIED, headers=headers)
    png = await app.use.pages.picture(scope, document, page, width)
    return Response(png, media_type="image/png", headers=headers)


def _etag(document: Document, page: int, width: int) -> str:
    """Of the content: a document read anew keeps its pictures."""
    return f'"{document.sha256[:32]}-{page}-{width}"'
