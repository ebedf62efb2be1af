"""Share links, through HTTP: what they show, to whom, and when they end."""

import json
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from parley.adapters.database.connection import Database, execute
from parley.core.chat.citing import GONE, WITHHELD_ANSWER
from tests.web.conftest import Api, Person
from tests.web.talking import ask, owner_with_bot, send

CITATION = {
    "number": 1,
    "document_name": "warranty.txt",
    "chunk": 0,
    "page": 2,
    "heading_path": ["Terms"],
    "char_start": 0,
    "char_end": 4,
    "text": "The warranty lasts two years.",
    "score": 1.0,
}


class Shared:
    """A conversation with a cited answer, and links to it."""

    def __init__(self, owner: Person, bot: str, conversation: str, database: Database) -> None:
        self.owner, self.bot, self.conversation, self.database = owner, bot, conversation, database
        self.path = f"/conversations/{conversation}/share"
        self.policy = f"/workspaces/{owner.workspace}/sharing"

    async def link(self, **body: Any) -> str:
        made = await self.owner.made(self.path, body)
        return str(made["token"])

    async def seen(self, person: Person | None, token: str) -> Any:
        if person is not None:
            return await person.get(f"/shared/{token}")
        return await self.owner.http.get(f"/api/v1/shared/{token}")

    async def cite(self, *, restricted: bool) -> None:
        """Makes the answer cite a document that is open to all, or to nobody."""
        collection = await self.owner.made(f"/workspaces/{self.owner.workspace}/collections", {"name": "C"})
        upload = await self.owner.post(
            f"/collections/{collection['id']}/documents",
            files={"files": ("warranty.txt", b"text", "text/plain")},
        )
        document = upload.json()["items"][0]["document"]["id"]
        citation = json.dumps([CITATION | {"document_id": document}])
        async with self.database.begin_platform() as tx:
            await execute(
                tx,
                text("UPDATE messages SET citations = CAST(:c AS jsonb) WHERE role = 'assistant'"),
                {"c": citation},
            )
            if restricted:
                await execute(tx, text("UPDATE documents SET principals = '{}'"))


@pytest.fixture
async def shared(api: Api, database: Database) -> Shared:
    owner, bot = await owner_with_bot(api)
    conversation = (await ask(owner, bot, "How long is the warranty?"))["conversation_id"]
    return Shared(owner, bot, conversation, database)


async def test_a_link_shows_members_the_conversation_as_it_was(api: Api, shared: Shared) -> None:
    token = await shared.link()
    await ask(shared.owner, shared.bot, "Later?", conversation_id=shared.conversation)
    viewer = await api.member(shared.owner, "viewer")
    reply = await shared.seen(viewer, token)
    assert [message["role"] for message in reply.json()["items"]] == ["user", "assistant"]
    assert reply.json()["title"] == "How long is the warranty?"
    assert reply.headers["cache-control"] == "no-store"
    assert "noindex" in reply.headers["x-robots-tag"]
    page = (await viewer.get(f"/shared/{token}", params={"limit": 1})).json()
    rest = (await viewer.get(f"/shared/{token}", params={"cursor": page["next_cursor"]})).json()
    assert page["items"] + rest["items"] == reply.json()["items"]


async def test_strangers_and_the_public_see_nothing_of_a_link_for_members(api: Api, shared: Shared) -> None:
    token = await shared.link()
    stranger = await api.sign_up("Stranger")
    unknown = "x" * 43
    for someone, status in ((stranger, 404), (None, 401)):
        hidden, missing = await shared.seen(someone, token), await shared.seen(someone, unknown)
        assert hidden.status_code == missing.status_code == status
        assert hidden.json()["detail"] == missing.json()["detail"]
        assert token not in hidden.text


async def test_a_revoked_or_expired_link_shows_nothing(shared: Shared) -> None:
    token, other = await shared.link(), await shared.link(expires_in_days=1)
    assert len((await shared.owner.get(shared.path)).json()["items"]) == 2
    async with shared.database.begin_platform() as tx:
        await execute(
            tx, text("UPDATE conversation_shares SET expires_at = now() WHERE expires_at IS NOT NULL")
        )
    assert (await shared.seen(shared.owner, other)).status_code == 404
    assert (await shared.seen(shared.owner, token)).status_code == 200
    assert (await shared.owner.delete(shared.path)).status_code == 204
    assert (await shared.seen(shared.owner, token)).status_code == 404
    assert (await shared.owner.get(shared.path)).json()["items"] == []


async def test_a_link_ends_with_the_membership_of_who_made_it(api: Api, shared: Shared) -> None:
    member = await api.member(shared.owner, "member")
    conversation = (await ask(member, shared.bot, "Mine?"))["conversation_id"]
    token = (await member.made(f"/conversations/{conversation}/share", {}))["token"]
    assert (await shared.seen(shared.owner, token)).status_code == 200
    await shared.owner.delete(f"/workspaces/{shared.owner.workspace}/members/{member.id}")
    assert (await shared.seen(shared.owner, token)).status_code == 404


async def test_public_links_need_leave_and_end_with_it(api: Api, shared: Shared) -> None:
    refused = await shared.owner.post(shared.path, {"audience": "public"})
    assert (refused.status_code, refused.json()["code"]) == (403, "public_sharing_off")
    allowed = await shared.owner.patch(shared.policy, {"public_sharing": True})
    assert allowed.json() == {"public_sharing": True, "public_passages": False}
    token = await shared.link(audience="public")
    assert len((await shared.seen(None, token)).json()["items"]) == 2
    assert (await shared.seen(await api.sign_up("Stranger"), token)).status_code == 200
    await shared.owner.patch(shared.policy, {"public_sharing": False})
    assert (await shared.seen(None, token)).status_code == 401
    assert (await shared.seen(shared.owner, token)).status_code == 200
    admin, editor = await api.member(shared.owner, "admin"), await api.member(shared.owner, "editor")
    assert (await admin.patch(shared.policy, {"public_passages": True})).status_code == 200
    assert (await editor.patch(shared.policy, {"public_passages": True})).status_code == 403


async def _citation(shared: Shared, person: Person | None, token: str) -> tuple[str, str]:
    [found] = (await shared.seen(person, token)).json()["items"][1]["citations"]
    return found["document_name"], found["text"]


async def test_passages_of_an_open_document_show_to_members_and_if_allowed_to_all(shared: Shared) -> None:
    await shared.cite(restricted=False)
    await shared.owner.patch(shared.policy, {"public_sharing": True})
    token = await shared.link(audience="public")
    whole = ("warranty.txt", "The warranty lasts two years.")
    assert await _citation(shared, shared.owner, token) == whole
    assert await _citation(shared, None, token) == ("warranty.txt", "")
    await shared.owner.patch(shared.policy, {"public_passages": True})
    assert await _citation(shared, None, token) == whole


async def test_a_document_that_the_reader_may_not_read_is_withheld(shared: Shared) -> None:
    await shared.cite(restricted=True)
    await shared.owner.patch(shared.policy, {"public_sharing": True, "public_passages": True})
    token = await shared.link(audience="public")
    for someone in (shared.owner, None):
        assert await _citation(shared, someone, token) == (GONE, "")
        answer = (await shared.seen(someone, token)).json()["items"][1]
        assert (answer["text"], answer["citations"][0]["state"]) == (WITHHELD_ANSWER, "gone")


async def test_the_same_key_makes_one_link_whose_latest_token_opens_it(shared: Shared) -> None:
    key = str(uuid4())
    first, again = [await send(shared.owner, "POST", shared.path, key, json={}) for _ in range(2)]
    assert first.json()["id"] == again.json()["id"]
    assert (await shared.seen(shared.owner, first.json()["token"])).status_code == 404
    assert (await shared.seen(shared.owner, again.json()["token"])).status_code == 200
    await shared.owner.delete(shared.path)
    dead = await send(shared.owner, "POST", shared.path, key, json={})
    assert (dead.status_code, dead.json()["code"]) == (409, "conflict")


async def test_a_token_reaches_no_log(api: Api, shared: Shared) -> None:
    token = await shared.link()
    await shared.seen(shared.owner, token)
    await shared.seen(None, token)
    await api.http.get(f"/shared/{token}")
    assert token not in str(api.log.events)
    assert "/api/v1/shared/…" in str(api.log.events)
