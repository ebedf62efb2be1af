"""A small client of Parley's API: JSON calls, and turns followed to their end across dropped connections."""

import asyncio
import uuid
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Protocol, TypeVar

import msgspec

from parley.adapters.llm.sse_lines import SseDecoder
from parley.entrypoints.cli.transport import Deadlines, Http, NotSignedIn, Unreachable, bearer
from parley.entrypoints.cli.turn import EMPTY_TURN, Message, Turn, TurnEvent, reduce_turn

T = TypeVar("T")
_decode_event = msgspec.json.Decoder(TurnEvent).decode


class Workspace(msgspec.Struct, frozen=True):
    id: str
    name: str


class BotConfiguration(msgspec.Struct, frozen=True):
    greeting: str = ""


class Bot(msgspec.Struct, frozen=True):
    id: str
    workspace_id: str
    name: str
    description: str = ""
    configuration: BotConfiguration = BotConfiguration()


class Conversation(msgspec.Struct, frozen=True):
    id: str
    title: str
    bot_id: str | None = None
    running_turn_id: str | None = None


class Page(msgspec.Struct, frozen=True):
    items: msgspec.Raw
    next_cursor: str | None = None


class Accepted(msgspec.Struct, frozen=True):
    """A turn that the server now owns."""

    turn_id: str
    conversation_id: str


@dataclass(frozen=True, slots=True)
class Progress:
    """A turn so far, the events that brought it there as the server wrote them, and whether it is heard."""

    turn: Turn
    events: tuple[bytes, ...] = ()
    connected: bool = True


class Tokens(Protocol):
    """Where access tokens come from."""

    async def current(self) -> str:
        """One that is good for the next request. Raises NotSignedIn."""

    async def replace(self, refused: str) -> str:
        """Another one, for one that the server refused. Raises NotSignedIn."""

    async def forget(self) -> None:
        """Nothing is kept any more."""


class ParleyClient:
    """What a signed-in person can do from the terminal."""

    def __init__(self, http: Http, tokens: Tokens) -> None:
        self._http = http
        self._tokens = tokens

    @property
    def server(self) -> str:
        return self._http.server

    async def workspaces(self) -> list[Workspace]:
        return await self._all("/workspaces", list[Workspace])

    async def bots(self, workspace_id: str) -> list[Bot]:
        return await self._all(f"/workspaces/{workspace_id}/bots", list[Bot])

    async def bot(self, bot_id: str) -> Bot:
        return await self._call("GET", f"/bots/{bot_id}", Bot)

    async def conversation(self, conversation_id: str) -> Conversation:
        return await self._call("GET", f"/conversations/{conversation_id}", Conversation)

    async def messages(self, conversation_id: str) -> list[Message]:
        """All of a conversation, oldest first."""
        return await self._all(f"/conversations/{conversation_id}/messages", list[Message])

    async def ask(self, bot_id: str, message: str, conversation_id: str | None) -> Accepted:
        """Starts a turn, once however often the connection breaks meanwhile."""
        headers = {"Idempotency-Key": str(uuid.uuid4()), "Prefer": "respond-async"}
        body = {"bot_id": bot_id, "message": message}
        if conversation_id is not None:
            body["conversation_id"] = conversation_id
        return await self._retrying(lambda: self._call("POST", "/chat", Accepted, body=body, headers=headers))

    async def cancel(self, turn_id: str) -> None:
        """Asks the server to stop a turn; what it has written is kept."""
        await self._retrying(lambda: self._call("POST", f"/turns/{turn_id}/cancel", msgspec.Raw))

    async def replay(self, turn_id: str, *, live: bool) -> bytes:
        """What differs when a turn runs again, as the server's JSON."""
        return bytes(await self._call("POST", f"/turns/{turn_id}/replay", msgspec.Raw, body={"live": live}))

    async def decide(self, turn_id: str, call_id: str, *, approved: bool) -> None:
        """Allows or denies the call of a tool. Raises Refused where somebody has decided otherwise."""
        body = {"call_id": call_id, "approved": approved}
        await self._retrying(
            lambda: self._call("POST", f"/turns/{turn_id}/approvals", msgspec.Raw, body=body)
        )

    async def sign_out(self) -> None:
        """Ends the session at the server and here."""
        await self._call("POST", "/auth/logout", msgspec.Raw)
        await self._tokens.forget()

    async def follow(self, turn_id: str) -> AsyncGenerator[Progress, None]:
        """The turn each time it has grown, until it has ended.

        Raises Unreachable once the server was gone for `outage_s`.
        """
        turn = EMPTY_TURN
        outage = _Outage(self._http.deadlines)
        while turn.state == "streaming":
            try:
                async with aclosing(self._events(turn_id, turn)) as batches:
                    outage.connecting()
                    async for batch in batches:
                        turn, fresh = self._take(turn, batch)
                        outage.heard(news=bool(fresh))
                        if fresh:
                            yield Progress(turn, fresh)
            except Unreachable as error:
                outage.note(error)
            if turn.state == "streaming":
                yield Progress(turn, connected=False)
                await outage.pause()

    async def _events(self, turn_id: str, turn: Turn) -> AsyncGenerator[list[bytes], None]:
        """Batches of events after those that `turn` holds; an empty one for a keep-alive."""
        path = f"/turns/{turn_id}/events"
        if turn.seq:
            path += f"?after={turn.seq}&epoch={turn.epoch}"
        decoder = SseDecoder()
        token = await self._tokens.current()
        try:
            async with aclosing(self._http.stream(path, bearer(token))) as chunks:
                async for chunk in chunks:
                    yield decoder.feed(chunk)
        except NotSignedIn:
            # The next connection takes the new one.
            await self._tokens.replace(token)

    def _take(self, turn: Turn, batch: list[bytes]) -> tuple[Turn, tuple[bytes, ...]]:
        """The turn after a batch, and the events of it that were new."""
        fresh = []
        for data in batch:
            try:
                after = reduce_turn(turn, _decode_event(data))
            except msgspec.DecodeError as error:
                raise self._http.stranger(f"it sent an event that cannot be read ({error})") from error
            if after is not turn:
                turn = after
                fresh.append(data)
        return turn, tuple(fresh)

    async def _all(self, path: str, kind: type[list[T]]) -> list[T]:
        """Every item of a list, page by page."""
        found: list[T] = []
        cursor = ""
        while True:
            page = await self._call("GET", f"{path}?limit=200{cursor}", Page)
            found += msgspec.json.decode(page.items, type=kind)
            if page.next_cursor is None:
                return found
            cursor = f"&cursor={page.next_cursor}"

    async def _call(
        self,
        method: str,
        path: str,
        reply: type[T],
        *,
        body: object = None,
        headers: dict[str, str] | None = None,
    ) -> T:
        token = await self._tokens.current()
        given = headers or {}
        try:
            return await self._http.call(method, path, reply, body=body, headers=given | bearer(token))
        except NotSignedIn:
            token = await self._tokens.replace(token)
            return await self._http.call(method, path, reply, body=body, headers=given | bearer(token))

    async def _retrying(self, attempt: Callable[[], Awaitable[T]]) -> T:
        outage = _Outage(self._http.deadlines)
        while True:
            try:
                return await attempt()
            except Unreachable as error:
                outage.note(error)
            await outage.pause()


class _Outage:
    """Paces the attempts to reach a server that was there before, and ends them."""

    def __init__(self, deadlines: Deadlines) -> None:
        self._deadlines = deadlines
        self._since: float | None = None
        self._pause_s = deadlines.first_pause_s
        self._reason: Unreachable | None = None
        self._heard_first: float | None = None

    def note(self, error: Unreachable) -> None:
        """Raises the error itself when waiting does not help."""
        if not error.again:
            raise error
        self._reason = error

    def connecting(self) -> None:
        self._heard_first = self._reason = None

    def heard(self, *, news: bool) -> None:
        """Something came. A connection that brings no news must hold a while to count as the end."""
        now = asyncio.get_running_loop().time()
        self._heard_first = now if self._heard_first is None else self._heard_first
        if news or now - self._heard_first > self._deadlines.longest_pause_s:
            self._since, self._pause_s = None, self._deadlines.first_pause_s

    async def pause(self) -> None:
        """Raises Unreachable when the outage has lasted too long."""
        now = asyncio.get_running_loop().time()
        self._since = now if self._since is None else self._since
        if now - self._since > self._deadlines.outage_s:
            raise self._reason or Unreachable(
                f"The server ends the connection again and again, for {self._deadlines.outage_s:g} s now.",
                hint="The answer is kept there: open the conversation again later.",
            )
        await asyncio.sleep(self._pause_s)
        self._pause_s = min(self._pause_s * 2, self._deadlines.longest_pause_s)
