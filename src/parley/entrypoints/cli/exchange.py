"""One question and its answer: sent once, followed to the end, stopped by Ctrl+C."""

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass

from parley.core.kernel.errors import ErrorKind, ParleyError
from parley.entrypoints.cli.client import ParleyClient, Progress
from parley.entrypoints.cli.transport import Refused, Unreachable
from parley.entrypoints.cli.turn import ToolStep, Turn

STOP_WITHIN_S = 10.0


class NotStopped(ParleyError):
    """The server took the wish to stop, but the turn went on."""

    code = "not_stopped"
    kind = ErrorKind.UNAVAILABLE


@dataclass(frozen=True, slots=True)
class Audience:
    """Who sees the answer grow, and says whether tools may change things."""

    show: Callable[[Progress], None]
    approve: Callable[[ToolStep], Awaitable[bool]]
    """May be cancelled while it waits for a person."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A turn that has ended, well or not, and where it belongs."""

    turn: Turn
    turn_id: str
    conversation_id: str


async def exchange(
    client: ParleyClient,
    bot_id: str,
    message: str,
    conversation_id: str | None,
    audience: Audience,
) -> Answered:
    """Asks and shows the answer as it grows.

    The first Ctrl+C stops the turn, and the text so far is its answer; the second raises KeyboardInterrupt.
    """
    with _interrupts() as interrupted:
        accepted = await client.ask(bot_id, message, conversation_id)
        turn = await _follow(client, accepted.turn_id, accepted.conversation_id, audience, interrupted)
    return Answered(turn, accepted.turn_id, accepted.conversation_id)


async def resume(client: ParleyClient, turn_id: str, conversation_id: str, audience: Audience) -> Answered:
    """Shows a turn that was started elsewhere, from its beginning; Ctrl+C works as in `exchange`."""
    with _interrupts() as interrupted:
        return Answered(
            await _follow(client, turn_id, conversation_id, audience, interrupted), turn_id, conversation_id
        )


async def _follow(
    client: ParleyClient,
    turn_id: str,
    conversation_id: str,
    audience: Audience,
    interrupted: asyncio.Event,
) -> Turn:
    turn, decided = Turn(), set[str]()
    try:
        async with (
            asyncio.timeout(None) as deadline,
            _owned(_stop_once(interrupted, client, turn_id, deadline)),
        ):
            async for progress in client.follow(turn_id):
                turn = progress.turn
                audience.show(progress)
                for step in turn.tools:
                    if step.state == "asked" and step.call_id not in decided and progress.connected:
                        decided.add(step.call_id)
                        await _decide(client, turn_id, step, audience, interrupted)
    except Unreachable as error:
        raise Unreachable(
            error.detail,
            hint=f"The answer is not lost: `parley chat --conversation {conversation_id}` shows it later.",
        ) from error
    except TimeoutError as error:
        raise NotStopped(
            f"The server did not stop the answer within {STOP_WITHIN_S:g} s.",
            hint="It goes on there; open the conversation again to read it.",
        ) from error
    return turn


async def _decide(
    client: ParleyClient, turn_id: str, step: ToolStep, audience: Audience, interrupted: asyncio.Event
) -> None:
    """Unless the turn is stopped instead, or was decided about elsewhere."""
    approving = asyncio.ensure_future(audience.approve(step))
    stopping = asyncio.ensure_future(interrupted.wait())
    try:
        await asyncio.wait({approving, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if approving.done():
            with suppress(Refused):
                await client.decide(turn_id, step.call_id, approved=approving.result())
    finally:
        approving.cancel()
        stopping.cancel()
        await asyncio.wait({approving, stopping})


async def _stop_once(
    interrupted: asyncio.Event, client: ParleyClient, turn_id: str, deadline: asyncio.Timeout
) -> None:
    await interrupted.wait()
    deadline.reschedule(asyncio.get_running_loop().time() + STOP_WITHIN_S)
    await client.cancel(turn_id)


@asynccontextmanager
async def _owned(work: Coroutine[None, None, None]) -> AsyncIterator[None]:
    """Ends `work` with the block. Its failure shows there: the turn does not stop in time."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})
        with suppress(asyncio.CancelledError, ParleyError):
            task.result()


@contextmanager
def _interrupts() -> Iterator[asyncio.Event]:
    """Set by the first Ctrl+C."""
    interrupted = asyncio.Event()

    def on_interrupt() -> None:
        if interrupted.is_set():
            raise KeyboardInterrupt
        interrupted.set()

    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGINT, on_interrupt)
    try:
        yield interrupted
    finally:
        loop.remove_signal_handler(signal.SIGINT)
