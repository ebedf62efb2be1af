"""`WS /api/v1/ws`: many turns on one socket, with the same events as server-sent events."""

import asyncio
import math
from collections import Counter
from contextlib import aclosing
from dataclasses import dataclass
from typing import assert_never
from urllib.parse import urlsplit
from uuid import UUID

from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

from parley.core.bots.model import BotId
from parley.core.chat.model import ChatCommand
from parley.core.conversations.model import ConversationId, MessageId, TurnId
from parley.core.identity.model import Caller, KeyScope
from parley.core.kernel.clock import Clock
from parley.core.kernel.errors import ErrorKind, ParleyError
from parley.core.kernel.ids import UserId
from parley.core.kernel.telemetry import Log
from parley.core.workspaces.model import Action, ResourceKind, WorkspaceScope
from parley.web.deps import Services, caller_of
from parley.web.errors import problem_of, problem_response
from parley.web.realtime import frames, refusals
from parley.web.realtime.wire import PeerGone, PeerTooSlow, Wire


@dataclass(frozen=True, slots=True)
class SocketLimits:
    authenticate_s: float = 10.0
    """From the opening until a valid token."""
    write_s: float = 10.0
    """How long a peer may leave a full connection unread."""
    frames_per_s: float = 20.0
    frames_at_once: int = 200
    """Enough to subscribe to everything again after a reconnect."""
    subscriptions: int = 64
    sockets_per_user: int = 32
    """In this process."""


class ChatSockets:
    """The ASGI application of the route. Knows how many sockets each user has open in this process."""

    def __init__(self, log: Log, clock: Clock, limits: SocketLimits) -> None:
        self.log = log
        self.clock = clock
        self.limits = limits
        self._open: Counter[UserId] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request_id = str(scope.get("parley.request_id", ""))
        await receive()  # the request to connect; the server sends nothing else first
        origin = foreign_origin(Headers(scope=scope))
        if origin is not None:
            problem = problem_of(refusals.ForeignOrigin(origin), request_id)
            await problem_response(problem)(scope, receive, send)
            return
        await send({"type": "websocket.accept"})
        services: Services = scope["app"].state.services
        await _Socket(self, services, Wire(receive, send, self.limits.write_s), request_id).run()

    def enter(self, user_id: UserId) -> None:
        """Counts a socket of the user. Raises TooManySockets."""
        if self._open[user_id] >= self.limits.sockets_per_user:
            raise refusals.TooManySockets(self.limits.sockets_per_user)
        self._open[user_id] += 1

    def leave(self, user_id: UserId) -> None:
        self._open[user_id] -= 1
        if not self._open[user_id]:
            del self._open[user_id]


def foreign_origin(headers: Headers) -> str | None:
    """The page's origin where it is not this server; programs that are no browser send none.

    The scheme is not compared: behind a proxy that ends TLS the server does not know its own.
    """
    origin = headers.get("origin")
    if origin is None or _address(origin) == _address(f"//{headers.get('host', '')}"):
        return None
    return origin


def _address(url: str) -> tuple[str | None, int | None]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return (None, None)
    return (parts.hostname, None if port in {80, 443} else port)


class _Ends(Exception):
    """The error that ends the socket."""

    def __init__(self, error: ParleyError) -> None:
        super().__init__(error.code)
        self.error = error


class _Socket:
    """One connection. Frames are answered one after the other; each subscription is a task of its own."""

    def __init__(self, sockets: ChatSockets, services: Services, wire: Wire, request_id: str) -> None:
        self._sockets = sockets
        self._limits = sockets.limits
        self._services = services
        self._wire = wire
        self._request_id = request_id
        self._loop = asyncio.get_running_loop()
        self._caller: Caller | None = None
        self._token = ""
        self._until = self._loop.time() + self._limits.authenticate_s
        """When the loop's clock shows this, the proof of who is here no longer holds."""
        self._allowance = float(self._limits.frames_at_once)
        self._counted_at = self._loop.time()
        self._following: dict[UUID, asyncio.Task[None]] = {}
        self._tasks = asyncio.TaskGroup()

    async def run(self) -> None:
        """Until the peer leaves, or an error ends the socket, of which it is told."""
        ending: ParleyError | None = None
        try:
            async with self._tasks:
                await self._converse()
        except* PeerGone:
            pass
        except* PeerTooSlow:
            self._sockets.log.warning("socket.too_slow", limit_s=self._limits.write_s)
        except* _Ends as endings:
            [end, *_] = [end for end in endings.exceptions if isinstance(end, _Ends)]
            ending = end.error
        finally:
            if self._caller is not None:
                self._sockets.leave(self._caller.user_id)
        if ending is not None:
            await self._say_goodbye(ending)

    async def _say_goodbye(self, ending: ParleyError) -> None:
        try:
            await self._tell(ending)
        except (PeerGone, PeerTooSlow):
            return
        await self._wire.close(refusals.close_code(ending), ending.code)

    async def _converse(self) -> None:
        await self._authenticate_first()
        while True:
            text = await self._receive()
            try:
                frame = frames.parse(text)
            except frames.InvalidFrame as error:
                await self._tell(error)
                continue
            try:
                await self._act(frame)
            except ParleyError as error:
                await self._tell(error, frame_id=frame.id)

    async def _receive(self) -> str:
        try:
            # A frame that is already there is given without a wait, in which alone a timeout shows.
            if self._loop.time() >= self._until:
                raise TimeoutError
            async with asyncio.timeout_at(None if math.isinf(self._until) else self._until):
                text = await self._wire.receive()
        except TimeoutError:
            raise _Ends(self._overdue()) from None
        except refusals.NotText as error:
            raise _Ends(error) from None
        self._count_frame()
        return text

    def _overdue(self) -> ParleyError:
        if self._caller is not None:
            return refusals.TokenExpired()
        return refusals.NotAuthenticated(f"No token came within {self._limits.authenticate_s:g} seconds.")

    def _count_frame(self) -> None:
        limits, now = self._limits, self._loop.time()
        earned = (now - self._counted_at) * limits.frames_per_s
        self._allowance = min(self._allowance + earned, limits.frames_at_once) - 1
        self._counted_at = now
        if self._allowance < 0:
            raise _Ends(refusals.TooManyFrames(limits.frames_per_s, limits.frames_at_once))

    async def _authenticate_first(self) -> None:
        try:
            frame = frames.parse(await self._receive())
            if not isinstance(frame, frames.Auth):
                raise refusals.NotAuthenticated("The first frame was no auth frame.")
            await self._authenticate(frame)
        except ParleyError as error:
            raise _Ends(error) from None

    async def _authenticate(self, frame: frames.Auth) -> None:
        caller = await caller_of(self._services, frame.token, [KeyScope.CHAT])
        if self._caller is None:
            self._sockets.enter(caller.user_id)
        elif caller.user_id != self._caller.user_id:
            raise refusals.OtherUser
        self._caller, self._token = caller, frame.token
        expires_in = None
        self._until = math.inf
        if caller.valid_until is not None:
            left_s = (caller.valid_until - self._sockets.clock.now()).total_seconds()
            self._until = self._loop.time() + left_s
            expires_in = max(int(left_s), 0)
        await self._say(frames.Authenticated(user_id=caller.user_id, expires_in=expires_in, id=frame.id))

    async def _act(self, frame: frames.ClientFrame) -> None:
        match frame:
            case frames.Ping():
                await self._say(frames.Pong(id=frame.id))
            case frames.Chat():
                await self._chat(frame)
            case frames.Subscribe():
                await self._subscribe(frame)
            case frames.Unsubscribe():
                self._stop_following(frame.turn_id)
                await self._say(frames.Unsubscribed(turn_id=frame.turn_id, id=frame.id))
            case frames.Cancel():
                scope = await self._scope(ResourceKind.TURN, frame.turn_id)
                turn = await self._services.use.chat.cancel(scope, TurnId(frame.turn_id))
                await self._say(frames.Cancelling(turn_id=frame.turn_id, state=turn.state.value, id=frame.id))
            case frames.Approve():
                await self._approve(frame)
            case frames.Auth():
                await self._authenticate(frame)
            case _:
                assert_never(frame)

    async def _scope(self, kind: ResourceKind, resource_id: UUID) -> WorkspaceScope:
        if self._caller is None:
            raise refusals.NotAuthenticated("There was no auth frame yet.")
        if self._caller.key is not None:
            await caller_of(self._services, self._token, [KeyScope.CHAT])  # it may have been revoked since
        return await self._services.authorizer.on(self._caller, Action.CHAT, kind, resource_id)

    async def _chat(self, frame: frames.Chat) -> None:
        self._require_room()  # before anything is stored
        scope = await self._scope(ResourceKind.BOT, frame.bot_id)
        conversation_id, parent_id = frame.conversation_id, frame.parent_message_id
        turn = await self._services.use.chat.send(
            scope,
            ChatCommand(
                bot_id=BotId(frame.bot_id),
                text=frame.message,
                conversation_id=None if conversation_id is None else ConversationId(conversation_id),
                parent_message_id=MessageId(parent_id) if isinstance(parent_id, UUID) else None,
                from_the_start=parent_id is None and conversation_id is not None,
                idempotency_key=frame.idempotency_key,
            ),
        )
        accepted = frames.Accepted(
            turn_id=turn.id,
            conversation_id=turn.conversation_id,
            user_message_id=turn.user_message_id,
            id=frame.id,
        )
        await self._say(accepted)
        self._follow(scope, frames.Subscribe(turn_id=turn.id))

    async def _approve(self, frame: frames.Approve) -> None:
        scope = await self._scope(ResourceKind.TURN, frame.turn_id)
        turn = await self._services.use.approvals.decide(
            scope, TurnId(frame.turn_id), frame.call_id, approved=frame.approved
        )
        await self._say(
            frames.Decided(turn_id=turn.id, call_id=frame.call_id, state=turn.state.value, id=frame.id)
        )

    async def _subscribe(self, frame: frames.Subscribe) -> None:
        scope = await self._scope(ResourceKind.TURN, frame.turn_id)
        await self._services.use.chat.get(scope, TurnId(frame.turn_id))  # another reader's turn is refused
        self._stop_following(frame.turn_id)
        self._require_room()
        await self._say(frames.Subscribed(turn_id=frame.turn_id, id=frame.id))
        self._follow(scope, frame)

    def _require_room(self) -> None:
        if len(self._following) >= self._limits.subscriptions:
            raise refusals.TooManySubscriptions(self._limits.subscriptions)

    def _follow(self, scope: WorkspaceScope, wanted: frames.Subscribe) -> None:
        """In place of an earlier subscription to the same turn."""
        self._stop_following(wanted.turn_id)
        self._following[wanted.turn_id] = self._tasks.create_task(self._forward(scope, wanted))

    def _stop_following(self, turn_id: UUID) -> None:
        task = self._following.pop(turn_id, None)
        if task is not None:
            task.cancel()  # it ends where it waits, so it sends nothing more

    async def _forward(self, scope: WorkspaceScope, wanted: frames.Subscribe) -> None:
        """Holds one batch at a time; the turn goes on however slowly this is read."""
        turn_id = wanted.turn_id
        events = self._services.use.chat.follow(
            scope, TurnId(turn_id), after=wanted.after, epoch=wanted.epoch
        )
        last: frames.ServerFrame
        try:
            async with aclosing(events) as batches:
                async for batch in batches:
                    await self._wire.send_events(batch)
            last = frames.Unsubscribed(turn_id=turn_id)
        except ParleyError as error:
            last = frames.ErrorFrame(problem=self._problem(error), turn_id=turn_id)
        if self._following.get(turn_id) is asyncio.current_task():
            del self._following[turn_id]
        await self._say(last)

    async def _say(self, frame: frames.ServerFrame) -> None:
        await self._wire.send([frame.to_json()])

    async def _tell(self, error: ParleyError, *, frame_id: str | None = None) -> None:
        await self._say(frames.ErrorFrame(problem=self._problem(error), id=frame_id))

    def _problem(self, error: ParleyError) -> dict[str, object]:
        if error.kind is ErrorKind.UNAVAILABLE:
            self._sockets.log.warning("socket.unavailable", code=error.code, detail=error.detail)
        return problem_of(error, self._request_id).model_dump(mode="json", exclude_none=True)
