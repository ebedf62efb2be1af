"""Pasted text, pages and sitemaps through HTTP; the worker's part has tests of its own."""

from typing import Any
from uuid import uuid4

import pytest

from tests.web.conftest import Api, Person


async def collection_of(person: Person) -> str:
    made = await person.made(f"/workspaces/{person.workspace}/collections", {"name": "C"})
    return f"/collections/{made['id']}"


@pytest.mark.parametrize(
    ("name", "stored", "media_type"),
    [
        ("Opening hours", "Opening hours", "text/plain"),
        ("notes.md", "notes.md", "text/markdown"),
        ("v1.2", "v1.2.txt", "text/plain"),
        ("report.pdf", "report.pdf.txt", "text/plain"),
    ],
)
async def test_pasted_text_becomes_a_document(api: Api, name: str, stored: str, media_type: str) -> None:
    owner = await api.sign_up()
    path = f"{await collection_of(owner)}/documents"
    body = {"text": "Mon to Fri, 9 to 17.", "name": name}
    reply = await owner.post(path, body)
    assert reply.status_code == 202, reply.text
    [item] = reply.json()["items"]
    assert (item["name"], item["outcome"], item["document"]["media_type"]) == (stored, "created", media_type)
    again = (await owner.post(path, body)).json()["items"][0]
    assert (again["outcome"], again["document"]["id"]) == ("unchanged", item["document"]["id"])
    other = (await owner.post(path, {**body, "text": "Closed."})).json()["items"][0]
    assert other["outcome"] == "replacing"


async def test_a_page_is_there_at_once_and_waits_to_be_fetched(api: Api) -> None:
    owner = await api.sign_up()
    path = f"{await collection_of(owner)}/documents"
    url = "https://docs.example.org/warranty"
    [item] = (await owner.post(path, {"url": f" {url}#part "})).json()["items"]
    document = item["document"]
    assert (item["outcome"], document["name"], document["state"]) == ("created", url, "received")
    assert document["source_url"] == url
    [again] = (await owner.post(path, {"url": url})).json()["items"]
    assert (again["outcome"], again["document"]["id"]) == ("unchanged", document["id"])
    refreshed = await owner.post(f"/documents/{document['id']}/refresh")
    assert (refreshed.status_code, refreshed.json()["id"]) == (202, document["id"])


async def test_only_pages_can_be_refreshed(api: Api) -> None:
    owner = await api.sign_up()
    path = f"{await collection_of(owner)}/documents"
    [item] = (await owner.post(path, {"text": "Words.", "name": "N"})).json()["items"]
    reply = await owner.post(f"/documents/{item['document']['id']}/refresh")
    assert (reply.status_code, reply.json()["code"]) == (409, "conflict")


async def test_an_import_of_a_sitemap_is_listed_and_can_be_cancelled(api: Api) -> None:
    owner = await api.sign_up()
    path = await collection_of(owner)
    url = "https://docs.example.org/sitemap.xml"
    reply = await owner.post(
        f"{path}/documents?if_exists=keep", {"sitemap": url, "limit": 3, "hosts": ["www.example.org"]}
    )
    assert reply.status_code == 202, reply.text
    begun = reply.json()["sitemap_import"]
    assert reply.json()["items"] == []
    assert (begun["state"], begun["limit"], begun["hosts"]) == (
        "running",
        3,
        ["docs.example.org", "www.example.org"],
    )
    assert (await owner.get(f"{path}/imports")).json() == {"items": [begun], "next_cursor": None}
    assert (await owner.get(f"/imports/{begun['id']}")).json() == begun
    cancelled = (await owner.post(f"/imports/{begun['id']}/cancel")).json()
    assert (cancelled["state"], cancelled["finished_at"] is None) == ("cancelled", False)
    again = await owner.post(f"/imports/{begun['id']}/cancel")
    assert (again.status_code, again.json()["code"]) == (409, "conflict")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 422, "invalid_input"),
        ({"text": "a", "url": "https://a.example/"}, 422, "invalid_input"),
        ({"text": "a"}, 422, "invalid_request"),
        ({"text": "", "name": "N"}, 422, "invalid_request"),
        ({"text": "a", "name": "N", "more": 1}, 422, "invalid_request"),
        ({"url": "ftp://a.example/"}, 422, "invalid_input"),
        ({"url": "https://u:p@a.example/"}, 422, "invalid_input"),
        ({"url": 7}, 422, "invalid_request"),
        ({"sitemap": "nonsense"}, 422, "invalid_input"),
        ({"sitemap": "https://a.example/", "limit": 0}, 422, "invalid_request"),
        ({"sitemap": "https://a.example/", "hosts": ["a b"]}, 422, "invalid_input"),
        ([1], 400, "invalid_json"),
    ],
)
async def test_what_cannot_be_taken_in_is_refused(api: Api, body: Any, status: int, code: str) -> None:
    owner = await api.sign_up()
    reply = await owner.post(f"{await collection_of(owner)}/documents", body)
    assert (reply.status_code, reply.json()["code"]) == (status, code), reply.text


async def test_a_text_that_is_too_long_is_refused(api: Api) -> None:
    owner = await api.sign_up()
    reply = await owner.post(
        f"{await collection_of(owner)}/documents", {"text": "x" * (10 << 20), "name": "N"}
    )
    assert (reply.status_code, reply.json()["code"]) == (413, "upload_too_large")


async def test_text_that_is_half_a_character_is_refused(api: Api) -> None:
    owner = await api.sign_up()
    path = f"{await collection_of(owner)}/documents"
    content = b'{"text": "a\\ud800b", "name": "N"}'
    headers = {"Authorization": f"Bearer {owner.access_token}", "Content-Type": "application/json"}
    reply = await owner.http.post(f"/api/v1{path}", content=content, headers=headers)
    assert (reply.status_code, reply.json()["code"]) == (400, "invalid_json")


async def test_an_import_that_nobody_has_is_not_found(api: Api) -> None:
    owner = await api.sign_up()
    for reply in (await owner.get(f"/imports/{uuid4()}"), await owner.post(f"/imports/{uuid4()}/cancel")):
        assert (reply.status_code, reply.json()["code"]) == (404, "not_found")
