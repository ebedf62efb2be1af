"""Where citations lead, through HTTP: as long as their documents stand, after they change, when they go."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from reportlab.pdfgen.canvas import Canvas
from sqlalchemy import text

from parley.adapters.database.connection import Database, execute
from parley.core.chat.citing import GONE
from tests.web.conftest import Api, Person
from tests.web.library import add_document, collection_of, rag_bot, read, upload
from tests.web.talking import ask

FIRST = "Before anything else, read the terms of this contract with care."
WARRANTY = "The warranty of the kettle lasts twenty-four months from the day of purchase."
QUESTION = "How long does the warranty of the kettle last?"


@dataclass(frozen=True, slots=True)
class Cited:
    """An answer that cites the second passage of a document."""

    owner: Person
    database: Database
    document: str
    conversation: str
    message: str
    number: int

    async def follow(self) -> dict[str, Any]:
        reply = await self.owner.get(f"/messages/{self.message}/citations/{self.number}")
        assert reply.status_code == 200, reply.text
        found: dict[str, Any] = reply.json()
        return found

    async def becomes(self, *passages: str) -> None:
        """The document is replaced by its next version, which has these passages."""
        await read(self.database, self.owner.workspace, self.document, *passages, version=2)

    async def states(self) -> set[str]:
        """In the list of messages."""
        reply = await self.owner.get(f"/conversations/{self.conversation}/messages")
        return {citation["state"] for message in reply.json()["items"] for citation in message["citations"]}


@pytest.fixture
async def cited(api: Api, database: Database) -> Cited:
    owner = await api.sign_up("Owner")
    collection = await collection_of(owner)
    document = await add_document(owner, database, collection, "kettle.txt", FIRST, WARRANTY)
    answer = await ask(owner, await rag_bot(owner, collection), QUESTION)
    [citation] = [each for each in answer["message"]["citations"] if each["text"] == WARRANTY]
    assert f"[{citation['number']}]" in answer["message"]["text"]
    assert citation["document_version"] == 1
    message = answer["message"]["id"]
    return Cited(owner, database, document, answer["conversation_id"], message, citation["number"])


async def test_a_citation_leads_to_its_passage_while_the_document_stands(cited: Cited) -> None:
    found = await cited.follow()
    assert (found["state"], found["citation"]["text"]) == ("current", WARRANTY)
    assert found["document"]["id"] == cited.document
    start = len(FIRST) + 2
    assert found["place"] == {
        "chunk": 1,
        "page": 2,
        "heading_path": ["Part"],
        "char_start": start,
        "char_end": start + len(WARRANTY),
    }
    assert await cited.states() == {"current"}


async def test_a_passage_that_has_moved_is_found_where_it_stands_now(cited: Cited) -> None:
    await cited.becomes("A new preface.", FIRST, f"In short: {WARRANTY} Nothing else holds.")
    found = await cited.follow()
    assert (found["state"], found["citation"]["text"]) == ("changed", WARRANTY)
    start = len("A new preface.") + 2 + len(FIRST) + 2 + len("In short: ")
    assert (found["place"]["page"], found["place"]["chunk"]) == (3, 2)
    assert (found["place"]["char_start"], found["place"]["char_end"]) == (start, start + len(WARRANTY))
    assert await cited.states() == {"changed"}


async def test_a_passage_that_was_cut_anew_is_found_by_its_beginning_and_end(
    api: Api, database: Database
) -> None:
    owner = await api.sign_up("Owner")
    collection = await collection_of(owner)
    clauses = [f"Clause {number} of the kettle's warranty holds for {number} months." for number in range(9)]
    whole = " ".join(clauses)
    document = await add_document(owner, database, collection, "kettle.txt", whole)
    answer = await ask(owner, await rag_bot(owner, collection), "What is clause 3 of the kettle's warranty?")
    path = f"/messages/{answer['message']['id']}/citations/1"
    await read(database, owner.workspace, document, " ".join(clauses[:5]), " ".join(clauses[5:]), version=2)
    place = (await owner.get(path)).json()["place"]
    assert (place["chunk"], place["char_start"]) == (0, 0)
    assert len(whole) <= place["char_end"] <= len(whole) + 2
    await read(database, owner.workspace, document, " ".join(clauses[:5]), version=3)
    place = (await owner.get(path)).json()["place"]
    assert (place["char_start"], place["char_end"]) == (0, len(" ".join(clauses[:5])))


async def test_a_passage_that_no_longer_stands_says_so(cited: Cited) -> None:
    await cited.becomes("The kettle has no warranty any more.")
    found = await cited.follow()
    assert (found["state"], found["place"], found["citation"]["text"]) == ("changed", None, WARRANTY)


async def test_answers_of_before_there_were_versions_are_judged_by_their_place(cited: Cited) -> None:
    async with cited.database.begin_platform() as tx:
        forget = (
            "UPDATE messages SET citations = (SELECT jsonb_agg(c - 'document_version') FROM "
            "jsonb_array_elements(citations) c) WHERE citations <> '[]'"
        )
        await execute(tx, text(forget))
    assert (await cited.follow())["state"] == "current"
    await cited.becomes("A new preface.", FIRST, WARRANTY)
    assert (await cited.follow())["state"] == "changed"


async def test_removed_and_not_yours_to_read_look_the_same(cited: Cited) -> None:
    await cited.owner.put(f"/documents/{cited.document}/access", {"everyone": False})
    closed = await cited.follow()
    assert closed["state"] == "gone"
    assert (closed["document"], closed["place"]) == (None, None)
    assert (closed["citation"]["document_name"], closed["citation"]["text"]) == (GONE, "")
    assert await cited.states() == {"gone"}
    markdown = (await cited.owner.get(f"/conversations/{cited.conversation}/export")).text
    assert GONE in markdown
    assert "kettle.txt" not in markdown
    await cited.owner.put(f"/documents/{cited.document}/access", {"everyone": True})
    assert (await cited.follow())["state"] == "current"
    assert (await cited.owner.delete(f"/documents/{cited.document}")).status_code == 204
    assert await cited.follow() == closed


async def test_exports_and_links_say_what_became_of_a_passage(cited: Cited, api: Api) -> None:
    made = await cited.owner.made(f"/conversations/{cited.conversation}/share", {})
    viewer = await api.member(cited.owner, "viewer")

    async def shown() -> dict[str, Any]:
        answer: dict[str, Any] = (await viewer.get(f"/shared/{made['token']}")).json()["items"][1]
        return answer

    assert {citation["state"] for citation in (await shown())["citations"]} == {"current"}
    await cited.becomes("The kettle has no warranty any more.")
    assert {citation["state"] for citation in (await shown())["citations"]} == {"changed"}
    markdown = (await cited.owner.get(f"/conversations/{cited.conversation}/export")).text
    assert "kettle.txt › Part, page 2 (the document has changed since)" in markdown
    exported = await cited.owner.get(f"/conversations/{cited.conversation}/export?format=json")
    [answer] = [message for message in exported.json()["messages"] if message["citations"]]
    assert {citation["state"] for citation in answer["citations"]} == {"changed"}


async def test_only_ones_own_citations_can_be_followed(cited: Cited, api: Api) -> None:
    path = f"/messages/{cited.message}/citations"
    assert (await cited.owner.get(f"{path}/99")).status_code == 404
    assert (await cited.owner.get(f"{path}/0")).status_code == 422
    colleague = await api.member(cited.owner, "owner")
    assert (await colleague.get(f"{path}/{cited.number}")).status_code == 404


async def test_passages_are_read_from_anywhere_in_the_document(api: Api, database: Database) -> None:
    owner = await api.sign_up("Owner")
    passages = [f"Passage {number}." for number in range(10)]
    document = await add_document(owner, database, await collection_of(owner), "long.txt", *passages)

    async def ordinals(**params: int | str) -> list[int]:
        reply = await owner.get(f"/documents/{document}/chunks", params=params)
        return [chunk["ordinal"] for chunk in reply.json()["items"]]

    assert await ordinals(around=5, limit=3) == [4, 5, 6]
    assert await ordinals(around=0, limit=3) == [0, 1, 2]
    assert await ordinals(first=8, limit=3) == [8, 9]
    assert await ordinals(first=50) == []
    page = (await owner.get(f"/documents/{document}/chunks", params={"first": 4, "limit": 2})).json()
    assert await ordinals(cursor=page["next_cursor"], limit=2) == [6, 7]


async def _contract(owner: Person, database: Database, folder: Path) -> str:
    canvas = Canvas(str(folder / "contract.pdf"), pagesize=(300, 400))
    for page in (FIRST[:40], WARRANTY[:40]):
        canvas.drawString(20, 300, page)
        canvas.showPage()
    canvas.save()
    collection = await collection_of(owner)
    reply = await owner.post(
        f"/collections/{collection}/documents",
        files={"files": ("contract.pdf", (folder / "contract.pdf").read_bytes(), "application/pdf")},
    )
    document = str(reply.json()["items"][0]["document"]["id"])
    await read(database, owner.workspace, document, FIRST[:40], WARRANTY[:40])
    async with database.begin_platform() as tx:
        await execute(tx, text("UPDATE documents SET page_count = 2"))
    return document


async def test_a_page_shows_its_picture_and_where_a_passage_stands(
    api: Api, database: Database, tmp_path: Path
) -> None:
    owner = await api.sign_up("Owner")
    path = f"/documents/{await _contract(owner, database, tmp_path)}/pages"
    plain = (await owner.get(f"{path}/2")).json()
    assert (plain["page"], plain["page_count"], plain["width"], plain["height"]) == (2, 2, 300, 400)
    assert plain["rectangles"] == []
    span = {"char_start": 42 + WARRANTY.index("warranty"), "char_end": 42 + 30}
    [found] = (await owner.get(f"{path}/2", params=span)).json()["rectangles"]
    assert 90 < found["top"] < 100 < found["top"] + found["height"] + 1 < 110
    assert found["left"] > 30
    assert (await owner.get(f"{path}/1", params=span)).json()["rectangles"] == [], "it stands on the other"
    assert (await owner.get(f"{path}/2", params={"char_start": 5, "char_end": 5})).status_code == 422
    image = await owner.get(f"{path}/2/image", params={"width": 150})
    assert image.headers["content-type"] == "image/png"
    assert image.headers["cache-control"] == "private, no-cache"
    assert image.content[16:24] == (150).to_bytes(4, "big") + (200).to_bytes(4, "big")
    headers = {
        "Authorization": f"Bearer {owner.access_token}",
        "If-None-Match": image.headers["etag"],
    }
    again = await owner.http.get(f"/api/v1{path}/2/image", params={"width": 150}, headers=headers)
    assert (again.status_code, again.content) == (304, b"")
    for missing in ("/3", "/3/image"):
        assert (await owner.get(f"{path}{missing}")).status_code == 404
    assert (await owner.get(f"{path}/1/image", params={"width": 9_999})).status_code == 422


async def test_what_is_no_pdf_has_no_pictures(api: Api) -> None:
    owner = await api.sign_up("Owner")
    document = await upload(owner, await collection_of(owner), "a.txt", "Text.")
    for path in ("", "/image"):
        reply = await owner.get(f"/documents/{document}/pages/1{path}")
        assert (reply.status_code, reply.json()["code"]) == (415, "no_page_pictures")
