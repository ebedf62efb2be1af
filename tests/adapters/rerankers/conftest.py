"""A service that answers what a test scripts, and keeps what it was asked."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from tests.http_servers import serving

Answer = Callable[[dict[str, Any]], Any]


@dataclass
class Service:
    """Gives `answer` of what it is asked as JSON; or `raw` bytes, with `status`, once `waits` is set."""

    base_url: str = ""
    answer: Answer = field(default=lambda _: {})
    raw: bytes | None = None
    status: int = 200
    waits: asyncio.Event | None = None
    asked: list[dict[str, Any]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        asked = json.loads(await request.read())
        self.asked.append(asked)
        self.paths.append(request.path)
        self.keys.append(request.headers.get("Authorization"))
        if self.waits is not None:
            await self.waits.wait()
        body = json.dumps(self.answer(asked)).encode() if self.raw is None else self.raw
        return web.Response(body=body, status=self.status, content_type="application/json")


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    service = Service()
    async with serving(set()) as start:
        service.base_url = f"{await start(service.handle)}/v1"
        yield service
        if service.waits is not None:
            service.waits.set()


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session
