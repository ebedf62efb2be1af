"""Accounts and sessions, through HTTP."""

from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import jwt
import pytest

from parley.adapters.identity.tokens import JwtTokens
from parley.bootstrap.database import RunningDatabase
from parley.core.identity.model import Caller, SessionId
from parley.core.kernel.clock import SystemClock
from parley.core.kernel.ids import UserId
from parley.settings import Settings, secret_key
from tests.web.conftest import PASSWORD, Api, serving


async def test_signing_up_signs_in_and_gives_a_workspace(api: Api) -> None:
    reply = await api.http.post(
        "/api/v1/auth/register",
        json={"email": "You@Example.org", "name": " You ", "password": PASSWORD, "workspace_name": "Team"},
    )
    assert reply.status_code == 201
    body = reply.json()
    assert body["token_type"] == "bearer"
    assert body["expires_in"] == 900
    assert body["user"]["name"] == "You"
    assert PASSWORD not in reply.text
    assert "hash" not in reply.text
    person = await api.person(body)
    workspaces = (await person.get("/workspaces")).json()["items"]
    assert [(each["name"], each["role"]) for each in workspaces] == [("Team", "owner")]


async def test_an_address_is_taken_whatever_its_case(api: Api) -> None:
    person = await api.sign_up()
    reply = await api.http.post(
        "/api/v1/auth/register",
        json={
            "email": person.email.upper().replace("EXAMPLE.ORG", "example.org"),
            "name": "X",
            "password": PASSWORD,
        },
    )
    assert (reply.status_code, reply.json()["code"]) == (409, "email_taken")


async def test_an_account_that_cannot_be_is_refused_and_not_stored(api: Api) -> None:
    changes: list[tuple[dict[str, object], str]] = [
        ({"email": "nobody"}, "invalid_request"),
        ({"name": "  "}, "invalid_request"),
        ({"name": "two\nlines"}, "invalid_request"),
        ({"password": "short"}, "weak_password"),
        ({"password": "x" * 257}, "weak_password"),
        ({"password": "aaaaaaaaaaaa"}, "weak_password"),
        ({"surprise": 1}, "invalid_request"),
    ]
    for change, code in changes:
        body = {"email": "you@example.org", "name": "You", "password": PASSWORD} | change
        reply = await api.http.post("/api/v1/auth/register", json=body)
        assert (reply.status_code, reply.json()["code"]) == (422, code), change
        assert reply.headers["content-type"] == "application/problem+json"
    assert (await api.http.get("/api/v1/auth/status")).json() == {
        "registration_open": True,
        "has_users": False,
    }


async def test_a_body_that_is_not_json_is_named(api: Api) -> None:
    reply = await api.http.post(
        "/api/v1/auth/login", content=b"{nonsense", headers={"Content-Type": "application/json"}
    )
    assert (reply.status_code, reply.json()["code"]) == (400, "invalid_json")


@pytest.mark.parametrize(
    ("body", "media_type", "status", "code"),
    [
        (b'{"email": "a", "password": "b"}', "text/plain", 400, "invalid_json"),
        (b"[]", "application/json", 400, "invalid_json"),
        (b"", "application/json", 400, "invalid_json"),
        (b"[" * 100_000, "application/json", 400, "unreadable_body"),
        (b'{"email": "\xe9"}', "application/json", 400, "unreadable_body"),
        (b'{"email": "' + b"x" * (1 << 20) + b'"}', "application/json", 413, "body_too_large"),
    ],
)
async def test_a_body_that_cannot_be_taken_is_named(
    api: Api, body: bytes, media_type: str, status: int, code: str
) -> None:
    async def in_pieces() -> AsyncIterator[bytes]:
        yield body

    for content in (body, in_pieces()):  # with its length declared, and without
        reply = await api.http.post(
            "/api/v1/auth/login", content=content, headers={"Content-Type": media_type}
        )
        assert (reply.status_code, reply.json()["code"]) == (status, code)
        assert reply.headers["content-type"] == "application/problem+json"
        assert reply.json()["hint"]
        assert reply.json()["request_id"] == reply.headers["x-request-id"]


async def test_login_takes_the_right_password_alone(api: Api) -> None:
    person = await api.sign_up()
    right = await api.http.post("/api/v1/auth/login", json={"email": person.email, "password": PASSWORD})
    assert right.status_code == 200
    wrong = await api.http.post("/api/v1/auth/login", json={"email": person.email, "password": "wrong"})
    unknown = await api.http.post(
        "/api/v1/auth/login", json={"email": "no.one@example.org", "password": PASSWORD}
    )
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json()["detail"] == unknown.json()["detail"]
    assert wrong.json()["code"] == unknown.json()["code"] == "wrong_credentials"


async def test_the_oauth2_form_signs_in_too(api: Api) -> None:
    person = await api.sign_up()
    reply = await api.http.post("/api/v1/auth/token", data={"username": person.email, "password": PASSWORD})
    assert reply.status_code == 200
    assert (await api.person(reply.json())).id == person.id


async def test_a_refresh_token_is_good_once_and_reuse_ends_the_session(api: Api) -> None:
    person = await api.sign_up()

    async def refresh(token: str) -> tuple[int, dict[str, str]]:
        reply = await api.http.post("/api/v1/auth/refresh-token", json={"refresh_token": token})
        return reply.status_code, reply.json()

    status, first = await refresh(person.refresh_token)
    assert status == 200
    status, reused = await refresh(person.refresh_token)
    assert (status, reused["code"]) == (401, "invalid_token")
    assert "used before" in reused["detail"]
    status, ended = await refresh(first["refresh_token"])
    assert (status, ended["detail"]) == (401, "The session has ended.")


async def test_a_refresh_token_that_was_never_given_out_is_refused(api: Api) -> None:
    for token in ("", "nonsense", "a.b", f"{uuid4().hex}.", f"{uuid4().hex}.secret", "é.ü"):
        reply = await api.http.post("/api/v1/auth/refresh-token", json={"refresh_token": token})
        assert (reply.status_code, reply.json()["code"]) == (401, "invalid_token"), token


async def test_logging_out_voids_the_refresh_token(api: Api) -> None:
    person = await api.sign_up()
    assert (await person.post("/auth/logout")).status_code == 204
    reply = await api.http.post("/api/v1/auth/refresh-token", json={"refresh_token": person.refresh_token})
    assert reply.status_code == 401


async def test_no_token_a_forged_one_and_an_expired_one_are_told_apart(
    api: Api, settings_of: Callable[..., Settings]
) -> None:
    person = await api.sign_up()
    key = secret_key(settings_of())
    caller = Caller(UserId(UUID(person.id)), SessionId(uuid4()))
    now = datetime.now(UTC)
    tokens = JwtTokens(key, SystemClock())
    good, _ = tokens.issue_access(caller, now)
    expired, _ = tokens.issue_access(caller, now - timedelta(minutes=16))
    another_key, _ = JwtTokens("another secret key of this length", SystemClock()).issue_access(caller, now)
    unsigned = jwt.encode({"sub": person.id}, "", algorithm="none")

    async def me(token: str | None) -> tuple[int, str]:
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        reply = await api.http.get("/api/v1/me", headers=headers)
        return reply.status_code, reply.json().get("detail", "")

    assert (await me(good))[0] == 200
    status, detail = await me(None)
    assert status == 401
    assert "no bearer token" in detail
    assert await me(expired) == (401, "The access token has expired.")
    for forged in (another_key, unsigned, "nonsense", _tampered(good)):
        assert await me(forged) == (401, "The access token is not one that this server made.")


async def test_one_can_read_and_rename_oneself(api: Api) -> None:
    person = await api.sign_up("Before")
    assert (await person.get("/me")).json()["name"] == "Before"
    assert (await person.patch("/me", {"name": "After"})).json()["name"] == "After"
    assert (await person.get("/me")).json()["name"] == "After"


async def test_a_closed_server_takes_its_first_account_alone(
    settings_of: Callable[..., Settings], running_database: RunningDatabase
) -> None:
    async with serving(settings_of(registration="closed"), running_database) as api:
        assert (await api.http.get("/api/v1/auth/status")).json() == {
            "registration_open": True,
            "has_users": False,
        }
        await api.sign_up()
        assert (await api.http.get("/api/v1/auth/status")).json() == {
            "registration_open": False,
            "has_users": True,
        }
        reply = await api.http.post(
            "/api/v1/auth/register", json={"email": "b@example.org", "name": "B", "password": PASSWORD}
        )
        assert (reply.status_code, reply.json()["code"]) == (403, "registration_closed")


async def test_the_first_account_alone_gets_the_sample_bot(api: Api) -> None:
    first, second = await api.sign_up(), await api.sign_up()
    bots = (await first.get(f"/workspaces/{first.workspace}/bots")).json()["items"]
    assert len(bots) == 1
    assert (await second.get(f"/workspaces/{second.workspace}/bots")).json()["items"] == []


def _tampered(token: str) -> str:
    """The same claims under a signature that differs in one letter."""
    head, claims, signature = token.split(".")
    return f"{head}.{claims}.{'B' if signature[0] == 'A' else 'A'}{signature[1:]}"


async def test_a_nul_character_is_refused_wherever_it_comes_in(api: Api) -> None:
    person = await api.sign_up()
    login = await api.http.post("/api/v1/auth/login", json={"email": "a\0", "password": PASSWORD})
    form = await api.http.post("/api/v1/auth/token", data={"username": "a\0", "password": PASSWORD})
    made = await person.made(f"/workspaces/{person.workspace}/bots", {"name": "B"})
    chat = await person.post("/chat", {"bot_id": made["id"], "message": "a\0b"})
    cursor = urlsafe_b64encode(f"a\0\x1f{made['id']}".encode()).decode()
    listed = await person.get(f"/workspaces/{person.workspace}/bots", params={"cursor": cursor})
    assert [reply.status_code for reply in (login, form, chat, listed)] == [422] * 4
