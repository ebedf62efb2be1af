"""Collections, uploads and documents, through HTTP."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text

from parley.adapters.database.chunks import PostgresChunkIndex
from parley.adapters.database.connection import Database, execute, rows
from parley.adapters.database.documents import PostgresDocuments
from parley.adapters.language.snowball import SnowballAnalyzer
from parley.bootstrap.database import RunningDatabase
from parley.core.kernel.ids import WorkspaceId
from parley.core.knowledge.model import Chunk, DocumentId, IndexedChunk
from parley.settings import Settings
from tests.web.conftest import Api, Person, serving

BOUNDARY = b"----boundary"


@pytest.fixture
async def owner(api: Api) -> Person:
    await api.sign_up("First")  # the first account's workspace holds the sample
    return await api.sign_up("Owner")


@pytest.fixture
async def collection(owner: Person) -> str:
    made = await owner.made(f"/workspaces/{owner.workspace}/collections", {"name": "Handbooks"})
    found: str = made["id"]
    return found


def stored_files(tmp_path: Path) -> list[Path]:
    return [path for path in (tmp_path / "files").rglob("*") if path.is_file()]


async def _index(database: Database, workspace: str, document: str, texts: list[str]) -> None:
    """What the worker would make of the document."""
    async with database.begin_platform(WorkspaceId(UUID(workspace))) as tx:
        stored = await PostgresDocuments().get(tx, DocumentId(UUID(document)))
        assert stored is not None
        chunks = [
            IndexedChunk(
                Chunk(stored.id, number, each, ("Part",), 1, 0, len(each)),
                tuple(SnowballAnalyzer().terms(each)),
                None,
            )
            for number, each in enumerate(texts)
        ]
        await PostgresChunkIndex().replace(tx, stored, chunks, "")


async def test_a_collection_is_made_read_changed_and_removed(owner: Person) -> None:
    path = f"/workspaces/{owner.workspace}/collections"
    made = await owner.made(path, {"name": "Handbooks", "description": "All"})
    assert (made["name"], made["description"], made["document_count"]) == ("Handbooks", "All", 0)
    mine = f"/collections/{made['id']}"
    assert (await owner.get(mine)).json() == made
    assert (await owner.patch(mine, {"description": ""})).json()["name"] == "Handbooks"
    assert (await owner.patch(mine, {"name": "Guides"})).json()["name"] == "Guides"
    assert [each["name"] for each in (await owner.get(path)).json()["items"]] == ["Guides"]
    assert (await owner.delete(mine)).status_code == 204
    assert (await owner.get(mine)).status_code == 404


async def test_a_collections_name_is_its_own_whatever_its_case(owner: Person, collection: str) -> None:
    path = f"/workspaces/{owner.workspace}/collections"
    again = await owner.post(path, {"name": "HANDBOOKS"})
    assert (again.status_code, again.json()["code"]) == (409, "duplicate_name")
    other = await owner.made(path, {"name": "Other"})
    renamed = await owner.patch(f"/collections/{other['id']}", {"name": "handbooks"})
    assert (renamed.status_code, renamed.json()["code"]) == (409, "duplicate_name")


async def test_many_files_are_taken_at_once_and_a_bad_one_stops_no_other(
    owner: Person, collection: str
) -> None:
    reply = await owner.post(
        f"/collections/{collection}/documents",
        files=[
            ("files", ("Grüße 你好.txt", b"Guten Tag", "text/plain")),
            ("files", ("program.exe", b"MZ", "application/octet-stream")),
            ("files", ("empty.md", b"", "text/markdown")),
            ("files", ("data.csv", b"a,b\n1,2\n", "text/csv")),
        ],
    )
    assert reply.status_code == 202, reply.text
    items = reply.json()["items"]
    assert [item["name"] for item in items] == ["Grüße 你好.txt", "program.exe", "empty.md", "data.csv"]
    assert [(item["error"] or {}).get("code") for item in items] == [
        None,
        "unsupported_type",
        "empty_file",
        None,
    ]
    assert items[0]["document"]["state"] == "received"
    assert items[0]["document"]["size_bytes"] == 9
    listed = (await owner.get(f"/collections/{collection}/documents")).json()["items"]
    assert [document["name"] for document in listed] == ["data.csv", "Grüße 你好.txt"]
    assert (await owner.get(f"/collections/{collection}")).json()["document_count"] == 2


async def test_when_every_file_is_refused_the_request_is(owner: Person, collection: str) -> None:
    path = f"/collections/{collection}/documents"
    one = await owner.post(path, files={"files": ("a.exe", b"MZ")})
    assert (one.status_code, one.json()["code"]) == (415, "unsupported_type")
    two = await owner.post(path, files=[("files", ("a.exe", b"MZ")), ("files", ("b.txt", b""))])
    assert two.status_code == 415
    assert two.json()["detail"].startswith("None of the 2 files was taken.")
    assert [error["field"] for error in two.json()["errors"]] == ["a.exe", "b.txt"]


async def test_a_file_past_the_limit_is_refused_and_leaves_nothing(
    settings_of: Callable[..., Settings], running_database: RunningDatabase, tmp_path: Path
) -> None:
    async with serving(settings_of(upload_limit_mb=1), running_database) as api:
        owner = await api.sign_up()
        made = await owner.made(f"/workspaces/{owner.workspace}/collections", {"name": "C"})
        reply = await owner.post(
            f"/collections/{made['id']}/documents",
            files=[
                ("files", ("big.txt", b"x" * (3 << 20), "text/plain")),
                ("files", ("small.txt", b"fine", "text/plain")),
            ],
        )
    assert reply.status_code == 202
    items = reply.json()["items"]
    assert items[0]["error"]["code"] == "file_too_large"
    assert "'big.txt' is larger than 1 MiB" in items[0]["error"]["detail"]
    assert items[1]["document"]["name"] == "small.txt"
    assert [path.stat().st_size for path in stored_files(tmp_path)] == [4]


async def _upload_raw(
    owner: Person, collection: str, body: bytes | AsyncIterator[bytes], content_type: str
) -> tuple[int, str, str]:
    reply = await owner.http.post(
        f"/api/v1/collections/{collection}/documents",
        content=body,
        headers={"Authorization": f"Bearer {owner.access_token}", "Content-Type": content_type},
    )
    return reply.status_code, reply.json().get("code", ""), reply.json().get("detail", "")


def _part(name: str, content: bytes, filename: str | None = "a.txt") -> bytes:
    file = "" if filename is None else f'; filename="{filename}"'
    head = f'Content-Disposition: form-data; name="{name}"{file}\r\nContent-Type: text/plain\r\n\r\n'
    return b"--" + BOUNDARY + b"\r\n" + head.encode() + content + b"\r\n"


MULTIPART = f"multipart/form-data; boundary={BOUNDARY.decode()}"
END = b"--" + BOUNDARY + b"--\r\n"


async def test_a_body_that_holds_no_files_is_refused(owner: Person, collection: str) -> None:
    bodies = [
        (b"{}", "text/plain", 415, "not_multipart"),
        (b"", "multipart/form-data", 415, "not_multipart"),
        (END, MULTIPART, 422, "invalid_input"),
        (b"", MULTIPART, 422, "invalid_input"),
        (_part("other", b"x") + END, MULTIPART, 422, "invalid_input"),
        (_part("files", b"x", filename=None) + END, MULTIPART, 422, "invalid_input"),
        (b"nothing like it", MULTIPART, 422, "invalid_input"),
        (END, f"multipart/form-data; boundary={'x' * 300}", 422, "invalid_input"),
        (b"--" + BOUNDARY + b"\r\nX: " + b"y" * 9_000, MULTIPART, 422, "invalid_input"),
        (_part("other", b"x", filename=None) * 25 + END, MULTIPART, 422, "invalid_input"),
    ]
    for body, content_type, status, code in bodies:
        assert (await _upload_raw(owner, collection, body, content_type))[:2] == (status, code), body[:60]


async def test_what_came_whole_before_the_body_broke_is_told(owner: Person, collection: str) -> None:
    body = _part("files", b"whole", filename="a.txt") + b"--" + BOUNDARY + b"\r\nX: " + b"y" * 9_000
    status, _, _ = await _upload_raw(owner, collection, body, MULTIPART)
    assert status == 202
    [document] = (await owner.get(f"/collections/{collection}/documents")).json()["items"]
    assert document["name"] == "a.txt"


async def test_an_upload_that_breaks_off_leaves_no_half_file(
    owner: Person, collection: str, tmp_path: Path
) -> None:
    whole = _part("files", b"x" * 200_000)
    status, code, detail = await _upload_raw(owner, collection, whole[:100_000], MULTIPART)
    assert (status, code) == (422, "invalid_input")
    assert "ends in the middle" in detail
    assert stored_files(tmp_path) == []
    assert (await owner.get(f"/collections/{collection}/documents")).json()["items"] == []


async def test_a_body_in_pieces_of_any_size_is_read_the_same(owner: Person, collection: str) -> None:
    body = _part("note", b"ignored", filename=None) + _part("files", b"line\r\n--" * 50) + END

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(body), 7):
            yield body[start : start + 7]

    status, _, _ = await _upload_raw(owner, collection, pieces(), MULTIPART)
    assert status == 202
    [document] = (await owner.get(f"/collections/{collection}/documents")).json()["items"]
    original = await owner.get(f"/documents/{document['id']}/original")
    assert original.content == b"line\r\n--" * 50


async def test_the_original_comes_back_as_an_attachment(owner: Person, collection: str) -> None:
    reply = await owner.post(
        f"/collections/{collection}/documents",
        files={"files": ("Grüße.txt", "Tag ✋".encode(), "text/plain")},
    )
    document = reply.json()["items"][0]["document"]
    original = await owner.get(f"/documents/{document['id']}/original")
    assert original.content == "Tag ✋".encode()
    assert original.headers["content-disposition"] == "attachment; filename*=UTF-8''Gr%C3%BC%C3%9Fe.txt"
    assert original.headers["x-content-type-options"] == "nosniff"


async def test_an_original_that_is_gone_is_not_found(owner: Person, collection: str, tmp_path: Path) -> None:
    reply = await owner.post(f"/collections/{collection}/documents", files={"files": ("a.txt", b"x")})
    for path in stored_files(tmp_path):
        path.unlink()
    document = reply.json()["items"][0]["document"]
    assert (await owner.get(f"/documents/{document['id']}/original")).status_code == 404


async def test_passages_are_listed_and_searched(owner: Person, collection: str, database: Database) -> None:
    reply = await owner.post(f"/collections/{collection}/documents", files={"files": ("a.txt", b"x")})
    document = reply.json()["items"][0]["document"]
    texts = ["The warranty lasts two years.", "Batteries charge in an hour."]
    await _index(database, owner.workspace, document["id"], texts)
    listed = (await owner.get(f"/documents/{document['id']}/chunks")).json()["items"]
    assert [chunk["text"] for chunk in listed] == texts
    assert listed[0] == {
        "ordinal": 0,
        "text": texts[0],
        "heading_path": ["Part"],
        "page": 1,
        "char_start": 0,
        "char_end": len(texts[0]),
    }
    search = f"/collections/{collection}/search"
    found = (await owner.post(search, {"query": "How long is the warranty?"})).json()
    assert [each["text"] for each in found["items"]] == texts[:1]
    assert found["items"][0]["score"] == 1.0
    assert found["items"][0]["bm25"] > 0
    assert found["items"][0]["cosine"] is None
    assert "words alone" in found["degraded"]
    assert (await owner.post(search, {"query": "zebra"})).json()["items"] == []
    for body in ({"query": " "}, {"query": "x" * 2_001}, {"query": "a\u0000"}, {"query": "a", "limit": 51}):
        assert (await owner.post(search, body)).status_code == 422


async def test_a_wrong_parameter_is_named_once(owner: Person, collection: str) -> None:
    reply = await owner.post(f"/collections/{collection}/documents", files={"files": ("a.txt", b"x")})
    chunks = f"/documents/{reply.json()['items'][0]['document']['id']}/chunks"
    refused = (await owner.get(chunks, params={"limit": 0})).json()
    assert [error["field"] for error in refused["errors"]] == ["limit"]


async def test_documents_are_listed_newest_first_in_pages(owner: Person, collection: str) -> None:
    path = f"/collections/{collection}/documents"
    files = [("files", (f"{number}.txt", b"x")) for number in range(5)]
    assert (await owner.post(path, files=files)).status_code == 202
    names: list[str] = []
    cursor: str | None = None
    while True:
        page = (await owner.get(path, params={"limit": 2} | ({"cursor": cursor} if cursor else {}))).json()
        names += [document["name"] for document in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert names == ["4.txt", "3.txt", "2.txt", "1.txt", "0.txt"]


async def test_only_a_failed_document_is_retried(owner: Person, collection: str, database: Database) -> None:
    reply = await owner.post(f"/collections/{collection}/documents", files={"files": ("a.txt", b"x")})
    path = f"/documents/{reply.json()['items'][0]['document']['id']}"
    early = await owner.post(f"{path}/retry")
    assert (early.status_code, early.json()["code"]) == (409, "conflict")
    async with database.begin_platform() as tx:
        await execute(
            tx,
            text(
                "UPDATE documents SET state = 'failed',"
                """ failure = '{"code": "no_text", "detail": "It holds no text.", "hint": "Scan it."}'"""
            ),
        )
    failed = (await owner.get(path)).json()
    assert failed["error"] == {"code": "no_text", "detail": "It holds no text.", "hint": "Scan it."}
    retried = await owner.post(f"{path}/retry")
    assert (retried.status_code, retried.json()["state"], retried.json()["error"]) == (202, "received", None)


async def test_a_removed_document_is_gone_with_its_passages(
    owner: Person, collection: str, database: Database
) -> None:
    reply = await owner.post(f"/collections/{collection}/documents", files={"files": ("a.txt", b"x")})
    document = reply.json()["items"][0]["document"]["id"]
    await _index(database, owner.workspace, document, ["The warranty."])
    assert (await owner.delete(f"/documents/{document}")).status_code == 204
    for reply in (await owner.get(f"/documents/{document}"), await owner.delete(f"/documents/{document}")):
        assert (reply.status_code, reply.json()["code"]) == (404, "not_found")
    async with database.begin_platform() as tx:
        for table in ("documents", "chunks", "chunk_terms", "chunk_vectors"):
            assert await rows(tx, text(f"SELECT 1 FROM {table}")) == [], table
