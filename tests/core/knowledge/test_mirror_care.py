"""What administrators are told about the mirror: whether it is like the database, and what is in its way."""

from uuid import UUID

import pytest
from sqlalchemy import text

from parley.adapters.database.connection import Database, execute
from parley.adapters.database.mirrors import PostgresMirrors
from parley.core.kernel.ids import WorkspaceId
from parley.core.knowledge import mirror_care
from parley.core.knowledge.mirror_care import MirrorCare, MirrorReport
from parley.core.knowledge.mirroring import KeepMirror, MirrorLimits
from parley.core.knowledge.mirrors import MirrorState, MirrorStatus
from parley.core.knowledge.model import VectorStoreUnavailable
from parley.testing.logs import RecordedLog
from parley.testing.mirror import MemoryMirror
from tests.adapters.database.stored import store

STORE = "memory"


@pytest.fixture
def mirror() -> MemoryMirror:
    return MemoryMirror()


@pytest.fixture
async def workspaces(database: Database, mirror: MemoryMirror) -> list[WorkspaceId]:
    """Three with two vectors each, by id; the mirror knows all."""
    made = [(await store(database)).workspace_id for _ in range(3)]
    async with database.begin_platform() as tx:
        await execute(tx, text("DELETE FROM vector_mirrors"))
    limits = MirrorLimits(first_delay_s=0.0)
    keeper = KeepMirror(database, PostgresMirrors(), mirror, STORE, RecordedLog(), limits)
    while await keeper.step():
        pass
    return sorted(made)


async def _check(
    database: Database, mirror: MemoryMirror, workspace_id: WorkspaceId | None = None, name: str = STORE
) -> list[MirrorReport]:
    care = MirrorCare(database, PostgresMirrors(), mirror, name)
    return [report async for report in care.check(workspace_id)]


async def test_all_workspaces_are_compared_page_by_page(
    database: Database,
    mirror: MemoryMirror,
    workspaces: list[WorkspaceId],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(mirror_care, "WORKSPACES_AT_ONCE", 2)
    reports = await _check(database, mirror)
    assert [report.status.workspace_id for report in reports] == workspaces
    assert all(report.same for report in reports)
    [report] = await _check(database, mirror, workspaces[1])
    assert report.status.workspace_id == workspaces[1]
    assert report.in_database == report.in_mirror == {"m": 2}


async def test_what_is_missing_in_the_mirror_is_told(
    database: Database, mirror: MemoryMirror, workspaces: list[WorkspaceId]
) -> None:
    del mirror.vectors[workspaces[0], "m"]
    first, *others = await _check(database, mirror)
    assert not first.same
    assert "2 vectors in the database, 0 in the store, 0 changes to be sent." in first.sentence
    assert all(report.same for report in others)


async def test_a_mirror_in_another_store_than_the_settings_name_is_not_known(
    database: Database, mirror: MemoryMirror, workspaces: list[WorkspaceId]
) -> None:
    reports = await _check(database, mirror, name="another")
    assert {report.status.state for report in reports} == {MirrorState.ENTERING}
    assert not any(report.same for report in reports)


async def test_a_store_that_is_down_is_no_empty_one(
    database: Database, mirror: MemoryMirror, workspaces: list[WorkspaceId]
) -> None:
    mirror.down = True
    with pytest.raises(VectorStoreUnavailable):
        await _check(database, mirror)


async def test_one_workspace_is_built_again_or_all(
    database: Database, mirror: MemoryMirror, workspaces: list[WorkspaceId]
) -> None:
    care = MirrorCare(database, PostgresMirrors(), mirror, STORE)
    assert await care.rebuild(workspaces[0]) == 1
    states = [report.status.state for report in await _check(database, mirror)]
    assert states == [MirrorState.ENTERING, MirrorState.READY, MirrorState.READY]
    assert await care.rebuild() == 3


def test_a_failure_is_told_as_a_sentence() -> None:
    status = MirrorStatus(WorkspaceId(UUID(int=1)), STORE, MirrorState.READY, 3, "It is down")
    sentence = MirrorReport(status, {}, {}).sentence
    assert sentence.endswith("3 changes to be sent. It fails: It is down.")
