"""Feedback on answers in PostgreSQL; row-level security shows each user their own."""

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from parley.adapters.database.connection import execute, row, rows
from parley.adapters.database.conversations import select_messages, to_message
from parley.adapters.database.cursors import as_uuid
from parley.adapters.database.statements import Record
from parley.adapters.database.tables import conversations, message_feedback, messages
from parley.core.conversations.feedback import Feedback, RatedAnswer, Rating, Reason
from parley.core.conversations.model import MessageId
from parley.core.kernel.paging import Page, PageRequest
from parley.core.kernel.transactions import Transaction

_COLUMNS = (
    message_feedback.c.id.label("feedback_id"),
    message_feedback.c.message_id,
    message_feedback.c.conversation_id.label("feedback_conversation_id"),
    message_feedback.c.user_id.label("feedback_user_id"),
    message_feedback.c.rating,
    message_feedback.c.reason,
    message_feedback.c.comment,
    message_feedback.c.updated_at,
)


class PostgresFeedback:
    """Implements `Feedbacks`."""

    async def put(self, tx: Transaction, feedback: Feedback) -> Feedback:
        said = {
            "rating": feedback.rating.value,
            "reason": None if feedback.reason is None else feedback.reason.value,
            "comment": feedback.comment,
            "updated_at": feedback.updated_at,
        }
        statement = (
            insert(message_feedback)
            .values(
                id=feedback.id,
                message_id=feedback.message_id,
                user_id=feedback.user_id,
                workspace_id=tx.workspace_id,
                conversation_id=feedback.conversation_id,
                **said,
            )
            .on_conflict_do_update(index_elements=["message_id", "user_id"], set_=said)
            .returning(*_COLUMNS)
        )
        found = await row(tx, statement)
        return feedback if found is None else _to_feedback(found)

    async def remove(self, tx: Transaction, message_id: MessageId) -> None:
        await execute(
            tx,
            delete(message_feedback).where(
                message_feedback.c.message_id == message_id,
                message_feedback.c.user_id == tx.user_id,
                message_feedback.c.workspace_id == tx.workspace_id,
            ),
        )

    async def own(self, tx: Transaction, messages: tuple[MessageId, ...]) -> dict[MessageId, Feedback]:
        statement = select(*_COLUMNS).where(
            message_feedback.c.workspace_id == tx.workspace_id,
            message_feedback.c.user_id == tx.user_id,
            message_feedback.c.message_id.in_(messages),
        )
        return {MessageId(each.message_id): _to_feedback(each) for each in await rows(tx, statement)}

    async def list(self, tx: Transaction, page: PageRequest, rating: Rating | None) -> Page[RatedAnswer]:
        questions = messages.alias("questions")
        statement = (
            select_messages.add_columns(*_COLUMNS, questions.c.text.label("question"), conversations.c.bot_id)
            .join(message_feedback, message_feedback.c.message_id == messages.c.id)
            .join(conversations, conversations.c.id == messages.c.conversation_id)
            .outerjoin(questions, questions.c.id == messages.c.parent_id)
            .where(message_feedback.c.workspace_id == tx.workspace_id)
            .order_by(message_feedback.c.id.desc())
            .limit(page.size + 1)
        )
        if rating is not None:
            statement = statement.where(message_feedback.c.rating == rating.value)
        if page.after is not None:
            statement = statement.where(message_feedback.c.id < as_uuid(page.after[0]))
        found = [
            RatedAnswer(_to_feedback(each), each.bot_id, each.question or "", to_message(each))
            for each in await rows(tx, statement)
        ]
        return Page.cut(found, page, lambda rated: (str(rated.feedback.id),))


def _to_feedback(found: Record) -> Feedback:
    return Feedback(
        id=found.feedback_id,
        message_id=found.message_id,
        conversation_id=found.feedback_conversation_id,
        user_id=found.feedback_user_id,
        rating=Rating(found.rating),
        reason=None if found.reason is None else Reason(found.reason),
        comment=found.comment,
        updated_at=found.updated_at,
    )
