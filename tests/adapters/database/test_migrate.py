"""Migrations: run once, by one, keeping what is there, and refused where they cannot be right."""

import asyncio
import sys
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from parley.adapters.database import migrations
from parley.adapters.database.connection import asyncpg_url
from parley.adapters.database.migrate import SchemaTooNew, head_revision, migrate, revision_of
from parley.adapters.database.tables import metadata
from parley.adapters.postgres import PostgresAddress

_MIGRATE = (
    "import asyncio, sys; from parley.adapters.database.migrate import migrate;"
    "print(*asyncio.run(migrate(sys.argv[1])))"
)


async def _query(url: str, statement: str, **values: object) -> list[tuple[object, ...]]:
    engine = create_async_engine(asyncpg_url(url), poolclass=NullPool)
    try:
        async with engine.begin() as connection:
            result = await connection.execute(text(statement), values)
            return [tuple(found) for found in result] if result.returns_rows else []
    finally:
        await engine.dispose()


async def _migrate_to(url: str, revision: str) -> None:
    def upgrade(connection: Connection) -> None:
        config = Config()
        config.set_main_option("script_location", str(Path(migrations.__file__).parent))
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        connection.commit()

    engine = create_async_engine(asyncpg_url(url), poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            await connection.run_sync(upgrade)
    finally:
        await engine.dispose()


async def _conversation_of_before(url: str) -> UUID:
    """A conversation, stored as the first version did."""
    ids = {"ws": uuid4(), "user": uuid4(), "conversation": uuid4()}
    for statement in (
        "INSERT INTO workspaces VALUES (:ws, 'W', now())",
        "INSERT INTO users VALUES (:user, 'u@example.org', DEFAULT, 'U', 'h', now())",
        "INSERT INTO conversations VALUES (:conversation, :ws, :user, NULL, 'Mine', now(), now())",
    ):
        used = {name: value for name, value in ids.items() if f":{name}" in statement}
        await _query(url, statement, **used)
    return ids["conversation"]


async def _revision(url: str) -> str | None:
    engine = create_async_engine(asyncpg_url(url), poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            return await revision_of(connection)
    finally:
        await engine.dispose()


def _owner(address: PostgresAddress) -> str:
    return address.url(address.superuser)


async def test_the_tables_of_the_code_are_those_of_the_migrations(owner_url: str) -> None:
    found = await _query(
        owner_url,
        """
        SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), NOT a.attnotnull,
          COALESCE(a.attnum = ANY (k.conkey), false)
        FROM pg_class c
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        LEFT JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype = 'p'
        WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
          AND c.relname <> 'alembic_version' AND c.relname NOT LIKE 'pgqueuer%'
        """,
    )
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    declared = {
        (table.name, column.name, column.type.compile(dialect).lower(), column.nullable, column.primary_key)
        for table in metadata.tables.values()
        for column in table.columns
    }
    assert set(found) == declared


async def test_a_second_migration_changes_nothing(empty_database: PostgresAddress) -> None:
    url = _owner(empty_database)
    assert await _revision(url) is None
    assert await migrate(url) == (None, head_revision())
    assert await migrate(url) == (head_revision(), head_revision())
    assert await _revision(url) == head_revision()


async def test_replicas_that_start_together_migrate_once(empty_database: PostgresAddress) -> None:
    async def replica() -> str:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", _MIGRATE, _owner(empty_database), stdout=asyncio.subprocess.PIPE
        )
        told, _ = await asyncio.wait_for(process.communicate(), 60)
        assert process.returncode == 0
        return told.decode().strip()

    head = head_revision()
    assert sorted(await asyncio.gather(replica(), replica())) == sorted([f"None {head}", f"{head} {head}"])


async def test_what_is_stored_survives_a_migration(owner_url: str) -> None:
    workspace = uuid4()
    await _query(owner_url, "INSERT INTO workspaces VALUES (:id, 'Kept', now())", id=workspace)
    await migrate(owner_url)
    assert await _query(owner_url, "SELECT name FROM workspaces WHERE id = :id", id=workspace) == [("Kept",)]


async def test_conversations_from_before_are_no_programs(empty_database: PostgresAddress) -> None:
    url = _owner(empty_database)
    await _migrate_to(url, "0003")
    await _conversation_of_before(url)
    await migrate(url)
    found = await _query(url, "SELECT title, source, external_user FROM conversations")
    assert found == [("Mine", None, None)]


async def test_conversations_from_before_keep_their_titles_and_wait_to_be_indexed(
    empty_database: PostgresAddress,
) -> None:
    url = _owner(empty_database)
    await _migrate_to(url, "0002")
    conversation = await _conversation_of_before(url)
    await migrate(url)
    found = await _query(url, "SELECT title, title_source, active_message_id FROM conversations")
    assert found == [("Mine", "user", None)]
    backlog = "SELECT id FROM conversations WHERE indexed_as_of IS DISTINCT FROM updated_at"
    assert await _query(url, backlog) == [(conversation,)]
    allowed = await _query(url, "SELECT public_sharing, public_passages FROM workspaces")
    assert allowed == [(False, False)]


async def test_documents_from_before_are_counted_and_their_postings_kept(
    empty_database: PostgresAddress,
) -> None:
    url = _owner(empty_database)
    await _migrate_to(url, "0010")
    ids = {"ws": uuid4(), "collection": uuid4(), "document": uuid4(), "reader": uuid4()}
    for statement in (
        "INSERT INTO workspaces (id, name, created_at) VALUES (:ws, 'W', now())",
        "INSERT INTO collections (id, workspace_id, name, description, created_at)"
        " VALUES (:collection, :ws, 'C', '', now())",
        "INSERT INTO documents (id, workspace_id, collection_id, name, media_type, size_bytes, sha256,"
        " file_key, state, progress, chunk_count, term_count, principals, created_by, created_at, updated_at)"
        " VALUES (:document, :ws, :collection, 'D', 't', 1, '', 'k', 'ready', 1, 3, 12,"
        " ARRAY[CAST(:reader AS uuid)], :ws, now(), now())",
        "INSERT INTO chunk_terms VALUES (:ws, :collection, 'word', 1, :document, 1, 4,"
        " ARRAY[CAST(:reader AS uuid)])",
    ):
        used = {name: value for name, value in ids.items() if f":{name}" in statement}
        await _query(url, statement, **used)
    await migrate(url)
    sizes = await _query(url, "SELECT collection_id, principals, chunks, terms, fresh FROM corpus_sizes")
    assert sizes == [(ids["collection"], [ids["reader"]], 3, 12, 0)]
    assert await _query(url, "SELECT term, chunk_id FROM chunk_terms") == [("word", 1)]
    # What older servers that still run remove is taken off.
    await _query(url, "DELETE FROM documents")
    left = await _query(url, "SELECT sum(chunks)::int, sum(terms)::int FROM corpus_sizes")
    assert left == [(0, 0)]


async def test_a_schema_of_a_newer_version_is_refused_and_left_alone(owner_url: str) -> None:
    await _query(owner_url, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(SchemaTooNew, match=r"'9999'.*newer one"):
        await migrate(owner_url)
    assert await _revision(owner_url) == "9999"


async def test_an_owner_who_is_no_superuser_can_migrate(
    postgres: PostgresAddress, empty_database: PostgresAddress
) -> None:
    owner = f"owner_{uuid4().hex}"
    superuser = _owner(empty_database)
    await _query(superuser, "CREATE EXTENSION vector")
    await _query(superuser, f"CREATE ROLE {owner} LOGIN CREATEROLE")
    await _query(superuser, f"GRANT parley_app, parley_platform TO {owner} WITH ADMIN OPTION")
    await _query(superuser, f"GRANT ALL ON SCHEMA public TO {owner}")
    try:
        await _migrate_to(empty_database.url(owner), "0002")
        conversation = await _conversation_of_before(superuser)
        await migrate(empty_database.url(owner))
        # Row-level security binds the owner too; what was there is kept, and found, all the same.
        found = await _query(superuser, "SELECT id, title_source FROM conversations")
        assert found == [(conversation, "user")]
        owners = await _query(
            superuser, "SELECT DISTINCT tableowner::text FROM pg_tables WHERE schemaname = 'public'"
        )
        assert owners == [(owner,)]
    finally:
        await _query(superuser, f"DROP OWNED BY {owner}")
        await _query(superuser, f"DROP ROLE {owner}")


async def test_vectors_from_before_stay_those_that_are_searched(empty_database: PostgresAddress) -> None:
    url = _owner(empty_database)
    await _migrate_to(url, "0012")
    ids = {name: uuid4() for name in ("ws", "bare", "collection", "other", "document", "wordy")}
    for statement in (
        "INSERT INTO workspaces (id, name, created_at) VALUES (:ws, 'W', now()), (:bare, 'B', now())",
        "INSERT INTO collections VALUES (:collection, :ws, 'C', '', now()), (:other, :bare, 'C', '', now())",
        "INSERT INTO documents (id, workspace_id, collection_id, name, media_type, size_bytes, sha256,"
        " file_key, state, progress, chunk_count, term_count, created_by, created_at, updated_at)"
        " VALUES (:document, :ws, :collection, 'a', '', 1, '', 'k', 'ready', 1, 1, 1, :ws, now(), now()),"
        " (:wordy, :bare, :other, 'b', '', 1, '', 'l', 'ready', 1, 1, 1, :ws, now(), now())",
        "INSERT INTO chunk_vectors (chunk_id, model, workspace_id, collection_id, document_id, embedding)"
        " VALUES (1, 'minilm-l6-v2-int8', :ws, :collection, :document, '[1,0]')",
    ):
        used = {name: value for name, value in ids.items() if f":{name}" in statement}
        await _query(url, statement, **used)
    await migrate(url)
    found = await _query(url, "SELECT workspace_id, active_model, incomplete FROM embedding_spaces")
    assert set(found) == {(ids["ws"], "minilm-l6-v2-int8", True), (ids["bare"], "", True)}
