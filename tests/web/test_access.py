"""Who may do what: every route for each role, and for people of another workspace."""

import re
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
    message: str
    group: str

    @property
    def path(self) -> str:
        return f"/workspaces/{self.owner.workspace}"

    def fill(self, path: str) -> str:
        """A path of the OpenAPI document with the ids of these things."""
        ids = {
            "workspace_id": self.owner.workspace,
            "user_id": self.owner.id,
            "bot_id": self.bot,
            "collection_id": self.collection,
            "document_id": self.document,
            "conversation_id": self.conversation,
            "turn_id": self.turn,
            "message_id": self.message,
            "group_id": self.group,
            "page": "1",
            "number": "1",
            "token": "x" * 43,
            "provider": "openai",
        }
        # Of other things there is none: any id will do.
        return re.sub(r"\{(\w+)\}", lambda name: ids.get(name[1]) or str(uuid4()), path)


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
        answer["message"]["id"],
        (await owner.made(f"{path}/groups", {"name": "G"}))["id"],
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
    (Role.VIEWER, "GET", "/workspaces/{workspace_id}/conversations/search?q=text", None),
    (Role.VIEWER, "GET", "/workspaces/{workspace_id}/sharing", None),
    (Role.VIEWER, "GET", "/workspaces/{workspace_id}/tools", None),
    (Role.MEMBER, "GET", "/workspaces/{workspace_id}/members", None),
    (Role.VIEWER, "GET", "/workspaces/{workspace_id}/groups", None),
    (Role.EDITOR, "GET", "/groups/{group_id}/members", None),
    (Role.EDITOR, "GET", "/documents/{document_id}/access", None),
    (Role.EDITOR, "PUT", "/documents/{document_id}/access", {"everyone": True}),
    (Role.EDITOR, "GET", "/collections/{collection_id}/access", None),
    (Role.EDITOR, "PUT", "/collections/{collection_id}/access", {"everyone": True}),
    (Role.ADMIN, "PUT", "/collections/{collection_id}/access", {"everyone": True, "apply_to_all": True}),
    (Role.EDITOR, "GET", "/collections/{collection_id}/access/documents", None),
    (Role.EDITOR, "POST", "/workspaces/{workspace_id}/bots", {"name": "Another"}),
    (Role.EDITOR, "PATCH", "/bots/{bot_id}", {"name": "Changed"}),
    (Role.EDITOR, "GET", "/workspaces/{workspace_id}/feedback", None),
    (Role.EDITOR, "POST", "/workspaces/{workspace_id}/collections", {"name": "Another"}),
    (Role.EDITOR, "PATCH", "/collections/{collection_id}", {"name": "Changed"}),
    (Role.VIEWER, "GET", "/collections/{collection_id}/imports", None),
    (Role.EDITOR, "POST", "/collections/{collection_id}/documents", {"text": "Words.", "name": "N"}),
    (Role.EDITOR, "POST", "/collections/{collection_id}/documents", {"sitemap": "https://a.example/"}),
    (Role.VIEWER, "GET", "/collections/{collection_id}/progress", None),
    (Role.EDITOR, "POST", "/documents/{document_id}/cancel", None),
    (Role.EDITOR, "POST", "/documents/{document_id}/retry", None),
    (Role.EDITOR, "PUT", "/documents/{document_id}/original", {"of": "other content"}),
    (
        Role.EDITOR,
        "POST",
        "/collections/{collection_id}/documents/actions",
        {"action": "retry", "state": "failed"},
    ),
    (Role.EDITOR, "POST", "/collections/{collection_id}/reread", None),
    (Role.EDITOR, "DELETE", "/documents/{document_id}", None),
    (Role.EDITOR, "DELETE", "/collections/{collection_id}", None),
    (Role.EDITOR, "DELETE", "/bots/{bot_id}", None),
    (Role.ADMIN, "PATCH", "/workspaces/{workspace_id}", {"name": "Changed"}),
    (Role.ADMIN, "POST", "/workspaces/{workspace_id}/groups", {"name": "Another"}),
    (Role.ADMIN, "PATCH", "/groups/{group_id}", {"name": "Changed"}),
    (Role.ADMIN, "PUT", "/groups/{group_id}/members/{user_id}", None),
    (Role.ADMIN, "DELETE", "/groups/{group_id}/members/{user_id}", None),
    (Role.ADMIN, "DELETE", "/groups/{group_id}", None),
    (Role.ADMIN, "GET", "/workspaces/{workspace_id}/budget", None),
    (Role.ADMIN, "PUT", "/workspaces/{workspace_id}/budget", {"workspace": {"day": {"tokens": 10**6}}}),
    (Role.ADMIN, "GET", "/workspaces/{workspace_id}/usage", None),
    (Role.VIEWER, "GET", "/workspaces/{workspace_id}/usage/mine", None),
    (Role.ADMIN, "GET", "/workspaces/{workspace_id}/tool-servers", None),
    (Role.ADMIN, "GET", "/workspaces/{workspace_id}/webhooks", None),
    (Role.ADMIN, "POST", "/workspaces/{workspace_id}/webhooks", {"url": "https://1.1.1.1/"}),
    (Role.ADMIN, "PATCH", "/workspaces/{workspace_id}/sharing", {"public_sharing": True}),
    (Role.ADMIN, "POST", "/workspaces/{workspace_id}/members", {"email": "x@example.org", "role": "viewer"}),
    (Role.ADMIN, "PUT", "/workspaces/{workspace_id}/provider-keys/{provider}", {"api_key": "sk-of-nobody"}),
    (Role.ADMIN, "GET", "/workspaces/{workspace_id}/provider-keys", None),
    (Role.ADMIN, "DELETE", "/workspaces/{workspace_id}/provider-keys/{provider}", None),
    (Role.ADMIN, "GET", "/workspaces/{workspace_id}/api-keys", None),
    (Role.ADMIN, "POST", "/workspaces/{workspace_id}/api-keys", {"name": "K", "scopes": ["chat"]}),
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


async def test_only_administrators_touch_keys_and_tool_servers(api: Api, things: Things) -> None:
    """Those too that are not there: who may not manage them learns nothing of them."""
    routes = [
        ("DELETE", "/workspaces/{workspace_id}/api-keys/{key_id}"),
        ("POST", "/workspaces/{workspace_id}/tool-servers/{tool_server_id}/refresh"),
        ("DELETE", "/workspaces/{workspace_id}/tool-servers/{tool_server_id}"),
        ("POST", "/workspaces/{workspace_id}/webhooks/{webhook_id}/test"),
        ("POST", "/workspaces/{workspace_id}/webhooks/{webhook_id}/secret"),
        ("GET", "/workspaces/{workspace_id}/webhooks/{webhook_id}/deliveries"),
        ("DELETE", "/workspaces/{workspace_id}/webhooks/{webhook_id}"),
    ]
    for role, status in ((Role.VIEWER, 403), (Role.EDITOR, 403), (Role.ADMIN, 404)):
        person = await api.member(things.owner, role)
        headers = {"Authorization": f"Bearer {person.access_token}"}
        for method, path in routes:
            reply = await person.http.request(method, f"/api/v1{things.fill(path)}", headers=headers)
            assert reply.status_code == status, (role, method, path)


# Enough of a body to pass each schema, so that the answer is about access alone.
BODIES: dict[str, Any] = {
    "POST /workspaces/{workspace_id}/webhooks": {"url": "https://1.1.1.1/"},
    "PATCH /workspaces/{workspace_id}/webhooks/{webhook_id}": {"enabled": False},
    "PATCH /workspaces/{workspace_id}": {"name": "X"},
    "PUT /workspaces/{workspace_id}/budget": {},
    "POST /workspaces/{workspace_id}/members": {"email": "x@example.org", "role": "viewer"},
    "PATCH /workspaces/{workspace_id}/members/{user_id}": {"role": "viewer"},
    "POST /workspaces/{workspace_id}/groups": {"name": "X"},
    "PATCH /groups/{group_id}": {"name": "X"},
    "PUT /documents/{document_id}/access": {"everyone": True},
    "PUT /collections/{collection_id}/access": {"everyone": True},
    "POST /workspaces/{workspace_id}/bots": {"name": "X"},
    "PATCH /bots/{bot_id}": {"name": "X"},
    "POST /workspaces/{workspace_id}/api-keys": {"name": "X", "scopes": ["chat"]},
    "POST /workspaces/{workspace_id}/tool-servers": {"kind": "mcp", "name": "x", "url": "https://a.example"},
    "POST /workspaces/{workspace_id}/collections": {"name": "X"},
    "PATCH /collections/{collection_id}": {"name": "X"},
    "POST /collections/{collection_id}/search": {"query": "text"},
    "POST /workspaces/{workspace_id}/search": {"query": "text"},
    "POST /collections/{collection_id}/documents/actions": {"action": "delete", "state": "received"},
    "PATCH /conversations/{conversation_id}": {"title": "X"},
    "POST /conversations/{conversation_id}/branch": {"message_id": "0199c0de-0000-7000-8000-000000000001"},
    "POST /conversations/{conversation_id}/share": {},
    "PUT /messages/{message_id}/feedback": {"rating": "up"},
    "PATCH /workspaces/{workspace_id}/sharing": {"public_sharing": True},
    "POST /turns/{turn_id}/approvals": {"call_id": "1-1", "approved": True},
    "PUT /workspaces/{workspace_id}/provider-keys/{provider}": {"api_key": "sk-of-nobody"},
}


async def _replies(things: Things, caller: Person | None) -> dict[str, tuple[int, str]]:
    """What every route with an id in its path answers to `caller`."""
    document = (await things.owner.http.get("/openapi.json")).json()
    headers = {} if caller is None else {"Authorization": f"Bearer {caller.access_token}"}
    replies = {}
    for path, methods in document["paths"].items():
        for method in methods:
            if "{" not in path or path.startswith("/v1/"):
                continue  # below /v1 a key, not a path, names the workspace
            route = f"{method.upper()} {path.removeprefix('/api/v1')}"
            files = {"files": ("a.txt", b"text")} if route.endswith("/documents") else None
            reply = await things.owner.http.request(
                method,
                things.fill(path),
                params={"q": "text"} if route.endswith("/search") and method == "get" else None,
                json=BODIES.get(route),
                headers=headers,
                files=files,
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
        await colleague.get(f"{path}/export"),
        await colleague.get(f"{path}/share"),
        await colleague.post(f"{path}/share", {}),
        await colleague.post(f"{path}/branch", {"message_id": things.message}),
        await colleague.post(f"/messages/{things.message}/regenerate"),
        await colleague.put(f"/messages/{things.message}/feedback", {"rating": "up"}),
        await colleague.delete(f"/messages/{things.message}/feedback"),
        await colleague.get(f"/turns/{things.turn}"),
        await colleague.get(f"/turns/{things.turn}/events"),
        await colleague.post(f"/turns/{things.turn}/cancel"),
        await colleague.post(f"/turns/{things.turn}/approvals", {"call_id": "1-1", "approved": True}),
        await colleague.post(f"/turns/{things.turn}/replay"),
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
