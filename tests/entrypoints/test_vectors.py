"""`parley vectors`: tells what the store beside the database lacks, and has it built again."""

from pathlib import Path

import pytest
from sqlalchemy import text

from parley.adapters.database.connection import Database, execute
from parley.adapters.database.mirrors import PostgresMirrors
from parley.bootstrap.vectors import open_mirror
from parley.core.kernel.ids import WorkspaceId
from parley.core.kernel.paging import PageRequest
from parley.core.knowledge.mirroring import KeepMirror
from parley.core.knowledge.mirrors import MirrorState
from parley.entrypoints.cli.checks import Status
from parley.entrypoints.cli.checks.vectors import check_vectors
from parley.settings import load_settings
from parley.testing.logs import RecordedLog
from tests.adapters.database.stored import store
from tests.entrypoints.conftest import CommandLine, Ended


class Mirrored:
    """A workspace in a database, a FAISS store beside it, and the command over both."""

    def __init__(self, parley: CommandLine, database: Database, owner_url: str, folder: Path) -> None:
        self._parley = parley
        self._database = database
        self._folder = folder
        self._environment = {
            "PARLEY_DATABASE_URL": owner_url,
            "PARLEY_SECRET_KEY": "k" * 32,
            "PARLEY_VECTOR_STORE": "faiss",
            "PARLEY_VECTOR_STORE_PATH": str(folder),
        }

    async def run(self, *arguments: str, **more: str) -> Ended:
        return await self._parley.run("vectors", *arguments, **(self._environment | more))

    async def keep(self) -> None:
        """As the worker does."""
        settings = load_settings(vector={"store": "faiss", "store_path": self._folder})
        async with open_mirror(settings) as mirror:
            assert mirror is not None
            keeper = KeepMirror(
                self._database, PostgresMirrors(), mirror.vectors, mirror.store, RecordedLog()
            )
            while await keeper.step():
                pass

    async def run_sql(self, statement: str, workspace_id: WorkspaceId | None = None) -> None:
        async with self._database.begin_platform(workspace_id) as tx:
            await execute(tx, text(statement))


@pytest.fixture
def mirrored(parley: CommandLine, database: Database, owner_url: str, tmp_path: Path) -> Mirrored:
    return Mirrored(parley, database, owner_url, tmp_path / "vectors")


async def test_where_the_database_is_searched_there_is_nothing_to_do(mirrored: Mirrored) -> None:
    ended = await mirrored.run("check", PARLEY_VECTOR_STORE="pgvector")
    assert ended.code == 0, ended.err
    assert "the database itself is searched" in ended.out


async def test_it_tells_what_differs_and_has_it_built_again(mirrored: Mirrored, database: Database) -> None:
    ours = (await store(database)).workspace_id
    await mirrored.run_sql("DELETE FROM vector_mirrors")
    await mirrored.keep()
    ended = await mirrored.run("check")
    assert ended.code == 0, ended.err
    assert f"{ours}: ready, 2 vectors in the database, 2 in the store, 0 changes" in ended.out
    assert "Nothing differs." in ended.out

    await mirrored.run_sql("DELETE FROM documents WHERE principals IS NULL", ours)
    ended = await mirrored.run("check", "--workspace", str(ours))
    assert ended.code == 1
    assert f"{ours}: ready, 1 vectors in the database, 2 in the store, 1 changes" in ended.out

    ended = await mirrored.run("rebuild")
    assert ended.code == 0, ended.err
    assert "1 workspaces are built again" in ended.out
    async with database.begin_platform(ours) as tx:
        [status] = (await PostgresMirrors().list(tx, PageRequest(1))).items
    assert status.state is MirrorState.ENTERING


async def test_a_store_that_cannot_be_used_is_told(mirrored: Mirrored) -> None:
    ended = await mirrored.run("check", PARLEY_VECTOR_STORE="pinecone")
    assert ended.code == 2
    assert "needs PARLEY_VECTOR_STORE_URL" in ended.err
    assert "Traceback" not in ended.err


@pytest.mark.parametrize(
    ("store_name", "url", "status", "words"),
    [
        ("pgvector", None, None, ""),
        ("faiss", None, Status.OK, "faiss is installed"),
        ("qdrant", None, Status.FAILED, "needs PARLEY_VECTOR_STORE_URL"),
        ("qdrant", "http://127.0.0.1:9", Status.FAILED, "cannot be reached"),
    ],
)
async def test_the_doctor_looks_at_the_store(
    tmp_path: Path, store_name: str, url: str | None, status: Status | None, words: str
) -> None:
    settings = load_settings(data_dir=tmp_path, vector={"store": store_name, "store_url": url})
    found = [finding async for finding in check_vectors(settings)]
    assert [finding.status for finding in found] == ([] if status is None else [status])
    assert all(words in finding.detail for finding in found)
    assert list(tmp_path.iterdir()) == []
