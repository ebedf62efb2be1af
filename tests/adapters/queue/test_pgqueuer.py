"""Enqueuing: in the caller's transaction and with the caller's rights; our tables are PgQueuer's."""

from dataclasses import dataclass
from uuid import UUID

import asyncpg
import pytest

from parley.adapters.database.connection import Database, connection_of
from parley.adapters.queue.pgqueuer import PgQueuerJobs, queries_on
from parley.core.ingestion.model import RemoveFiles, SeedSampleWorkspace
from parley.core.kernel.ids import UserId, WorkspaceId
from parley.core.knowledge.model import CollectionId

WORKSPACE = WorkspaceId(UUID(int=5))
COLLECTION = CollectionId(UUID(int=7))


@dataclass(frozen=True, slots=True)
class Scope:
    workspace_id: WorkspaceId = WORKSPACE
    user_id: None = None
    principals: frozenset[UUID] = frozenset()


async def stored(owner: asyncpg.Connection) -> list[tuple[str, str]]:
    rows = await owner.fetch("SELECT entrypoint, convert_from(payload, 'UTF8') FROM pgqueuer ORDER BY id")
    return [(row[0], row[1]) for row in rows]


async def test_a_job_commits_with_the_transaction_that_asks_for_it(
    database: Database, owner: asyncpg.Connection
) -> None:
    jobs = PgQueuerJobs()
    async with database.begin(Scope()) as tx:
        await jobs.enqueue(tx, SeedSampleWorkspace(WORKSPACE, UserId(UUID(int=6)), COLLECTION))
        await jobs.enqueue(tx, RemoveFiles(WORKSPACE, ("a", "b")))
        assert await stored(owner) == []
    assert await stored(owner) == [
        (
            "seed_sample_workspace",
            f'{{"workspace_id":"{UUID(int=5)}","user_id":"{UUID(int=6)}","collection_id":"{UUID(int=7)}"}}',
        ),
        ("remove_files", f'{{"workspace_id":"{UUID(int=5)}","keys":["a","b"]}}'),
    ]


async def test_a_job_vanishes_with_a_transaction_that_fails(
    database: Database, owner: asyncpg.Connection
) -> None:
    async def fail_after_enqueuing() -> None:
        async with database.begin(Scope()) as tx:
            await PgQueuerJobs().enqueue(tx, RemoveFiles(WORKSPACE, ()))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail_after_enqueuing()
    assert await stored(owner) == []


async def test_a_job_asked_for_once_does_not_wait_twice(
    database: Database, owner: asyncpg.Connection
) -> None:
    async def ask(*keys: str) -> None:
        async with database.begin(Scope()) as tx:
            await PgQueuerJobs().enqueue_once(tx, RemoveFiles(WORKSPACE, keys))

    await ask("a")
    await ask("a")
    await ask("b")
    assert len(await stored(owner)) == 2
    assert WORKSPACE.hex not in str(await owner.fetch("SELECT dedupe_key FROM pgqueuer"))
    await owner.execute("UPDATE pgqueuer SET status = 'picked'")
    await ask("a")
    assert len(await stored(owner)) == 2
    await owner.execute("DELETE FROM pgqueuer")
    await ask("a")
    assert len(await stored(owner)) == 1


async def test_parleys_own_work_may_enqueue_too(database: Database, owner: asyncpg.Connection) -> None:
    async with database.begin_platform(WORKSPACE) as tx:
        await PgQueuerJobs().enqueue(tx, RemoveFiles(WORKSPACE, ()))
    assert len(await stored(owner)) == 1


async def test_who_serves_requests_cannot_read_jobs(database: Database) -> None:
    async with database.begin(Scope()) as tx:
        await PgQueuerJobs().enqueue(tx, RemoveFiles(WORKSPACE, ("secret",)))
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection_of(tx).fetch("SELECT payload FROM pgqueuer")


async def test_our_tables_are_what_this_version_of_pgqueuer_declares(owner: asyncpg.Connection) -> None:
    plan = await queries_on(owner).plan_upgrade()
    # The function that wakes the workers is ours: PgQueuer's, written shorter.
    assert [str(s) for s in plan.statements if "FUNCTION fn_pgqueuer_changed()" not in str(s)] == []


async def test_names_from_the_environment_do_not_lead_the_queue_astray(
    database: Database, owner: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGQUEUER_PREFIX", "other_")
    async with database.begin(Scope()) as tx:
        await PgQueuerJobs().enqueue(tx, RemoveFiles(WORKSPACE, ()))
    assert len(await stored(owner)) == 1
