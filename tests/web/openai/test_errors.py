"""Below /v1 every failure has OpenAI's shape, whoever refuses."""

import httpx2
import pytest

from parley.testing.logs import RecordedLog
from parley.web.app import create_api
from parley.web.openai.errors import OpenAIErrors
from tests.web.conftest import Api, Person
from tests.web.test_api_keys import new_key


@pytest.fixture
async def owner(api: Api) -> Person:
    return await api.sign_up("Owner")


@pytest.mark.parametrize(
    ("method", "path", "content", "status", "code"),
    [
        ("GET", "/v1/nothing", None, 404, "no_such_route"),
        ("DELETE", "/v1/models", None, 405, "method_not_allowed"),
        ("POST", "/v1/chat/completions", b"{", 400, "invalid_json"),
        ("POST", "/v1/chat/completions", b"[]", 400, "invalid_json"),
        ("POST", "/v1/chat/completions", b"{}", 400, "invalid_request"),
        ("POST", "/v1/embeddings", b'{"model": "m", "input": ""}', 400, "invalid_request"),
        ("POST", "/v1/embeddings", b'{"model": "m", "input": "text"}', 503, "embedder_unavailable"),
        ("POST", "/v1/embeddings", b" " * (2 << 20), 413, "body_too_large"),
        ("GET", "/v1/models/nobody", None, 404, "model_not_found"),
    ],
)
async def test_each_refusal_is_an_error_object(
    owner: Person, method: str, path: str, content: bytes | None, status: int, code: str
) -> None:
    key = (await new_key(owner, ["chat", "models", "embeddings"]))["key"]
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    reply = await owner.http.request(method, path, content=content, headers=headers)
    assert reply.status_code == status, reply.text
    assert reply.headers["content-type"] == "application/json"
    error = reply.json()["error"]
    assert error.keys() == {"message", "type", "code", "param"}
    assert error["code"] == code
    assert error["message"]


async def test_without_a_key_it_is_an_authentication_error(owner: Person) -> None:
    reply = await owner.http.get("/v1/models")
    assert (reply.status_code, reply.json()["error"]["type"]) == (401, "authentication_error")
    assert reply.headers["www-authenticate"] == "Bearer"


async def test_a_fault_of_ours_tells_nothing_of_its_inside() -> None:
    without_services = OpenAIErrors(create_api(None, RecordedLog()))
    transport = httpx2.ASGITransport(without_services, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://parley.test") as http:
        reply = await http.get("/v1/models", headers={"Authorization": "Bearer pk_x"})
    assert (reply.status_code, reply.json()["error"]["code"]) == (500, "internal_error")
    assert "services" not in reply.text


async def test_elsewhere_errors_stay_problems(owner: Person) -> None:
    reply = await owner.http.get("/api/v1/nothing")
    assert reply.headers["content-type"] == "application/problem+json"
