"""Groups, through HTTP: who makes them, who is in them, who sees them."""

from uuid import uuid4

import pytest
from sqlalchemy import text

from parley.adapters.database.connection import Database, rows
from tests.web.conftest import Api, Person


@pytest.fixture
async def owner(api: Api) -> Person:
    return await api.sign_up("Owner")


async def _group(owner: Person, name: str, *members: Person) -> str:
    made = await owner.made(f"/workspaces/{owner.workspace}/groups", {"name": name})
    for member in members:
        assert (await owner.put(f"/groups/{made['id']}/members/{member.id}", None)).status_code == 204
    return str(made["id"])


async def _names(person: Person, workspace: str) -> list[tuple[str, int]]:
    reply = await person.get(f"/workspaces/{workspace}/groups")
    assert reply.status_code == 200, reply.text
    return [(group["name"], group["member_count"]) for group in reply.json()["items"]]


async def test_a_group_is_made_renamed_and_removed_and_the_audit_log_knows(
    owner: Person, api: Api, database: Database
) -> None:
    member = await api.member(owner, "member")
    group = await _group(owner, "Finance", member)
    await _group(owner, "Board")
    assert await _names(owner, owner.workspace) == [("Board", 0), ("Finance", 1)]
    renamed = await owner.patch(f"/groups/{group}", {"name": "Accounts"})
    assert (renamed.json()["name"], renamed.json()["member_count"]) == ("Accounts", 1)
    assert (await owner.delete(f"/groups/{group}/members/{member.id}")).status_code == 204
    assert (await owner.delete(f"/groups/{group}")).status_code == 204
    assert (await owner.patch(f"/groups/{group}", {"name": "X"})).status_code == 404
    assert await _names(owner, owner.workspace) == [("Board", 0)]
    async with database.begin_platform() as tx:
        found = await rows(
            tx, text("SELECT action FROM audit_log WHERE subject_id = :group ORDER BY id"), {"group": group}
        )
    assert [each.action for each in found] == [
        f"group.{what}" for what in ("created", "member_added", "renamed", "member_removed", "removed")
    ]


async def test_a_groups_name_is_its_own_whatever_its_case(owner: Person) -> None:
    await _group(owner, "Finance")
    other = await _group(owner, "Board")
    for reply in (
        await owner.post(f"/workspaces/{owner.workspace}/groups", {"name": "FINANCE"}),
        await owner.patch(f"/groups/{other}", {"name": "finance"}),
    ):
        assert (reply.status_code, reply.json()["code"]) == (409, "duplicate_name")


async def test_members_see_the_names_of_their_own_groups_and_editors_all(owner: Person, api: Api) -> None:
    member, viewer, editor = [await api.member(owner, role) for role in ("member", "viewer", "editor")]
    group = await _group(owner, "Finance", member)
    await _group(owner, "Board")
    assert await _names(member, owner.workspace) == [("Finance", 1)]
    assert await _names(viewer, owner.workspace) == []
    assert await _names(editor, owner.workspace) == [("Board", 0), ("Finance", 1)]
    [listed] = (await editor.get(f"/groups/{group}/members")).json()["items"]
    assert (listed["user_id"], listed["email"], listed["role"]) == (member.id, member.email, "member")
    assert (await member.get(f"/groups/{group}/members")).status_code == 403


async def test_only_members_of_the_workspace_come_into_its_groups(owner: Person, api: Api) -> None:
    group = await _group(owner, "Finance")
    stranger = await api.sign_up("Stranger")
    for user in (stranger.id, str(uuid4())):
        assert (await owner.put(f"/groups/{group}/members/{user}", None)).status_code == 404
        assert (await owner.delete(f"/groups/{group}/members/{user}")).status_code == 404
    for _ in range(2):
        assert (await owner.put(f"/groups/{group}/members/{owner.id}", None)).status_code == 204
    assert await _names(owner, owner.workspace) == [("Finance", 1)]


async def test_who_leaves_the_workspace_leaves_its_groups(owner: Person, api: Api) -> None:
    member = await api.member(owner, "member")
    await _group(owner, "Finance", member)
    await owner.delete(f"/workspaces/{owner.workspace}/members/{member.id}")
    assert await _names(owner, owner.workspace) == [("Finance", 0)]
    back = {"email": member.email, "role": "member"}
    await owner.made(f"/workspaces/{owner.workspace}/members", back)
    assert await _names(member, owner.workspace) == []


async def test_a_workspace_has_a_bounded_number_of_groups(
    owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("parley.core.workspaces.groups.MOST_GROUPS", 2)
    await _group(owner, "Finance")
    await _group(owner, "Board")
    refused = await owner.post(f"/workspaces/{owner.workspace}/groups", {"name": "One more"})
    assert (refused.status_code, refused.json()["code"]) == (409, "too_many_groups")
