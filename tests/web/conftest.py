"""The whole server over a real database, spoken to through HTTP, and people who are signed in to it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from starlette.types import ASGIApp, Message

from parley.adapters.database.migrate import head_revision
from parley.adapters.postgres import APP_ROLE, PLATFORM_ROLE, PostgresAddress
from parley.bootstrap.database import DatabaseUrls, RunningDatabase
from parley.bootstrap.server import web_application
from parley.settings import Settings
from parley.testing.logs import RecordedLog

PASSWORD = "three unrelated words"
DEADLINE_S = 30.0


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who is signed in; paths are below /api/v1."""

    http: httpx2.AsyncClient
    id: str
    email: str
    access_token: str
    refresh_token: str
    workspace: str
    """The one they got when they signed up."""

    async def get(self, path: str, **options: Any) -> httpx2.Response:
        return await self._send("GET", path, **options)

    async def post(self, path: str, json: Any = None, **options: Any) -> httpx2.Response:
        return await self._send("POST", path, json=json, **options)

    async def patch(self, path: str, json: Any) -> httpx2.Response:
        return await self._send("PATCH", path, json=json)

    async def put(self, path: str, json: Any) -> httpx2.Response:
        return await self._send("PUT", path, json=json)

    async def delete(self, path: str) -> httpx2.Response:
        return await self._send("DELETE", path)

    async def made(self, path: str, json: Any) -> dict[str, Any]:
        """What a POST that must succeed answers."""
        reply = await self.post(path, json)
        assert reply.status_code == 201, reply.text
        body: dict[str, Any] = reply.json()
        return body

    async def _send(self, method: str, path: str, **options: Any) -> httpx2.Response:
        headers = {"Authorization": f"Bearer {self.access_token}"}
        return await self.http.request(method, f"/api/v1{path}", headers=headers, **options)


@dataclass(frozen=True, slots=True)
class Api:
    """A server that runs, and its door."""

    http: httpx2.AsyncClient
    log: RecordedLog

    async def sign_up(self, name: str = "Someone") -> Person:
        email = f"{name.lower()}.{uuid4().hex}@example.org"
        reply = await self.http.post(
            "/api/v1/auth/register", json={"email": email, "name": name, "password": PASSWORD}
        )
        assert reply.status_code == 201, reply.text
        return await self.person(reply.json())

    async def person(self, signed_in: dict[str, Any]) -> Person:
        """Who a reply of /auth speaks of."""
        token = signed_in["access_token"]
        workspaces = await self.http.get("/api/v1/workspaces", headers={"Authorization": f"Bearer {token}"})
        return Person(
            http=self.http,
            id=signed_in["user"]["id"],
            email=signed_in["user"]["email"],
            access_token=token,
            refresh_token=signed_in["refresh_token"],
            workspace=workspaces.json()["items"][0]["id"],
        )

    async def member(self, of: Person, role: str) -> Person:
        """Someone new with `role` in the workspace of `of`, its owner."""
        person = await self.sign_up(role)
        await of.made(f"/workspaces/{of.workspace}/members", {"email": person.email, "role": role})
        return person


@pytest.fixture
def settings_of(tmp_path: Path) -> Callable[..., Settings]:
    """Settings for a server that keeps its files in the test's folder and looks for nobody."""

    def make(**changes: Any) -> Settings:
        usual = {"data_dir": tmp_path, "embedder": "none", "database_pool_size": 4}
        return Settings(**{**usual, "discover_local_models": False, **changes})

    return make


@pytest.fixture
def running_database(postgres_database: PostgresAddress) -> RunningDatabase:
    urls = DatabaseUrls(
        owner=postgres_database.url(postgres_database.superuser),
        app=postgres_database.url(APP_ROLE),
        platform=postgres_database.url(PLATFORM_ROLE),
    )
    return RunningDatabase(urls, head_revision(), started_here=False, revive=_nothing)


@pytest.fixture
async def api(settings_of: Callable[..., Settings], running_database: RunningDatabase) -> AsyncIterator[Api]:
    async with serving(settings_of(), running_database) as running:
        yield running


@asynccontextmanager
async def serving(settings: Settings, running: RunningDatabase) -> AsyncIterator[Api]:
    log = RecordedLog()
    application = web_application(settings, log, running)
    async with (
        _lifespan(application),
        httpx2.AsyncClient(
            transport=httpx2.ASGITransport(application), base_url="http://parley.test", timeout=DEADLINE_S
        ) as http,
    ):
        yield Api(http, log)


@asynccontextmanager
async def _lifespan(application: ASGIApp) -> AsyncIterator[None]:
    """Starts and stops an application as a server does."""
    to_application: asyncio.Queue[Message] = asyncio.Queue(maxsize=2)
    from_application: asyncio.Queue[Message] = asyncio.Queue(maxsize=2)

    async def run() -> None:
        scope = {"type": "lifespan", "asgi": {"version": "3.0"}}
        await application(scope, to_application.get, from_application.put)

    async def tell(phase: str) -> None:
        async with asyncio.timeout(DEADLINE_S):
            await to_application.put({"type": f"lifespan.{phase}"})
            answer = await from_application.get()
        assert answer["type"] == f"lifespan.{phase}.complete", answer

    running = asyncio.create_task(run())
    await tell("startup")
    try:
        yield
    finally:
        await tell("shutdown")
        await asyncio.wait_for(running, DEADLINE_S)


async def _nothing() -> None: ...
