"""Row-level security alone: every route again, with the conditions of the application's own SQL taken out."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.sql import Executable

from parley.adapters.database import connection
from parley.adapters.database.statements import prepared
from parley.adapters.database.workspaces import PostgresMemberships
from parley.core.kernel.ids import UserId, WorkspaceId
from parley.core.kernel.transactions import Transaction
from parley.core.workspaces.model import Membership, ResourceKind, Role
from tests.web.conftest import Api, Person
from tests.web.test_access import BODIES, Things

CANARY = "xanthippe"
_VALUE = r"(\$\d+)(?:::\w+)?"
_OF_WORKSPACE = re.compile(rf"\b(?:\w+\.)?workspace_id = {_VALUE}")
_OF_USER = re.compile(rf"(?<!memberships\.)\b(?:(?!memberships\.)\w+\.)?user_id = {_VALUE}")


def take_out(monkeypatch: pytest.MonkeyPatch, *conditions: re.Pattern[str]) -> set[str]:
    """The statements that lost one of the conditions, as they run."""
    bared: set[str] = set()

    def bare(statement: Executable, values: Mapping[str, Any] | None) -> tuple[str, Sequence[Any]]:
        sql, arguments = prepared(statement, values)
        for condition in conditions:
            sql, found = condition.subn(r"(\1::uuid IS NOT NULL OR true)", sql)
            if found:
                bared.add(sql)
        return sql, arguments

    monkeypatch.setattr(connection, "prepared", bare)
    return bared


@pytest.fixture
async def things(api: Api) -> Things:
    """One of each kind, each with the canary."""
    owner = await api.sign_up("Owner")
    path = f"/workspaces/{owner.workspace}"
    collection = await owner.made(f"{path}/collections", {"name": CANARY})
    bot = await owner.made(f"{path}/bots", {"name": CANARY, "configuration": {"agent_type": "plain"}})
    upload = await owner.post(
        f"/collections/{collection['id']}/documents",
        files={"files": (f"{CANARY}.txt", CANARY.encode(), "text/plain")},
    )
    answer = (await owner.post("/chat", {"bot_id": bot["id"], "message": f"Who is {CANARY}?"})).json()
    message = answer["message"]["id"]
    await owner.put(f"/messages/{message}/feedback", {"rating": "up", "comment": CANARY})
    await owner.made(f"{path}/api-keys", {"name": CANARY, "scopes": ["chat"]})
    document = upload.json()["items"][0]["document"]["id"]
    group = await owner.made(f"{path}/groups", {"name": CANARY})
    conversation, turn = answer["conversation_id"], answer["turn_id"]
    return Things(owner, bot["id"], collection["id"], document, conversation, turn, message, group["id"])


async def replies_to(person: Person, things: Things, routes: re.Pattern[str]) -> str:
    """All that the routes whose path matches tell `person` of these things; some fail, which is fine."""
    paths = (await person.http.get("/openapi.json")).json()["paths"]
    found = [(method, path) for path, methods in paths.items() if routes.search(path) for method in methods]
    told = []
    # What removes comes last, the workspace after all that is in it.
    for method, path in sorted(found, key=lambda each: (each[0] == "delete", -len(each[1]))):
        route = f"{method.upper()} {path.removeprefix('/api/v1')}"
        reply = await person.http.request(
            method,
            things.fill(path),
            params={"q": CANARY} if route.endswith("/search") and method == "get" else None,
            json=BODIES.get(route),
            headers={"Authorization": f"Bearer {person.access_token}"},
            files={"files": ("a.txt", b"text")} if route.endswith("/documents") else None,
        )
        told.append(f"{route}: {reply.status_code} {reply.text}")
    assert len(told) > 5
    return "\n".join(told)


async def test_no_route_shows_or_changes_another_tenants_rows(
    api: Api, things: Things, monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger = await api.sign_up("Stranger")

    async def fooled(
        self: PostgresMemberships,
        tx: Transaction,
        kind: ResourceKind,
        resource_id: UUID,
        user_id: UserId,
        bots: frozenset[UUID] | None = None,
    ) -> Membership:
        """As if everything were in the asker's own workspace."""
        return Membership(WorkspaceId(UUID(stranger.workspace)), user_id, Role.OWNER)

    with monkeypatch.context() as patched:
        patched.setattr(PostgresMemberships, "on_resource", fooled)
        bared = take_out(patched, _OF_WORKSPACE, _OF_USER)
        told = await replies_to(stranger, things, re.compile(r"^/api/v1/.*\{"))
    assert len(bared) > 20
    assert CANARY not in told
    owner = things.owner
    for path in (
        f"/bots/{things.bot}",
        f"/collections/{things.collection}",
        f"/documents/{things.document}",
        f"/conversations/{things.conversation}/messages",
        f"/workspaces/{owner.workspace}/api-keys",
        f"/workspaces/{owner.workspace}/feedback",
    ):
        assert CANARY in (await owner.get(path)).text, path


async def test_no_route_shows_a_colleague_what_another_user_asked(
    api: Api, things: Things, monkeypatch: pytest.MonkeyPatch
) -> None:
    colleague = await api.member(things.owner, "editor")
    await colleague.patch(f"/bots/{things.bot}", {"name": "Renamed"})
    with monkeypatch.context() as patched:
        bared = take_out(patched, _OF_USER)
        told = await replies_to(
            colleague, things, re.compile(r"\{(conversation|turn|message)_id\}|/conversations|/usage/mine")
        )
    assert len(bared) > 3
    assert CANARY not in told
    assert CANARY in (await things.owner.get(f"/conversations/{things.conversation}/messages")).text
