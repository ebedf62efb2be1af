"""The route of one citation: the passage as it was kept, and where it leads now."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from parley.core.chat.citing import FoundCitation, Place
from parley.core.conversations.model import CitationState, MessageId
from parley.web.api.documents import DocumentReply
from parley.web.api.messages import CitationReply
from parley.web.deps import CallerDep, ServicesDep

router = APIRouter(tags=["conversations"])


class PlaceReply(BaseModel):
    """Where the passage stands in its document now."""

    chunk: int = Field(description="For `GET /documents/{id}/chunks?around=`.")
    page: int | None = Field(description="For `GET /documents/{id}/pages/{page}`.")
    heading_path: list[str]
    char_start: int
    char_end: int

    @classmethod
    def of(cls, place: Place) -> "PlaceReply":
        return cls(
            chunk=place.chunk,
            page=place.page,
            heading_path=list(place.heading_path),
            char_start=place.char_start,
            char_end=place.char_end,
        )


class FoundCitationReply(BaseModel):
    citation: CitationReply = Field(description="As it was kept, unless it is `gone`.")
    state: CitationState = Field(
        description="`current`: the passage stands as it was quoted; `changed`: the document has other "
        "content now; `gone`: it was removed, or is not yours to read (any more)."
    )
    document: DocumentReply | None = Field(description="Null where the citation is gone.")
    place: PlaceReply | None = Field(description="Null too where the text no longer stands in the document.")

    @classmethod
    def of(cls, found: FoundCitation, now: datetime) -> "FoundCitationReply":
        return cls(
            citation=CitationReply.of(found.citation),
            state=found.citation.state,
            document=None if found.document is None else DocumentReply.of(found.document, now),
            place=None if found.place is None else PlaceReply.of(found.place),
        )


@router.get(
    "/messages/{message_id}/citations/{number}",
    response_model=FoundCitationReply,
    summary="Follow a citation",
)
async def get_citation(
    message_id: Annotated[UUID, Path(description="Id of the answer.")],
    number: Annotated[int, Path(ge=1, le=10_000, description="As the answer has it in square brackets.")],
    app: ServicesDep,
    caller: CallerDep,
) -> FoundCitationReply:
    """Of one of your own conversations: what was quoted, and where it stands now."""
    found = await app.use.conversations.read_citation.run(caller, MessageId(message_id), number)
    return FoundCitationReply.of(found, app.clock.now())
