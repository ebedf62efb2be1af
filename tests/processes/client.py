"""A signed-in client of a server process: enough of the API to ask and to follow."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp

from parley.testing.server import Server

ACCOUNT = {"email": "owner@example.org", "name": "Owner", "password": "three unrelated words"}


@dataclass
class Client:
    http: aiohttp.ClientSession
    base: str
    headers: dict[str, str]
    workspace: str = ""

    async def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """The reply's JSON; an error's status is raised as aiohttp's ClientResponseError."""
        async with self.http.request(
            method, f"{self.base}{path}", json=body, headers={**self.headers, **headers}
        ) as reply:
            reply.raise_for_status()
            return await reply.json(content_type=None)

    async def bot(self, **configuration: Any) -> str:
        body = {"name": "Test", "configuration": configuration}
        return str((await self.call("POST", f"/workspaces/{self.workspace}/bots", body))["id"])

    async def begin(self, bot: str, message: str) -> str:
        """The id of a turn that the server now owns."""
        body = {"bot_id": bot, "message": message}
        return str((await self.call("POST", "/chat", body, Prefer="respond-async"))["turn_id"])

    async def events(self, turn: str, after: int = 0, epoch: int = 1) -> AsyncIterator[dict[str, Any]]:
        """Ends with the terminal event, or raises aiohttp.ClientError where the connection breaks."""
        url = f"{self.base}/turns/{turn}/events?after={after}&epoch={epoch}"
        async with self.http.get(url, headers=self.headers) as reply:
            reply.raise_for_status()
            async for line in reply.content:
                if line.startswith(b"data: "):
                    yield json.loads(line[6:])


@asynccontextmanager
async def client(server: Server, *, known: bool = False) -> AsyncIterator[Client]:
    """Signs up the first account, or in where it is `known`."""
    timeout = aiohttp.ClientTimeout(total=120)
    async with aiohttp.ClientSession(timeout=timeout) as http:
        opened = Client(http, f"{server.url}/api/v1", {})
        signed_in = await opened.call(
            "POST",
            "/auth/login" if known else "/auth/register",
            ACCOUNT if not known else {k: ACCOUNT[k] for k in ("email", "password")},
        )
        opened.headers = {"Authorization": f"Bearer {signed_in['access_token']}"}
        opened.workspace = (await opened.call("GET", "/workspaces"))["items"][0]["id"]
        yield opened
