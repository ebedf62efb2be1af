"""The search playground: why each passage was found, and what tuning changes."""

import json
from collections.abc import AsyncIterator, Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from aiohttp import web

from parley.adapters.database.chunks import PostgresChunkIndex
from parley.adapters.database.connection import Database
from parley.adapters.database.documents import PostgresDocuments
from parley.adapters.language.snowball import SnowballAnalyzer
from parley.bootstrap.database import RunningDatabase
from parley.core.kernel.ids import WorkspaceId
from parley.core.knowledge.model import Chunk, DocumentId, IndexedChunk
from parley.settings import Settings
from tests.http_servers import serving as serving_http
from tests.web.conftest import Api, Person, serving

TEXTS = (
    "Warranties of kettles are two years long.",
    "A warranty does not cover limescale.",
    "Batteries charge in an hour.",
)
QUESTION = "How long is the warranty of a kettle?"


async def _favours_limescale(request: web.Request) -> web.Response:
    asked = json.loads(await request.read())
    return web.json_response(
        {
            "results": [
                {"index": place, "relevance_score": 0.9 if "limescale" in text else 0.1}
                for place, text in enumerate(asked["documents"])
            ]
        }
    )


@pytest.fixture
async def api(settings_of: Callable[..., Settings], running_database: RunningDatabase) -> AsyncIterator[Api]:
    async with serving_http(set()) as start:
        address = await start(_favours_limescale)
        settings = settings_of(reranker="jina:scripted", reranker_base_url=address)
        async with serving(settings, running_database) as running:
            yield running


async def _add(owner: Person, database: Database, collection: str, name: str, *texts: str) -> str:
    """A document as the worker would leave it, each text under its own heading."""
    reply = await owner.post(
        f"/collections/{collection}/documents", files={"files": (name, name.encode(), "text/plain")}
    )
    document: str = reply.json()["items"][0]["document"]["id"]
    async with database.begin_platform(WorkspaceId(UUID(owner.workspace))) as tx:
        stored = await PostgresDocuments().get(tx, DocumentId(UUID(document)))
        assert stored is not None
        chunks = [
            IndexedChunk(
                Chunk(
                    stored.id,
                    number,
                    each,
                    (f"Part {number}",),
                    None,
                    10_000 * number,
                    10_000 * number + len(each),
                ),
                tuple(SnowballAnalyzer().terms(f"{name} Part {number} {each}")),
                None,
            )
            for number, each in enumerate(texts)
        ]
        await PostgresChunkIndex().replace(tx, stored, chunks, "")
    return document


@pytest.fixture
async def owner(api: Api) -> Person:
    await api.sign_up("First")  # the first account's workspace holds the sample
    return await api.sign_up("Owner")


@pytest.fixture
async def collection(owner: Person, database: Database) -> str:
    made = await owner.made(f"/workspaces/{owner.workspace}/collections", {"name": "C"})
    await _add(owner, database, made["id"], "kettle.txt", *TEXTS)
    found: str = made["id"]
    return found


async def search(person: Person, path: str, **body: Any) -> dict[str, Any]:
    reply = await person.post(f"{path}/search", {"query": QUESTION} | body)
    assert reply.status_code == 200, reply.text
    found: dict[str, Any] = reply.json()
    return found


async def test_each_passage_tells_why_it_was_found(owner: Person, collection: str) -> None:
    reply = await search(owner, f"/collections/{collection}")
    first = reply["items"][0]
    assert [first["text"][match["start"] : match["end"]] for match in first["matches"]] == [
        "Warranties",
        "kettles",
        "long",
    ]
    assert (first["bm25_rank"], first["cosine_rank"], first["score"]) == (1, None, 1.0)
    assert (first["closeness"], first["relevance"], first["document_version"]) == (None, None, 1)
    assert (first["collection_id"], first["heading_path"], first["context_terms"]) == (
        collection,
        ["Part 0"],
        ["kettl"],
    )
    assert (first["char_start"], first["char_end"]) == (0, len(TEXTS[0]))
    assert reply["terms"] == ["long", "warranti", "kettl"]
    assert (reply["language"], reply["retriever_weight"]) == ("english", 0.0)
    assert (reply["reranker"], reply["available_reranker"]) == ("", "jina:scripted")
    assert "words alone" in reply["degraded"]


async def test_a_reranker_has_the_last_word_where_it_is_asked_for(owner: Person, collection: str) -> None:
    reply = await search(owner, f"/collections/{collection}", rerank=True, limit=1)
    [item] = reply["items"]
    assert (item["text"], item["relevance"], item["bm25_rank"]) == (TEXTS[1], 0.9, 2)
    assert reply["reranker"] == "jina:scripted"


async def test_a_workspace_is_searched_in_all_or_some_of_its_collections(
    api: Api, owner: Person, collection: str, database: Database
) -> None:
    path = f"/workspaces/{owner.workspace}"
    other = await owner.made(f"{path}/collections", {"name": "D"})
    await _add(owner, database, other["id"], "toaster.txt", "The warranty of toasters is long.")
    everywhere = {item["collection_id"] for item in (await search(owner, path))["items"]}
    assert everywhere == {collection, other["id"]}
    there = (await search(owner, path, collections=[other["id"]]))["items"]
    assert [item["document_name"] for item in there] == ["toaster.txt"]
    assert (await search(owner, path, collections=[str(uuid4())]))["items"] == []
    stranger = await api.sign_up("Stranger")
    assert (await stranger.post(f"{path}/search", {"query": QUESTION})).status_code == 404
    own = await search(stranger, f"/workspaces/{stranger.workspace}", collections=[collection])
    assert own["items"] == []


@pytest.mark.parametrize(
    "body",
    [
        {"query": " "},
        {"limit": 0},
        {"retriever_weight": 1.5},
        {"retriever_weight": "x"},
        {"collections": [1]},
    ],
)
async def test_what_cannot_be_searched_for_is_refused(owner: Person, body: dict[str, Any]) -> None:
    path = f"/workspaces/{owner.workspace}/search"
    assert (await owner.post(path, {"query": QUESTION} | body)).status_code == 422


async def test_what_proved_itself_is_saved_with_the_bot_and_shows_in_its_receipts(
    owner: Person, collection: str
) -> None:
    tuned = {"retriever_k": 2, "retriever_weight": 0.2, "rerank": True, "collections": [collection]}
    bot = await owner.made(f"/workspaces/{owner.workspace}/bots", {"name": "B", "configuration": tuned})
    assert {key: bot["configuration"][key] for key in tuned} == tuned
    reply = await owner.post("/chat", {"bot_id": bot["id"], "message": QUESTION})
    receipt = (await owner.get(f"/turns/{reply.json()['turn_id']}/receipt")).json()
    ranking = receipt["ranking"]
    assert (ranking["reranker"], ranking["dense_weight"], ranking["token_budget"]) == (
        "jina:scripted",
        0.0,
        4_000,
    )
    assert [(chunk["chunk"], chunk["relevance"], chunk["passage"]) for chunk in ranking["chunks"]] == [
        (1, 0.9, 1),
        (0, 0.1, 2),
    ]
    assert [passage["text"] for passage in receipt["passages"]] == [TEXTS[1], TEXTS[0]]


async def test_neighbours_are_one_passage_and_the_receipt_tells_what_the_budget_left_out(
    owner: Person, database: Database
) -> None:
    path = f"/workspaces/{owner.workspace}"
    made = await owner.made(f"{path}/collections", {"name": "Long"})
    long = " ".join(f"The warranty number {number} is about kettles." for number in range(24))
    await _add(owner, database, made["id"], "long.txt", long, long)
    configuration = {"retriever_tokens": 210, "collections": [made["id"]]}
    bot = await owner.made(f"{path}/bots", {"name": "B", "configuration": configuration})
    reply = await owner.post("/chat", {"bot_id": bot["id"], "message": QUESTION})
    receipt = (await owner.get(f"/turns/{reply.json()['turn_id']}/receipt")).json()
    [passage] = receipt["passages"]
    assert passage["text"].endswith(" is about kettles.")
    assert len(passage["text"]) < len(long)
    assert sorted(chunk["passage"] or 0 for chunk in receipt["ranking"]["chunks"]) == [0, 1]
