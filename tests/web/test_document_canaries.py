"""A canary in a document outside one's access list: no route sings it, with our own filters or without."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from parley.adapters.database.connection import Database
from parley.core.workspaces.model import Role
from tests.web.conftest import Api, Person
from tests.web.library import add_document, collection_of, rag_bot
from tests.web.talking import ask
from tests.web.test_access import BODIES, Things
from tests.web.test_access_without_filters import _OF_WORKSPACE, take_out

CANARY = "xanthippe"
QUESTION = "With which code does the vault open?"
_CHANGES = ("delete", "patch", "put")


@dataclass(frozen=True, slots=True)
class Nest:
    """A conversation of `insider`, who may read the document with the canary, shared with the workspace."""

    things: Things
    insider: Person
    bot: str
    token: str

    async def told(self, person: Person) -> str:
        """All that the reading routes tell a colleague, by the ids of the insider's things."""
        said = []
        paths = (await person.http.get("/openapi.json")).json()["paths"]
        for method, path in _reading(paths):
            route = f"{method.upper()} {path.removeprefix('/api/v1')}"
            filled = self.things.fill(path).replace("x" * 43, self.token)
            reply = await person.http.request(
                method,
                filled,
                params={"q": QUESTION} if method == "get" and "search" in path else None,
                json=self._body(route),
                headers={"Authorization": f"Bearer {person.access_token}"},
            )
            said.append(f"{route}: {reply.status_code} {reply.text}")
        assert len(said) > 50
        answer = await ask(person, self.bot, QUESTION)
        events = await person.get(f"/turns/{answer['turn_id']}/events")
        receipt = await person.get(f"/turns/{answer['turn_id']}/receipt")
        return "\n".join([*said, json.dumps(answer), events.text, receipt.text])

    def _body(self, route: str) -> Any:
        if route.endswith("/search") and route.startswith("POST"):
            return {"query": QUESTION}
        return BODIES.get(route)


def _reading(paths: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What changes things would end the test: the routes that remove what others are to look at."""
    for path, methods in paths.items():
        for method in methods:
            if method not in _CHANGES and "/auth/" not in path:
                yield method, path


@pytest.fixture
async def nest(api: Api, database: Database) -> Nest:
    owner = await api.sign_up("Owner")
    insider = await api.member(owner, "editor")
    group = (await owner.made(f"/workspaces/{owner.workspace}/groups", {"name": "Vault"}))["id"]
    await owner.put(f"/groups/{group}/members/{insider.id}", None)
    collection = await collection_of(owner)
    canteen = "The canteen with its blue door opens at noon."
    await add_document(owner, database, collection, "canteen.txt", canteen)
    secret = await add_document(
        owner, database, collection, f"{CANARY}.txt", f"The vault opens with the code {CANARY} seven."
    )
    await owner.put(f"/documents/{secret}/access", {"everyone": False, "groups": [group]})
    bot = await rag_bot(owner, collection, answer_cache_s=300)
    answer = await ask(insider, bot, QUESTION)
    assert CANARY in str(answer)
    conversation, message = answer["conversation_id"], answer["message"]["id"]
    token = (await insider.made(f"/conversations/{conversation}/share", {}))["token"]
    await insider.put(f"/messages/{message}/feedback", {"rating": "up", "comment": "Good."})
    things = Things(owner, bot, collection, secret, conversation, answer["turn_id"], message, group)
    return Nest(things, insider, bot, token)


async def test_no_route_tells_a_colleague_of_a_document_outside_their_list(api: Api, nest: Nest) -> None:
    for role in Role:
        told = await nest.told(await api.member(nest.things.owner, role))
        assert CANARY not in told, _lines_with_canary(told)
        assert "withheld" in told, "its answer is shared, and its words are the document's"
    assert CANARY in await nest.told(nest.insider)


async def test_nor_with_the_applications_own_filters_taken_out(
    api: Api, nest: Nest, monkeypatch: pytest.MonkeyPatch
) -> None:
    colleague = await api.member(nest.things.owner, "owner")
    with monkeypatch.context() as patched:
        bared = take_out(patched, _OF_WORKSPACE)
        told = await nest.told(colleague)
    assert len(bared) > 20
    assert CANARY not in told, _lines_with_canary(told)


async def test_programs_learn_no_more_than_who_made_their_key(api: Api, nest: Nest) -> None:
    owner = nest.things.owner
    scopes = ["chat", "models", "documents.read", "documents.write", "mcp"]
    key = (await owner.made(f"/workspaces/{owner.workspace}/api-keys", {"name": "K", "scopes": scopes}))[
        "key"
    ]
    headers = {"Authorization": f"Bearer {key}", "Accept": "application/json, text/event-stream"}
    question = {"role": "user", "content": QUESTION}
    told = [
        (await api.http.post(path, json=body, headers=headers)).text
        for path, body in (
            ("/v1/chat/completions", {"model": nest.bot, "messages": [question]}),
            ("/api/v1/messages", {"bot_id": nest.bot, "user_id": "u", "message": QUESTION}),
            ("/mcp", _call("search", {"query": QUESTION})),
            ("/mcp", _call("ask", {"bot": nest.bot, "question": QUESTION})),
            (f"/api/v1/collections/{nest.things.collection}/search", {"query": QUESTION}),
        )
    ]
    history = await api.http.get("/api/v1/history", params={"user_id": "u"}, headers=headers)
    assert history.status_code == 200
    assert CANARY not in "\n".join([*told, history.text])


def _call(tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
    return {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "tools/call",
        "params": {"name": tool, "arguments": arguments},
    }


def _lines_with_canary(told: str) -> list[str]:
    return [line[:300] for line in told.splitlines() if re.search(CANARY, line)]
