"""The vector store that the settings choose: opened, kept up and asked; nothing of it loaded otherwise."""

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import text

from parley.adapters.database.connection import Database, execute
from parley.adapters.database.mirrors import PostgresMirrors
from parley.adapters.database.vectors import PostgresVectors
from parley.adapters.vectors.configuration import WrongStoreSetting
from parley.bootstrap.mirror_health import mirror_health
from parley.bootstrap.vectors import check_vector_store, mirror_kept, open_mirror, vector_search
from parley.core.kernel.paging import PageRequest
from parley.core.knowledge.mirroring import KeepMirror
from parley.core.knowledge.model import VectorQuery
from parley.settings import Settings, WrongSetting, load_settings
from parley.testing.logs import RecordedLog
from tests.adapters.database.stored import store

_OPTIONAL = {"chromadb", "faiss", "lancedb", "pyarrow", "qdrant_client", "boto3"}
_LOAD_ALL = """
import importlib, pkgutil, sys
import parley.bootstrap.server, parley.bootstrap.worker, parley.adapters.vectors as family
for module in pkgutil.iter_modules(family.__path__):
    importlib.import_module(f"{family.__name__}.{module.name}")
print(*sys.modules)
"""
_QUERY = VectorQuery((), (1.0, 0.0), "m", 10)


def _parts(database: Database) -> Any:
    return SimpleNamespace(database=database)


@pytest.fixture
def faiss(tmp_path: Path) -> Settings:
    return load_settings(data_dir=tmp_path, vector={"store": "faiss"})


def test_no_store_is_loaded_that_was_not_chosen() -> None:
    ended = subprocess.run([sys.executable, "-c", _LOAD_ALL], capture_output=True, text=True, check=True)
    assert _OPTIONAL.isdisjoint(ended.stdout.split())


async def test_the_database_is_searched_unless_a_store_is_chosen(database: Database, tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path)
    async with vector_search(settings, database, RecordedLog()) as search, open_mirror(settings) as mirror:
        assert isinstance(search, PostgresVectors)
        assert mirror is None
    assert await mirror_health(settings, _parts(database)) == []


async def test_a_chosen_store_is_built_and_then_asked(database: Database, faiss: Settings) -> None:
    ours = await store(database)
    async with database.begin_platform() as tx:
        await execute(tx, text("DELETE FROM vector_mirrors"))
    log = RecordedLog()
    async with vector_search(faiss, database, log) as search, open_mirror(faiss) as mirror:
        assert mirror is not None
        before = await search.nearest(ours.reader_scope, _QUERY)
        keeper = KeepMirror(database, PostgresMirrors(), mirror.vectors, mirror.store, log)
        [health] = await mirror_health(faiss, _parts(database))
        assert (health.status, health.detail) == ("ok", "faiss: 0 of 0 workspaces are mirrored")
        while await keeper.step():
            pass
        assert await mirror.vectors.count(ours.workspace_id, "m") == 2
        assert await search.nearest(ours.reader_scope, _QUERY) == before
        assert len(await search.nearest(ours.scope, _QUERY)) == 1
        [health] = await mirror_health(faiss, _parts(database))
        assert (health.status, health.detail) == ("ok", "faiss: 1 of 1 workspaces are mirrored")
        async with database.begin_platform(ours.workspace_id) as tx:
            await PostgresMirrors().release(tx, failure="It is down.", again_in_s=60)
        [health] = await mirror_health(faiss, _parts(database))
        assert health.status == "degraded"
        assert "It is down" not in health.detail


async def test_the_worker_keeps_a_chosen_store_and_forgets_one_that_is_not_chosen_any_more(
    database: Database, faiss: Settings, tmp_path: Path
) -> None:
    await store(database)
    log = RecordedLog()
    async with mirror_kept(faiss, _parts(database), log):
        pass
    plain = load_settings(data_dir=tmp_path)
    async with mirror_kept(plain, _parts(database), log), database.begin_platform() as tx:
        assert (await PostgresMirrors().list(tx, PageRequest(10))).items == ()
        assert await execute(tx, text("DELETE FROM vector_changes")) == 0
    assert log.said("mirror.closed")


async def test_settings_that_cannot_work_are_told_at_the_start(tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path, vector={"store": "qdrant"})
    with pytest.raises(WrongStoreSetting, match="PARLEY_VECTOR_STORE=qdrant needs PARLEY_VECTOR_STORE_URL"):
        check_vector_store(settings)
    check_vector_store(load_settings())
    with pytest.raises(WrongSetting, match="PARLEY_VECTOR_STORE_SECRET_ACCESS_KEY go together"):
        load_settings(vector={"store": "s3vectors", "store_access_key_id": "k"})
    with pytest.raises(WrongSetting, match="must begin with http"):
        load_settings(vector={"store": "lancedb", "store_url": "ftp://somewhere"})


def test_its_variables_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARLEY_VECTOR_STORE", "lancedb")
    monkeypatch.setenv("PARLEY_VECTOR_STORE_URL", "s3://bucket/vectors/")
    monkeypatch.setenv("PARLEY_VECTOR_STORE_KEY", "very secret")
    read = load_settings().vector
    assert (read.store, read.store_url) == ("lancedb", "s3://bucket/vectors")
    assert "very secret" not in repr(read)
