"""Workspaces and who is in them, through HTTP."""

import asyncio
from uuid import uuid4

from sqlalchemy import text

from parley.adapters.database.connection import Database, rows
from tests.web.conftest import Api


async def test_a_workspace_is_made_read_renamed_and_removed(api: Api) -> None:
    person = await api.sign_up()
    made = await person.made("/workspaces", {"name": "  Second  "})
    assert (made["name"], made["role"]) == ("Second", "owner")
    names = [each["name"] for each in (await person.get("/workspaces")).json()["items"]]
    assert names == ["Someone's workspace", "Second"]
    renamed = await person.patch(f"/workspaces/{made['id']}", {"name": "Other"})
    assert renamed.json()["name"] == "Other"
    assert (await person.delete(f"/workspaces/{made['id']}")).status_code == 204
    gone = await person.get(f"/workspaces/{made['id']}")
    assert (gone.status_code, gone.json()["code"]) == (404, "not_found")


async def test_removing_a_workspace_leaves_nothing_but_its_audit_record(api: Api, database: Database) -> None:
    person = await api.sign_up()
    path = f"/workspaces/{person.workspace}"
    collection = await person.made(f"{path}/collections", {"name": "C"})
    await person.made(f"{path}/bots", {"name": "B"})
    await person.post(
        f"/collections/{collection['id']}/documents", files={"files": ("a.txt", b"text", "text/plain")}
    )
    assert (await person.delete(path)).status_code == 204
    async with database.begin_platform() as tx:
        tables = await rows(
            tx,
            text(
                "SELECT table_name FROM information_schema.columns"
                " WHERE column_name = 'workspace_id' AND table_schema = 'public'"
            ),
        )
        left = {
            each.table_name
            for each in tables
            if await rows(
                tx,
                text(f"SELECT 1 FROM {each.table_name} WHERE workspace_id = :ws LIMIT 1"),
                {"ws": person.workspace},
            )
        }
    assert left == {"audit_log"}


async def test_a_name_that_cannot_be_is_refused(api: Api) -> None:
    person = await api.sign_up()
    for name in ("", "   ", "x" * 101, "a\tb", "a\u0000b", 7, None):
        reply = await person.post("/workspaces", {"name": name})
        assert reply.status_code == 422, name
        assert reply.json()["errors"][0]["field"] == "name"


async def test_members_are_added_listed_changed_and_removed(api: Api) -> None:
    owner = await api.sign_up("Owner")
    other = await api.sign_up("Other")
    path = f"/workspaces/{owner.workspace}/members"
    added = await owner.made(path, {"email": other.email.upper(), "role": "viewer"})
    assert (added["user_id"], added["name"], added["role"]) == (other.id, "Other", "viewer")
    listed = (await owner.get(path)).json()["items"]
    assert [(each["name"], each["role"]) for each in listed] == [("Owner", "owner"), ("Other", "viewer")]
    changed = await owner.patch(f"{path}/{other.id}", {"role": "editor"})
    assert changed.json()["role"] == "editor"
    assert (await other.get(f"/workspaces/{owner.workspace}")).json()["role"] == "editor"
    assert (await owner.delete(f"{path}/{other.id}")).status_code == 204
    assert (await other.get(f"/workspaces/{owner.workspace}")).status_code == 404


async def test_someone_without_an_account_or_already_in_cannot_be_added(api: Api) -> None:
    owner = await api.sign_up()
    path = f"/workspaces/{owner.workspace}/members"
    unknown = await owner.post(path, {"email": "no.one@example.org", "role": "viewer"})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "no_such_account")
    again = await owner.post(path, {"email": owner.email, "role": "viewer"})
    assert (again.status_code, again.json()["code"]) == (409, "already_member")
    assert owner.email in again.json()["detail"]
    stranger = await owner.patch(f"{path}/{uuid4()}", {"role": "viewer"})
    assert stranger.status_code == 404
    no_role = await owner.post(path, {"email": "a@example.org", "role": "king"})
    assert no_role.status_code == 422


async def test_the_last_owner_stays(api: Api) -> None:
    owner = await api.sign_up()
    mine = f"/workspaces/{owner.workspace}/members/{owner.id}"
    for reply in (await owner.delete(mine), await owner.patch(mine, {"role": "admin"})):
        assert (reply.status_code, reply.json()["code"]) == (409, "last_owner")
    assert (await owner.patch(mine, {"role": "owner"})).status_code == 200


async def test_two_owners_cannot_both_step_down_at_once(api: Api) -> None:
    first = await api.sign_up()
    second = await api.member(first, "owner")
    path = f"/workspaces/{first.workspace}/members"
    replies = await asyncio.gather(first.delete(f"{path}/{first.id}"), second.delete(f"{path}/{second.id}"))
    assert sorted(reply.status_code for reply in replies) == [204, 409]


async def test_an_admin_manages_members_but_not_owners(api: Api) -> None:
    owner = await api.sign_up()
    admin = await api.member(owner, "admin")
    viewer = await api.member(owner, "viewer")
    path = f"/workspaces/{owner.workspace}/members"
    assert (await admin.patch(f"{path}/{viewer.id}", {"role": "admin"})).status_code == 200
    for reply in (
        await admin.patch(f"{path}/{viewer.id}", {"role": "owner"}),
        await admin.patch(f"{path}/{owner.id}", {"role": "viewer"}),
        await admin.delete(f"{path}/{owner.id}"),
        await admin.post(path, {"email": "someone@example.org", "role": "owner"}),
    ):
        assert (reply.status_code, reply.json()["code"]) == (403, "owners_only")


async def test_anyone_may_leave(api: Api) -> None:
    owner = await api.sign_up()
    viewer = await api.member(owner, "viewer")
    reply = await viewer.delete(f"/workspaces/{owner.workspace}/members/{viewer.id}")
    assert reply.status_code == 204


async def test_what_was_done_is_on_record(api: Api, database: Database) -> None:
    owner = await api.sign_up()
    member = await api.member(owner, "editor")
    path = f"/workspaces/{owner.workspace}"
    bot = await member.made(f"{path}/bots", {"name": "B"})
    await owner.patch(path, {"name": "New"})
    async with database.begin_platform() as tx:
        found = await rows(
            tx,
            text(
                "SELECT action, actor_id::text, subject_id::text FROM audit_log"
                " WHERE workspace_id = :ws ORDER BY id"
            ),
            {"ws": owner.workspace},
        )
    assert [tuple(each) for each in found] == [
        ("workspace.created", owner.id, None),
        ("member.added", owner.id, member.id),
        ("bot.created", member.id, bot["id"]),
        ("workspace.renamed", owner.id, None),
    ]
