"""Export and search of conversations, through HTTP."""

import json
from uuid import UUID

import pytest
from sqlalchemy import text

from parley.adapters.database.connection import Database, execute
from parley.adapters.database.message_backlog import PostgresMessageBacklog
from parley.adapters.language.snowball import SnowballAnalyzer
from parley.core.chat.indexing import IndexMessages, IndexMessagesJob
from parley.core.chat.search import WORDS_ALONE
from parley.core.kernel.ids import UserId, WorkspaceId
from tests.web.conftest import Api, Person
from tests.web.library import collection_of, upload
from tests.web.talking import ask, messages, owner_with_bot
from tests.web.test_sharing import CITATION


@pytest.fixture
async def talk(api: Api, database: Database) -> tuple[Person, str]:
    """Someone and a conversation with an edited question and cited answers."""
    owner, bot = await owner_with_bot(api)
    conversation = (await ask(owner, bot, "Warranty?"))["conversation_id"]
    await ask(owner, bot, "Warranty, please?", conversation_id=conversation, parent_message_id=None)
    document = await upload(owner, await collection_of(owner), "warranty.txt", "Two years.")
    citations = [CITATION | {"document_id": document, "number": number} for number in (1, 2)]
    async with database.begin_platform() as tx:
        await execute(
            tx,
            text(
                "UPDATE messages SET text = 'Two years [2], see [2] and [7].', citations = CAST(:c AS jsonb)"
                " WHERE role = 'assistant'"
            ),
            {"c": json.dumps(citations)},
        )
        await execute(tx, text("UPDATE conversations SET title = :title"), {"title": 'A "title"; x=1'})
    return owner, conversation


async def test_markdown_holds_the_active_branch_with_footnotes(talk: tuple[Person, str]) -> None:
    owner, conversation = talk
    reply = await owner.get(f"/conversations/{conversation}/export", params={"format": "markdown"})
    assert reply.headers["content-type"].startswith("text/markdown")
    assert reply.headers["content-disposition"] == "attachment; filename*=UTF-8''a-title-x-1.md"
    assert reply.text.startswith('# A "title"; x=1\n')
    assert "Warranty, please?" in reply.text
    assert "Warranty?\n" not in reply.text
    assert "Two years [^1], see [^1] and [7]." in reply.text
    assert "[^1]: warranty.txt › Terms, page 2" in reply.text
    assert "[^2]" not in reply.text


async def test_json_holds_every_branch(talk: tuple[Person, str]) -> None:
    owner, conversation = talk
    reply = await owner.get(f"/conversations/{conversation}/export", params={"format": "json"})
    exported = reply.json()
    assert exported["conversation"]["id"] == conversation
    assert [message["id"] for message in exported["messages"]] == [
        message["id"] for message in await messages(owner, conversation)
    ]
    assert exported["messages"][1]["citations"][0]["document_name"] == "warranty.txt"


async def test_nobody_exports_the_conversation_of_another(api: Api, talk: tuple[Person, str]) -> None:
    owner, conversation = talk
    colleague = await api.member(owner, "admin")
    reply = await colleague.get(f"/conversations/{conversation}/export")
    assert (reply.status_code, reply.json()["code"]) == (404, "not_found")
    assert (await owner.get(f"/conversations/{conversation}/export?format=pdf")).status_code == 422


async def test_ones_own_conversations_are_searched(
    api: Api, talk: tuple[Person, str], database: Database
) -> None:
    owner, conversation = talk
    path = f"/workspaces/{owner.workspace}/conversations/search"
    nothing = (await owner.get(path, params={"q": "warranties"})).json()
    assert (nothing["items"], "still being indexed" in nothing["degraded"]) == ([], True)
    job = IndexMessagesJob(database, PostgresMessageBacklog(), SnowballAnalyzer(), None)
    await job.run(IndexMessages(WorkspaceId(UUID(owner.workspace)), UserId(UUID(owner.id))))
    found = (await owner.get(path, params={"q": "warranties"})).json()
    assert {item["conversation_id"] for item in found["items"]} == {conversation}
    assert "arranty" in found["items"][0]["snippet"]
    assert found["degraded"] == WORDS_ALONE
    colleague = await api.member(owner, "owner")
    assert (await colleague.get(path, params={"q": "warranties"})).json()["items"] == []
    assert (await owner.get(path, params={"q": " "})).status_code == 422
    assert (await owner.get(path)).status_code == 422
