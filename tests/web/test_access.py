"""Who may do what: every route for each role, and for people of another workspace."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest

from parley.core.workspaces.model import Role
from tests.web.conftest import Api, Person

ROLES = [Role.VIEWER, Role.MEMBER, Role.EDITOR, Role.ADMIN, Role.OWNER]


@dataclass(frozen=True, slots=True)
class Things:
    """One of each kind, in one workspace."""

    owner: Person
    bot: str
    collection: str
    document: str
    conversation: str
    turn: str

    @property
    def path(self) -> str:
        return f"/workspaces/{self.owner.workspace}"

    def fill(self, path: str) -> str:
        """A path of the OpenAPI document with the ids of these things."""
        return path.format(
            workspace_id=self.owner.workspace,
            user_id=self.owner.id,
            bot_id=self.bot,
            collection_id=self.collection,
            document_id=self.document,
            conversation_id=self.conversation,
            turn_id=self.turn,
        )


@pytest.fixture
async def things(api: Api) -> Things:
    owner = await api.sign_up("Owner")
    path = f"/workspaces/{owner.workspace}"
    collection = await owner.made(f"{path}/collections", {"name": "C"})
    bot = await owner.made(f"{path}/bots", {"name": "B", "configuration": {"agent_type": "plain"}})
    upload = await owner.post(
        f"/collections/{collection['id']}/documents", files={"files": ("a.txt", b"text", "text/plain")}
    )
    answer = (await owner.post("/chat", {"bot_id": bot["id"], "message": "Hello?"})).json()
    return Things(
        owner,
        bot["id"],
        collection["id"],
        upload.json()["items"][0]["document"]["id"],
        answer["conversation_id"],
        answer["turn_id"],
    )


# The least role for each, with a body that is fine in itself; what removes a thing comes after its uses.
MATRIX: list[tuple[Role, str, str, Any]] = [
    (Role.VIEWER, "GET", "/workspaces/{workspace_id}", None),
    (Role.VIEWER, "GET", "/workspaces/{workspace_id}/bots", None),
    (Role.VIEWER, "GET", "/bots/{bot_id}", None),
    (Role.VIEWER, "GET", "/workspaces/{workspace_id}/collections", None),
    (Role.VIEWER, "GET", "/collections/{collection_id}", None),
    (Role.VIEWER, "GET", "/collections/{collection_id}/documents", None),
    (Role.VIEWER, "POST", "/collections/{collection_id}/search", {"query": "text"}),
    (Role.VIEWER, "GET", "/documents/{document_id}", None),
    (Role.VIEWER, "GET", "/documents/{document_id}/chunks", None),
    (Role.VIEWER, "GET", "/documents/{document_id}/original", None),
    (Role.VIEWER, "GET", "/workspaces/{workspace_id}/conversations", None),
    (Role.MEMBER, "GET", "/workspaces/{workspace_id}/members", None),
    (Role.EDITOR, "POST", "/workspaces/{workspace_id}/bots", {"name": "Another"}),
    (Role.EDITOR, "PATCH", "/bots/{bot_id}", {"name": "Changed"}),
    (Role.EDITOR, "POST", "/workspaces/{workspace_id}/collections", {"name": "Another"}),
    (Role.EDITOR, "PATCH", "/collections/{collection_id}", {"name": "Changed"}),
    (Role.EDITOR, "DELETE", "/documents/{document_id}", None),
    (Role.EDITOR, "DELETE", "/collections/{collection_id}", None),
    (Role.EDITOR, "DELETE", "/bots/{bot_id}", None),
    (Role.ADMIN, "PATCH", "/workspaces/{workspace_id}", {"name": "Changed"}),
    (Role.ADMIN, "POST", "/workspaces/{workspace_id}/members", {"email": "x@example.org", "role": "viewer"}),
    (Role.OWNER, "DELETE", "/workspaces/{workspace_id}", None),
]


@pytest.mark.parametrize("role", ROLES)
async def test_each_role_may_do_what_its_rank_says(api: Api, things: Things, role: Role) -> None:
    person = await api.member(things.owner, role)
    for least, method, path, body in MATRIX:
        reply = await person.http.request(
            method,
            f"/api/v1{things.fill(path)}",
            json=body,
            headers={"Authorization": f"Bearer {person.access_token}"},
        )
        if role.rank >= least.rank:
            # An address without an account, and only that, is not found.
            assert reply.is_success or reply.json()["code"] == "no_such_account", (method, path, reply.text)
        else:
            assert (reply.status_code, reply.json()["code"]) == (403, "forbidden"), (method, path)
            assert least.value in reply.json()["detail"]


async def test_a_viewer_cannot_upload(api: Api, things: Things) -> None:
    viewer = await api.member(things.owner, "viewer")
    reply = await viewer.post(
        f"/collections/{things.collection}/documents", files={"files": ("a.txt", b"text", "text/plain")}
    )
    assert reply.status_code == 403


# Enough of a body to pass each schema, so that the answer is about access alone.
BODIES: dict[str, Any] = {
    "PATCH /workspaces/{workspace_id}": {"name": "X"},
    "POST /workspaces/{workspace_id}/members": {"email": "x@example.org", "role": "viewer"},
    "PATCH /workspaces/{workspace_id}/members/{user_id}": {"role": "viewer"},
    "POST /workspaces/{workspace_id}/bots": {"name": "X"},
    "PATCH /bots/{bot_id}": {"name": "X"},
    "POST /workspaces/{workspace_id}/collections": {"name": "X"},
    "PATCH /collections/{collection_id}": {"name": "X"},
    "POST /collections/{collection_id}/search": {"query": "text"},
    "PATCH /conversations/{conversation_id}": {"title": "X"},
}


async def _replies(things: Things, caller: Person | None) -> dict[str, tuple[int, str]]:
    """What every route with an id in its path answers to `caller`."""
    document = (await things.owner.http.get("/openapi.json")).json()
    headers = {} if caller is None else {"Authorization": f"Bearer {caller.access_token}"}
    replies = {}
    for path, methods in document["paths"].items():
        for method in methods:
            if "{" not in path:
                continue
            route = f"{method.upper()} {path.removeprefix('/api/v1')}"
            files = {"files": ("a.txt", b"text")} if route.endswith("/documents") else None
            reply = await things.owner.http.request(
                method, things.fill(path), json=BODIES.get(route), headers=headers, files=files
            )
            replies[route] = (reply.status_code, reply.text)
    return replies


async def test_people_of_another_workspace_see_nothing_on_any_route(api: Api, things: Things) -> None:
    stranger = await api.sign_up("Stranger")
    replies = await _replies(things, stranger)
    assert len(replies) > 25
    assert {route: status for route, (status, _) in replies.items() if status != 404} == {}
    assert things.owner.email not in str(replies)


async def test_without_a_token_no_route_answers(api: Api, things: Things) -> None:
    replies = await _replies(things, None)
    assert {route: status for route, (status, _) in replies.items() if status != 401} == {}


async def test_ids_that_nobody_has_are_not_found(api: Api, things: Things) -> None:
    person = things.owner
    for path in ("workspaces", "bots", "collections", "documents", "conversations", "turns"):
        reply = await person.get(f"/{path}/{uuid4()}")
        assert (reply.status_code, reply.json()["code"]) == (404, "not_found"), path
        assert (await person.get(f"/{path}/nonsense")).status_code == 422, path


async def test_a_conversation_is_its_own_users_alone(api: Api, things: Things) -> None:
    colleague = await api.member(things.owner, "owner")
    path = f"/conversations/{things.conversation}"
    for reply in (
        await colleague.get(path),
        await colleague.get(f"{path}/messages"),
        await colleague.patch(path, {"title": "Mine"}),
        await colleague.delete(path),
        await colleague.get(f"/turns/{things.turn}"),
    ):
        assert (reply.status_code, reply.json()["code"]) == (404, "not_found")
    listed = (await colleague.get(f"{things.path}/conversations")).json()
    assert listed["items"] == []


async def test_another_workspaces_collection_cannot_be_given_to_a_bot(api: Api, things: Things) -> None:
    stranger = await api.sign_up("Stranger")
    reply = await stranger.post(
        f"/workspaces/{stranger.workspace}/bots",
        {"name": "Thief", "configuration": {"collections": [things.collection]}},
    )
    assert (reply.status_code, reply.json()["code"]) == (422, "invalid_input")
    assert things.collection in reply.json()["detail"]
