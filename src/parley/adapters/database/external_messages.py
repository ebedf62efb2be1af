"""Messages of the people for whom a program has conversations, in PostgreSQL."""

from uuid import UUID

from parley.adapters.database.connection import rows
from parley.adapters.database.conversations import select_messages, to_message
from parley.adapters.database.cursors import as_uuid
from parley.adapters.database.tables import conversations, messages
from parley.core.conversations.model import Message
from parley.core.kernel.paging import Page, PageRequest
from parley.core.kernel.transactions import Transaction


class PostgresExternalMessages:
    """Implements `ExternalMessages`."""

    async def list(
        self, tx: Transaction, external_user: str, bots: frozenset[UUID] | None, page: PageRequest
    ) -> Page[Message]:
        statement = (
            select_messages.join(conversations, conversations.c.id == messages.c.conversation_id)
            .where(
                conversations.c.workspace_id == tx.workspace_id,
                conversations.c.user_id == tx.user_id,
                conversations.c.external_user == external_user,
            )
            .order_by(messages.c.id.desc())
            .limit(page.size + 1)
        )
        if bots is not None:
            statement = statement.where(conversations.c.bot_id.in_(bots))
        if page.after is not None:
            statement = statement.where(messages.c.id < as_uuid(page.after[0]))
        found = [to_message(each) for each in await rows(tx, statement)]
        return Page.cut(found, page, lambda message: (str(message.id),))
