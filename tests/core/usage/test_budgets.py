"""A budget is never passed, whoever asks at once; what is not used of a reservation is free again."""

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import cycle
from uuid import uuid4

import pytest

from parley.core.kernel.ids import WorkspaceId
from parley.core.usage.guard import BudgetGuard
from parley.core.usage.model import Amount, BudgetReached, Holder, Limit, Payer, Period
from tests.core.usage.conftest import NOON, Treasury, cost, daily, use

CALL = cost(100)


async def _calls(guards: list[BudgetGuard], payers: list[Payer], count: int) -> int:
    """As many calls at once; tells how many were let through, each of which took what it had held."""

    async def call(guard: BudgetGuard, payer: Payer) -> bool:
        try:
            reservation = await guard.reserve(payer, CALL)
        except BudgetReached:
            return False
        await guard.settle(reservation, CALL)
        return True

    turns = zip(range(count), cycle(guards), cycle(payers), strict=False)
    return sum(await asyncio.gather(*(call(guard, payer) for _, guard, payer in turns)))


@pytest.mark.parametrize("replicas", [1, 2])
async def test_two_hundred_calls_at_once_never_pass_a_budget(treasury: Treasury, replicas: int) -> None:
    await treasury.allow(daily(cost_micros=3_050))
    guards = [await treasury.guard() for _ in range(replicas)]
    users = [treasury.payer, treasury.another_user(), treasury.another_user()]

    assert await _calls(guards, users, 200) == 30
    standing = await treasury.standing()
    assert (standing.spent, standing.held) == (Amount(3_000, 30), Amount(0, 0))


async def test_what_runs_now_counts_until_it_is_settled(treasury: Treasury) -> None:
    await treasury.allow(daily(cost_micros=250))
    guard = await treasury.guard()
    first = await guard.reserve(treasury.payer, CALL)
    await guard.reserve(treasury.payer, CALL)
    with pytest.raises(BudgetReached):
        await guard.reserve(treasury.payer, CALL)
    await guard.settle(first, cost(20))

    await guard.reserve(treasury.payer, CALL)
    standing = await treasury.standing()
    assert (standing.spent.micros, standing.held.micros) == (20, 200)


async def test_a_call_that_failed_gives_back_all_it_held(treasury: Treasury) -> None:
    await treasury.allow(daily(cost_micros=100))
    guard = await treasury.guard()
    await guard.settle(await guard.reserve(treasury.payer, CALL), Amount(0, 0))

    assert (await treasury.standing()).used == 0
    await guard.reserve(treasury.payer, CALL)


async def test_a_longer_answer_reserves_more_and_is_stopped_at_the_limit(treasury: Treasury) -> None:
    await treasury.allow(daily(tokens=25))
    guard = await treasury.guard()
    held = await guard.reserve(treasury.payer, Amount(0, 10))
    held = await guard.extend(held, Amount(0, 10))
    with pytest.raises(BudgetReached, match="25 tokens; 0 are used, 20 reserved"):
        await guard.extend(held, Amount(0, 10))
    assert held.amount == Amount(0, 20)
    await guard.settle(held, Amount(0, 19))
    standing = await treasury.standing()
    assert (standing.spent.tokens, standing.held.tokens) == (19, 0)


async def test_each_user_has_a_share_and_all_together_have_the_whole(treasury: Treasury) -> None:
    await treasury.allow(daily(cost_micros=250), daily(cost_micros=150, holder=Holder.USER))
    guard = await treasury.guard()
    await guard.reserve(treasury.payer, CALL)
    with pytest.raises(BudgetReached, match="Your own budget"):
        await guard.reserve(treasury.payer, CALL)
    await guard.reserve(treasury.another_user(), CALL)
    with pytest.raises(BudgetReached, match="This workspace's budget"):
        await guard.reserve(treasury.another_user(), CALL)


async def test_a_refusal_names_the_budget_its_limit_and_when_it_begins_anew(treasury: Treasury) -> None:
    await treasury.allow(Limit(Holder.WORKSPACE, Period.MONTH, cost_micros=2_500_000))
    guard = await treasury.guard()
    await guard.settle(await guard.reserve(treasury.payer, cost(2_000_000)), cost(2_000_000))
    with pytest.raises(BudgetReached) as refused:
        await guard.reserve(treasury.payer, cost(600_000))
    assert refused.value.detail == (
        "This workspace's budget for the month is $2.50; $2.00 are spent, $0.00 reserved; "
        "another answer could pass it."
    )
    assert "01 April 2026 at 00:00 UTC" in refused.value.hint
    assert refused.value.resets_at == datetime(2026, 4, 1, tzinfo=UTC)


async def test_the_next_day_begins_anew_and_the_month_goes_on(treasury: Treasury) -> None:
    treasury.clock.at = NOON - timedelta(days=1)
    await treasury.allow(daily(cost_micros=100), Limit(Holder.WORKSPACE, Period.MONTH, cost_micros=250))
    guard = await treasury.guard()
    await guard.settle(await guard.reserve(treasury.payer, CALL), CALL)
    with pytest.raises(BudgetReached, match="for the day"):
        await guard.reserve(treasury.payer, CALL)
    treasury.clock.at = NOON
    await guard.settle(await guard.reserve(treasury.payer, CALL), CALL)
    treasury.clock.at = NOON + timedelta(days=1)
    await guard.reserve(treasury.payer, CALL)


async def test_what_was_used_before_there_was_a_budget_counts(treasury: Treasury) -> None:
    await treasury.book(use(180))
    await treasury.allow(daily(cost_micros=250))
    guard = await treasury.guard()
    with pytest.raises(BudgetReached, match="are spent"):
        await guard.reserve(treasury.payer, CALL)
    assert (await treasury.standing()).spent.micros == 180


async def test_calls_that_did_not_ask_count_once_they_are_booked(treasury: Treasury) -> None:
    await treasury.allow(daily(cost_micros=250))
    guard = await treasury.guard()
    await guard.settle(await guard.reserve(treasury.payer, CALL), CALL)
    await treasury.book(use(70), use(100, settled=True), use(None))
    assert (await treasury.standing()).spent.micros == 170


async def test_what_a_dead_runner_holds_is_free_once_its_turn_is_not_its_own(treasury: Treasury) -> None:
    await treasury.allow(daily(cost_micros=150))
    guard = await treasury.guard()
    dead = Payer(treasury.payer.workspace_id, treasury.payer.user_id, turn_id=uuid4(), epoch=1)
    late = await guard.reserve(dead, CALL)
    await guard.reserve(treasury.payer, CALL)
    standing = await treasury.standing()
    assert (standing.spent.micros, standing.held.micros) == (0, 100)

    # Should it live after all, what it took counts, and nothing is given back twice.
    await guard.settle(late, CALL)
    standing = await treasury.standing()
    assert (standing.spent.micros, standing.held.micros) == (100, 100)


async def test_a_workspace_without_a_budget_is_asked_about_once_in_a_while(treasury: Treasury) -> None:
    here, there = await treasury.guard(), await treasury.guard()
    workspace = treasury.payer.workspace_id
    assert not (await here.budget(workspace)).limits
    assert not (await there.budget(workspace)).limits
    await treasury.allow(daily(cost_micros=1))
    here.forget(workspace)

    assert (await here.budget(workspace)).bounds_cost
    assert not (await there.budget(workspace)).limits
    treasury.clock.at += timedelta(seconds=5)
    assert (await there.budget(workspace)).bounds_cost


async def test_a_limit_that_is_nearly_reached_is_told_once(treasury: Treasury) -> None:
    await treasury.allow(daily(cost_micros=500))
    guard = await treasury.guard()
    for _ in range(5):
        await guard.settle(await guard.reserve(treasury.payer, CALL), CALL)
    warned = [fields for _, event, fields in treasury.log.events if event == "budget.nearly_reached"]
    assert [fields["used"] for fields in warned] == [0.8]
    assert b'parley_budget_warnings_total{holder="workspace"} 1.0' in treasury.metrics.render()[0]


async def test_a_budget_of_another_workspace_bounds_nobody_here(treasury: Treasury) -> None:
    await treasury.allow(daily(cost_micros=0))
    guard = await treasury.guard()
    with pytest.raises(BudgetReached):
        await guard.reserve(treasury.payer, CALL)
    assert not (await guard.budget(WorkspaceId(uuid4()))).limits
