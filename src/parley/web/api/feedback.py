"""Routes of feedback: readers say what they think of answers, and who cares for the bots reads it."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, status
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from parley.core.chat.citing import for_others
from parley.core.conversations.feedback import MAX_COMMENT_CHARS, Opinion, RatedAnswer, Rating, Reason
from parley.core.conversations.model import MessageId
from parley.core.kernel.ids import WorkspaceId
from parley.core.kernel.paging import PageRequest
from parley.core.workspaces.model import LEAST_ROLE, Action, ResourceKind
from parley.web.api.fields import EXAMPLE_ID, Body, PageReply, WithoutNul
from parley.web.api.messages import FeedbackReply
from parley.web.api.workspaces import WorkspacePath
from parley.web.deps import CallerDep, CursorQuery, LimitQuery, ServicesDep

router = APIRouter(tags=["feedback"])

MessagePath = Annotated[UUID, Path(description="Id of the answer.")]


class FeedbackBody(Body):
    model_config = ConfigDict(
        json_schema_extra={
            "example": {"rating": "down", "reason": "wrong", "comment": "The warranty is 36 months."}
        }
    )

    rating: Rating
    reason: Reason | None = None
    comment: Annotated[str, StringConstraints(max_length=MAX_COMMENT_CHARS), WithoutNul] = ""


class ExchangeReply(BaseModel):
    """The question and the answer that feedback is about."""

    question: str
    answer: str


class RatedAnswerReply(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "message_id": EXAMPLE_ID,
                "turn_id": EXAMPLE_ID,
                "bot_id": EXAMPLE_ID,
                "user_id": EXAMPLE_ID,
                "rating": "down",
                "reason": "wrong",
                "comment": "The warranty is 36 months.",
                "updated_at": "2026-01-31T12:05:00Z",
                "exchange": {"question": "How long is the warranty?", "answer": "24 months [1]."},
            }
        }
    )

    message_id: UUID
    turn_id: UUID | None
    bot_id: UUID | None
    user_id: UUID
    rating: Rating
    reason: Reason | None
    comment: str
    updated_at: datetime
    exchange: ExchangeReply | None = Field(description="Null unless your role is admin or owner.")

    @classmethod
    def of(cls, rated: RatedAnswer, *, with_exchange: bool) -> "RatedAnswerReply":
        feedback = rated.feedback
        exchange = ExchangeReply(question=rated.question, answer=rated.answer.text) if with_exchange else None
        return cls(
            message_id=feedback.message_id,
            turn_id=rated.answer.turn_id,
            bot_id=rated.bot_id,
            user_id=feedback.user_id,
            rating=feedback.rating,
            reason=feedback.reason,
            comment=feedback.comment,
            updated_at=feedback.updated_at,
            exchange=exchange,
        )


class RatedAnswersReply(PageReply[RatedAnswerReply]):
    """Latest first."""


@router.put("/messages/{message_id}/feedback", response_model=FeedbackReply, summary="Rate an answer")
async def put_feedback(
    message_id: MessagePath, body: FeedbackBody, app: ServicesDep, caller: CallerDep
) -> FeedbackReply:
    """Rates an answer of one of your own conversations, in place of what you said of it before.

    By this you share it: editors of the workspace see the rating, reason and comment; admins and owners
    see the question and the answer too. Removing the feedback ends that.
    """
    scope = await app.authorizer.on(caller, Action.CHAT, ResourceKind.MESSAGE, message_id)
    opinion = Opinion(body.rating, body.reason, body.comment.strip())
    return FeedbackReply.of(await app.use.conversations.feedback.put(scope, MessageId(message_id), opinion))


@router.delete(
    "/messages/{message_id}/feedback", status_code=status.HTTP_204_NO_CONTENT, summary="Take a rating back"
)
async def remove_feedback(message_id: MessagePath, app: ServicesDep, caller: CallerDep) -> None:
    scope = await app.authorizer.on(caller, Action.CHAT, ResourceKind.MESSAGE, message_id)
    await app.use.conversations.feedback.remove(scope, MessageId(message_id))


@router.get("/workspaces/{workspace_id}/feedback", response_model=RatedAnswersReply, summary="List feedback")
async def list_feedback(
    workspace_id: WorkspacePath,
    app: ServicesDep,
    caller: CallerDep,
    cursor: CursorQuery = None,
    limit: LimitQuery = 50,
    rating: Annotated[Rating | None, Query(description="Only these.")] = None,
) -> RatedAnswersReply:
    """What readers said of answers. Editors see the feedback; admins and owners the exchanges too, save for
    answers that draw on a document which they may not read."""
    request = PageRequest.parse(cursor, limit, fields=1)
    scope = await app.authorizer.in_workspace(caller, Action.READ_FEEDBACK, WorkspaceId(workspace_id))
    with_exchange = scope.role.rank >= LEAST_ROLE[Action.READ_FEEDBACK_EXCHANGES].rank
    # As the platform: the answers are in the conversations of others.
    async with app.transactions.begin_platform(scope.workspace_id) as tx:
        page = await app.read.feedback.list(tx, request, rating)
        answers = [rated.answer for rated in page.items]
        drawn_on = await app.read.cited.behind(tx, [answer.id for answer in answers])
    async with app.transactions.begin(scope) as tx:
        shown = await for_others(tx, app.read.cited, answers, drawn_on)
    return RatedAnswersReply(
        items=[
            RatedAnswerReply.of(replace(rated, answer=answer), with_exchange=with_exchange)
            for rated, answer in zip(page.items, shown, strict=True)
        ],
        next_cursor=page.next_cursor,
    )
