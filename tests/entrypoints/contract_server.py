"""A small HTTP server that speaks the part of the API that the terminal client uses, as a test tells it."""

import asyncio
import itertools
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

WORKSPACE = {"id": "0197a000-0000-7000-8000-00000000000a", "name": "Shop", "role": "owner", "created_at": "-"}
GUIDE = "0197a000-0000-7000-8000-000000000004"
TURN = "0197a000-0000-7000-8000-000000000001"
CONVERSATION = "0197a000-0000-7000-8000-000000000002"
EMAIL, PASSWORD = "reader@example.com", "a few unrelated words"
WARRANTY = {
    "number": 1,
    "document_id": "0197a000-0000-7000-8000-000000000006",
    "document_name": "warranty.pdf",
    "chunk": 7,
    "page": 3,
    "heading_path": ["Warranty"],
    "char_start": 0,
    "char_end": 30,
    "text": "The warranty lasts  two\nyears.",
    "score": 0.9,
}


def bot(name: str, bot_id: str = GUIDE) -> dict[str, Any]:
    return {
        "id": bot_id,
        "workspace_id": WORKSPACE["id"],
        "name": name,
        "description": f"{name} knows.",
        "version": 1,
        "configuration": {"greeting": f"I am {name}.", "llm_model": None},
    }


def event(seq: int, kind: str, *, epoch: int = 1, **fields: object) -> dict[str, Any]:
    return {"type": kind, "turn_id": TURN, "epoch": epoch, "seq": seq, "at": "2026-01-15T09:30:00Z", **fields}


def ended(seq: int, kind: str, text: str, *, epoch: int = 1, **fields: object) -> dict[str, Any]:
    message = {
        "id": "0197a000-0000-7000-8000-000000000005",
        "conversation_id": CONVERSATION,
        "role": "assistant",
        "text": text,
        "citations": [WARRANTY],
    }
    return event(seq, kind, epoch=epoch, message=message, **fields)


def answer(text: str = "Two years. [1]") -> list[dict[str, Any]]:
    """The events of a whole turn."""
    usage = {"input_tokens": 12, "output_tokens": 3, "estimated": True}
    return [
        event(1, "turn.started", conversation_id=CONVERSATION, model="extractive:default"),
        event(2, "retrieval.finished", citations=[WARRANTY], degraded=""),
        event(3, "text.delta", text=text),
        ended(4, "turn.finished", text, usage=usage, finish_reason="stop", cost_micros=0),
    ]


@dataclass
class ContractServer:
    """What it answers, and what it was asked."""

    connections: list[list[dict[str, Any]]] = field(default_factory=lambda: [answer()])
    """The events sent on each connection to the turn in its order; each but the last is then cut off."""
    after_cancel: list[dict[str, Any]] = field(default_factory=list)
    """When not empty, the last connection stays open, and sends these once the turn is cancelled."""
    bots: list[dict[str, Any]] = field(default_factory=lambda: [bot("Guide")])
    refuse_chat: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    """Problems that the next calls of POST /chat answer with."""
    replayed: dict[str, Any] = field(default_factory=dict)
    """What a replay answers."""
    running_turn: str | None = None
    """Of every conversation."""
    messages: list[dict[str, Any]] = field(default_factory=list)
    """Of every conversation, oldest first."""
    has_users: bool = True
    access_tokens: set[str] = field(default_factory=set)
    refresh_token: str = ""
    url: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    followed: list[dict[str, str]] = field(default_factory=list)
    """The query of each connection to the turn."""
    sign_ins: list[str] = field(default_factory=list)
    cancelled: asyncio.Event = field(default_factory=asyncio.Event)
    first_text: asyncio.Event = field(default_factory=asyncio.Event)
    _numbers: "itertools.count[int]" = field(default_factory=itertools.count)

    @asynccontextmanager
    async def listening(self) -> AsyncIterator["ContractServer"]:
        app = web.Application(middlewares=[self._bearer])
        app.add_routes(
            [
                web.post("/api/v1/auth/login", self._login),
                web.post("/api/v1/auth/refresh-token", self._refresh),
                web.get("/api/v1/auth/status", self._status),
                web.post("/api/v1/auth/logout", self._logout),
                web.get("/api/v1/me", self._me),
                web.get("/api/v1/workspaces", self._workspaces),
                web.get("/api/v1/workspaces/{id}/bots", self._list_bots),
                web.get("/api/v1/bots/{id}", self._get_bot),
                web.get("/api/v1/conversations/{id}", self._conversation),
                web.get("/api/v1/conversations/{id}/messages", self._messages),
                web.post("/api/v1/chat", self._chat),
                web.get("/api/v1/turns/{id}/events", self._events),
                web.post("/api/v1/turns/{id}/cancel", self._cancel),
                web.post("/api/v1/turns/{id}/replay", self._replay),
            ]
        )
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0]
        self.url = f"http://{host}:{port}"
        try:
            yield self
        finally:
            self.cancelled.set()
            await runner.cleanup()

    def issue(self) -> dict[str, Any]:
        """New tokens; the refresh token of before is used up."""
        number = next(self._numbers)
        self.access_tokens = {f"access-{number}"}
        self.refresh_token = f"refresh-{number}"
        return {
            "access_token": f"access-{number}",
            "refresh_token": self.refresh_token,
            "token_type": "bearer",
            "expires_in": 900,
            "user": {"id": WORKSPACE["id"], "email": EMAIL, "name": "Reader", "created_at": "-"},
        }

    @web.middleware
    async def _bearer(self, request: web.Request, handler: Any) -> web.StreamResponse:
        public = request.path.startswith("/api/v1/auth/")
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not public and token not in self.access_tokens:
            return _problem(401, "invalid_token", "The token has expired.")
        response: web.StreamResponse = await handler(request)
        return response

    async def _login(self, request: web.Request) -> web.Response:
        given = await request.json()
        self.sign_ins.append("login")
        if given != {"email": EMAIL, "password": PASSWORD}:
            return _problem(401, "wrong_credentials", "The e-mail address or the password is wrong.")
        return web.json_response(self.issue())

    async def _refresh(self, request: web.Request) -> web.Response:
        self.sign_ins.append("refresh")
        if (await request.json())["refresh_token"] != self.refresh_token:
            return _problem(401, "invalid_token", "The refresh token was used before.")
        return web.json_response(self.issue())

    async def _status(self, _: web.Request) -> web.Response:
        return web.json_response({"registration_open": True, "has_users": self.has_users})

    async def _logout(self, request: web.Request) -> web.Response:
        self.access_tokens.discard(request.headers["Authorization"].removeprefix("Bearer "))
        return web.Response(status=204)

    async def _me(self, _: web.Request) -> web.Response:
        return web.json_response({"id": WORKSPACE["id"], "email": EMAIL, "name": "Reader"})

    async def _workspaces(self, _: web.Request) -> web.Response:
        return web.json_response({"items": [WORKSPACE], "next_cursor": None})

    async def _list_bots(self, request: web.Request) -> web.Response:
        # A page holds two, so that a client that reads one page only misses the others.
        start = int(request.query.get("cursor", "0"))
        more = str(start + 2) if start + 2 < len(self.bots) else None
        return web.json_response({"items": self.bots[start : start + 2], "next_cursor": more})

    async def _get_bot(self, request: web.Request) -> web.Response:
        found = [known for known in self.bots if known["id"] == request.match_info["id"]]
        return web.json_response(found[0]) if found else _problem(404, "not_found", "There is no such bot.")

    async def _conversation(self, request: web.Request) -> web.Response:
        known = {"id": request.match_info["id"], "bot_id": GUIDE, "title": "Warranty"}
        return web.json_response(known | {"running_turn_id": self.running_turn})

    async def _messages(self, _: web.Request) -> web.Response:
        return web.json_response({"items": self.messages, "next_cursor": None})

    async def _chat(self, request: web.Request) -> web.Response:
        self.asked.append(await request.json())
        self.keys.append(request.headers["Idempotency-Key"])
        if self.refuse_chat:
            status, problem = self.refuse_chat.pop(0)
            return _problem(status, problem["code"], problem["detail"])
        accepted = {"turn_id": TURN, "conversation_id": CONVERSATION, "user_message_id": GUIDE}
        return web.json_response(accepted, status=202)

    async def _events(self, request: web.Request) -> web.StreamResponse:
        self.followed.append(dict(request.query))
        number = min(len(self.followed), len(self.connections)) - 1
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        await response.write(b": ping\n\n")
        for sent in self.connections[number]:
            await response.write(_frame(sent))
            if sent["type"] == "text.delta":
                self.first_text.set()
        if number < len(self.connections) - 1:
            assert request.transport is not None
            request.transport.abort()
        elif self.after_cancel:
            await self.cancelled.wait()
            for sent in self.after_cancel:
                await response.write(_frame(sent))
        return response

    async def _replay(self, request: web.Request) -> web.Response:
        if request.match_info["id"] != TURN:
            return _problem(404, "not_found", "There is no such turn that you can see.")
        self.asked.append(await request.json())
        return web.json_response(self.replayed)

    async def _cancel(self, _: web.Request) -> web.Response:
        self.cancelled.set()
        return web.json_response({"id": TURN, "state": "running"}, status=202)


def _frame(sent: dict[str, Any]) -> bytes:
    return f"id: {sent['seq']}\nevent: {sent['type']}\ndata: {json.dumps(sent)}\n\n".encode()


def _problem(status: int, code: str, detail: str) -> web.Response:
    problem = {"type": "about:blank", "title": "-", "status": status, "code": code, "detail": detail}
    return web.json_response(
        problem | {"hint": "Look again.", "request_id": "-"},
        status=status,
        content_type="application/problem+json",
    )
