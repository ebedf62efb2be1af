"""The sweep: files that no document refers to are removed, and no others."""

from datetime import timedelta

from parley.adapters.database.reading_queue import PostgresReadingQueue
from parley.core.ingestion.sweep import SweepFiles
from parley.core.kernel.clock import SystemClock
from parley.core.kernel.ids import WorkspaceId, uuid7
from tests.core.ingestion.conftest import Archive, stream


class Later:
    """A clock that is ahead."""

    def __init__(self, days: float) -> None:
        self._ahead = timedelta(days=days)

    def now(self):  # type: ignore[no-untyped-def]
        return SystemClock().now() + self._ahead


def sweep(archive: Archive, days: float) -> SweepFiles:
    return SweepFiles(archive.database, archive.files, PostgresReadingQueue(), Later(days))


async def test_files_that_no_document_refers_to_are_removed_after_a_day(archive: Archive) -> None:
    await archive.receive("a.txt", b"Words.")
    await archive.work()
    await archive.send("a.txt", b"Newer words.")  # both are referred to
    orphan = await archive.files.put(archive.scope.workspace_id, "x", stream(b"lost"), 100)
    assert await sweep(archive, 0.5)() == 0
    assert archive.stored_files() == 3
    assert await sweep(archive, 1.5)() == 1
    assert archive.stored_files() == 2
    await archive.files.remove(orphan.key)


async def test_files_of_workspaces_that_this_database_does_not_know_are_left_alone(archive: Archive) -> None:
    await archive.files.put(WorkspaceId(uuid7()), "x", stream(b"of another database"), 100)
    assert await sweep(archive, 1.5)() == 0
    assert archive.stored_files() == 1
