"""What the database itself shows and refuses, whatever the code above it asks."""

from uuid import UUID, uuid4

import pytest
from asyncpg import InsufficientPrivilegeError
from sqlalchemy import text

from parley.adapters.database.connection import Database, execute, rows
from parley.adapters.database.tables import metadata
from parley.core.kernel.ids import UserId, WorkspaceId
from parley.core.kernel.transactions import Transaction
from tests.adapters.database.stored import ScopeOf, store

_TENANT_TABLES = sorted(
    table.name for table in metadata.tables.values() if table.name not in {"users", "sessions", "web_hosts"}
)
_DOCUMENT_TABLES = [
    "documents",
    "chunks",
    "chunk_terms",
    "chunk_vectors",
    "document_terms",
    "web_pages",
    "import_pages",
]
# Rows of documents with the same access list.
_LISTED_TABLES = ["term_blocks", "dead_postings", "corpus_sizes"]
# Those that requests do not read at all, and those they do not change.
_OUT_OF_SIGHT = {"reservations", "cached_answers", "embedding_spaces"}
_READ_ONLY = {
    "usage",
    "spending",
    "vector_mirrors",
    "vector_changes",
    "webhook_events",
    "webhook_deliveries",
    "import_pages",
}
_READABLE_TABLES = [name for name in _TENANT_TABLES if name not in _OUT_OF_SIGHT]


async def _count(tx: Transaction, table: str) -> int:
    found = await rows(tx, text(f"SELECT count(*) FROM {table}"))
    return int(found[0][0])


async def test_every_table_of_a_workspace_is_secured(database: Database) -> None:
    async with database.begin_platform() as tx:
        found = await rows(
            tx,
            text(
                """
                SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity AS forced, EXISTS (
                  SELECT FROM pg_policies p
                  WHERE p.tablename = c.relname AND 'parley_app' = ANY (p.roles)) AS has_policy
                FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'workspace_id'
                WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
                """
            ),
        )
    assert {each.relname for each in found} == set(_TENANT_TABLES) - {"workspaces"}
    assert [each.relname for each in found if not (each.forced and each.has_policy)] == []


async def test_without_a_workspace_nothing_shows(database: Database) -> None:
    await store(database)
    async with database.begin_identity() as tx:
        assert {table: await _count(tx, table) for table in _READABLE_TABLES} == dict.fromkeys(
            _READABLE_TABLES, 0
        )


async def test_a_workspace_shows_its_own_rows_alone(database: Database) -> None:
    ours = await store(database)
    await store(database)
    async with database.begin(ours.reader_scope) as tx:
        shown = {table: await _count(tx, table) for table in _READABLE_TABLES}
    twice = {*_DOCUMENT_TABLES, *_LISTED_TABLES}
    assert shown == {table: 2 if table in twice else 1 for table in _READABLE_TABLES}


async def test_requests_neither_read_nor_change_what_only_the_runner_keeps(database: Database) -> None:
    ours = await store(database)
    for table in sorted(_OUT_OF_SIGHT):
        with pytest.raises(InsufficientPrivilegeError, match="permission denied"):
            async with database.begin(ours.reader_scope) as tx:
                await _count(tx, table)
    for table in sorted(_READ_ONLY):
        with pytest.raises(InsufficientPrivilegeError, match="permission denied"):
            async with database.begin(ours.reader_scope) as tx:
                await execute(tx, text(f"DELETE FROM {table}"))


async def test_a_runner_in_one_workspace_sees_nothing_of_another(database: Database) -> None:
    await store(database)
    theirs = await store(database)
    for table in sorted(_OUT_OF_SIGHT | _READ_ONLY):
        async with database.begin_platform(theirs.workspace_id) as tx:
            assert await _count(tx, table) == (2 if table in _DOCUMENT_TABLES else 1), table


async def test_rows_of_another_workspace_cannot_be_written(database: Database) -> None:
    ours, theirs = await store(database), await store(database)
    for table in sorted(set(_READABLE_TABLES) - _READ_ONLY - {"audit_log"}):
        key = "id" if table == "workspaces" else "workspace_id"
        async with database.begin(theirs.reader_scope) as tx:
            touched = await execute(
                tx, text(f"UPDATE {table} SET {key} = {key} WHERE {key} = :ws"), {"ws": ours.workspace_id}
            )
        assert touched == 0, table
        with pytest.raises(InsufficientPrivilegeError, match="row-level security"):
            async with database.begin(theirs.reader_scope) as tx:
                await execute(tx, text(f"UPDATE {table} SET {key} = :ws"), {"ws": ours.workspace_id})


async def test_a_row_cannot_be_added_to_another_workspace(database: Database) -> None:
    ours, theirs = await store(database), await store(database)
    with pytest.raises(InsufficientPrivilegeError, match="row-level security"):
        async with database.begin(theirs.scope) as tx:
            await execute(
                tx,
                text("INSERT INTO collections VALUES (:id, :ws, 'Ours', '', now())"),
                {"id": uuid4(), "ws": ours.workspace_id},
            )


async def test_a_restricted_document_shows_to_its_principals_alone(database: Database) -> None:
    stored = await store(database)

    async def visible(scope: ScopeOf, table: str) -> set[UUID]:
        key = "id" if table == "documents" else "document_id"
        async with database.begin(scope) as tx:
            return {found[0] for found in await rows(tx, text(f"SELECT {key} FROM {table}"))}

    for table in _DOCUMENT_TABLES:
        assert await visible(stored.scope, table) == {stored.open_document}, table
        both = {stored.open_document, stored.closed_document}
        assert await visible(stored.reader_scope, table) == both, table
    for table in _LISTED_TABLES:
        async with database.begin(stored.scope) as tx:
            assert await _count(tx, table) == 1, table
        async with database.begin(stored.reader_scope) as tx:
            assert await _count(tx, table) == 2, table


async def test_a_conversation_shows_to_its_own_user_alone(database: Database) -> None:
    stored = await store(database)
    tables = [
        *("conversations", "messages", "turns", "turn_events", "conversation_summaries"),
        *("conversation_shares", "message_feedback", "message_index", "message_terms"),
        *("turn_rounds", "turn_steps"),
    ]
    async with database.begin(ScopeOf(stored.workspace_id, UserId(uuid4()))) as tx:
        assert {table: await _count(tx, table) for table in tables} == dict.fromkeys(tables, 0)


async def test_ones_own_groups_are_read_before_a_workspace_is_chosen_and_no_others(
    database: Database,
) -> None:
    ours, _ = await store(database), await store(database)
    async with database.begin_identity(ours.user_id) as tx:
        found = await rows(tx, text("SELECT workspace_id, user_id FROM group_members"))
        assert [tuple(each) for each in found] == [(ours.workspace_id, ours.user_id)]
        assert await execute(tx, text("DELETE FROM group_members")) == 0
        assert await _count(tx, "groups") == 0


async def test_signing_in_lists_ones_own_workspaces_but_cannot_change_them(database: Database) -> None:
    ours, theirs = await store(database), await store(database)
    async with database.begin_identity(ours.user_id) as tx:
        assert [found[0] for found in await rows(tx, text("SELECT id FROM workspaces"))] == [
            ours.workspace_id
        ]
        assert await execute(tx, text("UPDATE workspaces SET name = 'Mine'")) == 0
        assert await execute(tx, text("DELETE FROM memberships")) == 0
    with pytest.raises(InsufficientPrivilegeError, match="row-level security"):
        async with database.begin_identity(ours.user_id) as tx:
            await execute(
                tx,
                text("INSERT INTO memberships VALUES (:ws, :user, 'owner', now())"),
                {"ws": theirs.workspace_id, "user": ours.user_id},
            )


async def test_platform_work_on_one_workspace_sees_that_one(database: Database) -> None:
    ours, _ = await store(database), await store(database)
    async with database.begin_platform(ours.workspace_id) as tx:
        assert await _count(tx, "documents") == 2
    async with database.begin_platform(WorkspaceId(uuid4())) as tx:
        assert await _count(tx, "documents") == 0
    async with database.begin_platform() as tx:
        assert await _count(tx, "documents") == 4


@pytest.mark.parametrize("role", ["parley_app", "parley_platform"])
async def test_the_serving_roles_own_nothing_and_bypass_nothing(database: Database, role: str) -> None:
    async with database.begin_identity() as tx:
        powers = await rows(
            tx,
            text("SELECT rolsuper OR rolbypassrls OR rolcreaterole FROM pg_roles WHERE rolname = :role"),
            {"role": role},
        )
        owned = await rows(
            tx,
            text("SELECT relname FROM pg_class WHERE pg_get_userbyid(relowner) = :role"),
            {"role": role},
        )
        member_of = await rows(
            tx,
            text(
                "SELECT r.rolname FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.roleid"
                " JOIN pg_roles u ON u.oid = m.member WHERE u.rolname = :role"
            ),
            {"role": role},
        )
    assert ([found[0] for found in powers], owned, member_of) == ([False], [], [])


async def test_the_audit_record_can_only_grow(database: Database) -> None:
    stored = await store(database)
    with pytest.raises(InsufficientPrivilegeError, match="permission denied"):
        async with database.begin(stored.scope) as tx:
            await execute(tx, text("DELETE FROM audit_log"))


async def test_the_scope_of_one_transaction_does_not_reach_into_the_next(database: Database) -> None:
    stored = await store(database)
    for _ in range(8):  # more often than the pool has connections
        async with database.begin(stored.scope) as tx:
            assert await _count(tx, "bots") == 1
        async with database.begin_identity() as tx:
            assert await _count(tx, "bots") == 0
