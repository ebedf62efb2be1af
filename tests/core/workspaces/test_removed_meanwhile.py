"""Things that someone else removes between the decision that one may change them and the change."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from parley.adapters.database.audit import PostgresAuditLog
from parley.adapters.database.bots import PostgresBots
from parley.adapters.database.collections import PostgresCollections
from parley.adapters.database.connection import Database, execute, rows
from parley.adapters.database.conversations import PostgresConversations, PostgresMessages
from parley.adapters.database.identity import PostgresUsers
from parley.adapters.database.workspaces import PostgresMemberships, PostgresWorkspaces
from parley.core.bots.model import BotId
from parley.core.bots.service import BotChange, BotRecords, BotService
from parley.core.conversations.model import ConversationChange, ConversationId
from parley.core.conversations.service import ConversationService
from parley.core.identity.model import Caller
from parley.core.kernel.clock import SystemClock
from parley.core.kernel.errors import NotFound
from parley.core.kernel.ids import UserId, WorkspaceId
from parley.core.kernel.transactions import Transaction
from parley.core.knowledge.model import CollectionId
from parley.core.knowledge.service import CollectionService
from parley.core.workspaces.authorize import Authorizer
from parley.core.workspaces.model import Action, ResourceKind, WorkspaceScope
from parley.core.workspaces.service import WorkspaceRecords, WorkspaceService
from parley.testing.tools import EmptyToolbox
from tests.adapters.database.stored import Stored, store


class SlowAuthorizer(Authorizer):
    """Decides, and comes back when everything in the workspace has been removed by someone else."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, PostgresMemberships())
        self._database = database

    async def on(
        self, caller: Caller, action: Action, kind: ResourceKind, resource_id: UUID
    ) -> WorkspaceScope:
        scope = await super().on(caller, action, kind, resource_id)
        async with self._database.begin_platform(scope.workspace_id) as tx:
            for table in ("bots", "collections", "conversations"):
                await execute(tx, text(f"DELETE FROM {table}"))
        return scope


async def _only(database: Database, table: str) -> UUID:
    async with database.begin_platform() as tx:
        [found] = await rows(tx, text(f"SELECT id FROM {table}"))
    the_id: UUID = found.id
    return the_id


def _bots(database: Database) -> BotService:
    authorizer, collections = SlowAuthorizer(database), PostgresCollections()
    records = BotRecords(PostgresBots(), collections, PostgresAuditLog())
    return BotService(database, authorizer, records, EmptyToolbox(), SystemClock())


@pytest.fixture
async def stored(database: Database) -> Stored:
    return await store(database)


async def test_a_bot_that_is_gone_is_not_changed(database: Database, stored: Stored) -> None:
    bot = BotId(await _only(database, "bots"))
    bots = _bots(database)
    with pytest.raises(NotFound, match=str(bot)):
        await bots.change(Caller(stored.user_id), bot, BotChange(name="New"))


async def test_a_bot_that_is_gone_is_not_removed_again(database: Database, stored: Stored) -> None:
    bot = BotId(await _only(database, "bots"))
    bots = _bots(database)
    with pytest.raises(NotFound, match=str(bot)):
        await bots.remove(Caller(stored.user_id), bot)


async def test_a_collection_that_is_gone_is_not_changed(database: Database, stored: Stored) -> None:
    collections = CollectionService(
        database, SlowAuthorizer(database), PostgresCollections(), PostgresAuditLog(), SystemClock()
    )
    with pytest.raises(NotFound, match=str(stored.collection_id)):
        await collections.change(Caller(stored.user_id), CollectionId(stored.collection_id), name="New")


async def test_a_conversation_that_is_gone_is_not_renamed(database: Database, stored: Stored) -> None:
    conversation = ConversationId(await _only(database, "conversations"))
    conversations = ConversationService(
        database, SlowAuthorizer(database), PostgresConversations(), PostgresMessages(), SystemClock()
    )
    with pytest.raises(NotFound, match=str(conversation)):
        await conversations.change(Caller(stored.user_id), conversation, ConversationChange(title="New"))


async def test_an_account_that_is_gone_founds_no_workspace(database: Database, stored: Stored) -> None:
    async def nothing(tx: Transaction, workspace_id: WorkspaceId) -> None: ...

    records = WorkspaceRecords(
        PostgresWorkspaces(), PostgresMemberships(), PostgresUsers(), PostgresAuditLog()
    )
    authorizer = Authorizer(database, PostgresMemberships())
    workspaces = WorkspaceService(database, authorizer, records, SystemClock(), nothing)
    with pytest.raises(NotFound):
        await workspaces.create(Caller(UserId(uuid4())), "Castle in the air")
    assert await _only(database, "workspaces") == stored.workspace_id
