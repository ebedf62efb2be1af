"""How many pages are drawn at once, and for whom."""

import asyncio
from uuid import UUID, uuid4

import pytest

from parley.core.ingestion.pages import PageLimits, TooManyPages, Turnstile


async def _settled() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


class Crowd:
    """People at a turnstile, each page held until it is told to end."""

    def __init__(self, limits: PageLimits) -> None:
        self.turnstile = Turnstile(limits)
        self.inside: list[UUID] = []
        self.end = asyncio.Event()

    async def ask(self, user: UUID) -> None:
        async with self.turnstile.pass_through(user):
            self.inside.append(user)
            await self.end.wait()


async def test_whoever_asks_for_many_pages_waits_behind_nobody_but_themselves() -> None:
    crowd, eager, other = Crowd(PageLimits(at_once=2)), uuid4(), uuid4()
    async with asyncio.TaskGroup() as tasks:
        for _ in range(5):
            tasks.create_task(crowd.ask(eager))
        await _settled()
        tasks.create_task(crowd.ask(other))
        await _settled()
        assert crowd.inside == [eager, other]
        crowd.end.set()
    assert crowd.inside.count(eager) == 5


async def test_more_than_the_limit_of_one_or_of_all_is_refused_at_once() -> None:
    crowd, eager = Crowd(PageLimits(at_once=1, waiting=3, waiting_of_one=2)), uuid4()
    async with asyncio.TaskGroup() as tasks:
        for user in (eager, eager, uuid4()):
            tasks.create_task(crowd.ask(user))
        await _settled()
        for user in (eager, uuid4()):
            with pytest.raises(TooManyPages):
                await crowd.ask(user)
        crowd.end.set()
    await crowd.ask(eager)


async def test_who_waits_too_long_is_told_so_and_holds_no_place() -> None:
    crowd, first = Crowd(PageLimits(at_once=1, wait_s=0.01)), uuid4()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(crowd.ask(first))
        await _settled()
        for user in (first, uuid4()):
            with pytest.raises(TooManyPages):
                await crowd.ask(user)
        crowd.end.set()
    await crowd.ask(uuid4())
    assert len(crowd.inside) == 2
