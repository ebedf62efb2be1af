"""A model that keeps failing is left alone for a while; then one request tries it."""

import asyncio
from uuid import uuid4

import pytest

from parley.core.llm.breaker import MODELS_REMEMBERED, BreakerPolicy, Breakers
from parley.core.llm.model import ModelError, ModelLimited, ModelName, ModelPaused
from parley.core.llm.routing import RoutePolicy
from parley.testing.models import ChangingModel, ScriptedModel
from tests.core.llm.conftest import FakeTimer, HangingModel, routed

POLICY = BreakerPolicy(failures=2, pause_s=10, longest_pause_s=60)
BUSY = ModelError("The server is busy.", retryable=True)
NAME = ModelName("one", "a")


class Calls:
    """Calls of models, each ending as it is told."""

    def __init__(self) -> None:
        self.timer = FakeTimer()
        self.breakers = Breakers(POLICY, self.timer.monotonic)

    def fail(self, times: int = 1, error: ModelError = BUSY, name: ModelName = NAME) -> None:
        for _ in range(times):
            permit = self.breakers.admit(name)
            permit.failed(error)
            permit.release()

    def answer(self) -> None:
        permit = self.breakers.admit(NAME)
        permit.spoke()
        permit.answered()
        permit.release()


@pytest.fixture
def calls() -> Calls:
    return Calls()


def test_after_so_many_failures_in_a_row_a_model_is_left_alone(calls: Calls) -> None:
    calls.fail(2)
    with pytest.raises(ModelPaused, match="one:a") as caught:
        calls.breakers.admit(NAME)
    assert "10 seconds" in caught.value.hint
    calls.breakers.admit(ModelName("one", "b"))  # another model of the same provider


def test_an_answer_starts_the_count_again(calls: Calls) -> None:
    calls.fail()
    calls.answer()
    calls.fail()
    calls.breakers.admit(NAME)


def test_an_error_that_says_nothing_about_the_next_request_does_not_count(calls: Calls) -> None:
    calls.fail(9, ModelError("The key is wrong."))
    calls.breakers.admit(NAME)


def test_after_the_pause_one_request_tries_and_the_others_wait(calls: Calls) -> None:
    calls.fail(2)
    calls.timer.now += 10
    probe = calls.breakers.admit(NAME)
    with pytest.raises(ModelPaused):
        calls.breakers.admit(NAME)
    probe.spoke()
    calls.breakers.admit(NAME).release()
    probe.release()
    calls.answer()
    calls.fail()
    calls.breakers.admit(NAME)


def test_a_trial_that_fails_begins_the_pause_anew(calls: Calls) -> None:
    calls.fail(2)
    calls.timer.now += 10
    calls.fail()
    calls.timer.now += 9
    with pytest.raises(ModelPaused):
        calls.breakers.admit(NAME)
    calls.timer.now += 1
    calls.answer()


def test_a_trial_that_breaks_off_midway_begins_the_pause_anew(calls: Calls) -> None:
    calls.fail(2)
    calls.timer.now += 10
    probe = calls.breakers.admit(NAME)
    probe.spoke()
    probe.failed(BUSY)
    probe.release()
    with pytest.raises(ModelPaused):
        calls.breakers.admit(NAME)


def test_a_late_failure_of_another_call_leaves_the_trial_its_place(calls: Calls) -> None:
    late = calls.breakers.admit(NAME)
    calls.fail(2)
    calls.timer.now += 10
    calls.breakers.admit(NAME)
    late.failed(BUSY)
    late.release()
    calls.timer.now += 10
    with pytest.raises(ModelPaused):
        calls.breakers.admit(NAME)


def test_a_long_retry_after_pauses_at_once_and_for_as_long_up_to_a_bound(calls: Calls) -> None:
    calls.fail(1, ModelLimited("Too many.", retryable=True, retry_after_s=30))
    calls.timer.now += 29
    with pytest.raises(ModelPaused):
        calls.breakers.admit(NAME)
    calls.timer.now += 1
    calls.fail(1, ModelLimited("Too many.", retryable=True, retry_after_s=86_400))
    calls.timer.now += 60
    calls.breakers.admit(NAME)


def test_only_so_many_models_are_remembered_the_newest_ones(calls: Calls) -> None:
    calls.fail(2)
    newest = ModelName("one", "newest")
    for number in range(MODELS_REMEMBERED - 1):
        calls.fail(1, name=ModelName("one", f"b{number}"))
    with pytest.raises(ModelPaused):
        calls.breakers.admit(NAME)
    calls.fail(2, name=newest)
    calls.breakers.admit(NAME)
    with pytest.raises(ModelPaused):
        calls.breakers.admit(newest)


def test_a_key_that_fails_does_not_pause_the_model_for_other_keys(calls: Calls) -> None:
    calls.fail(2)
    calls.breakers.admit(NAME, uuid4()).release()
    with pytest.raises(ModelPaused):
        calls.breakers.admit(NAME)


async def test_a_cancelled_trial_is_no_failure_and_makes_room_for_the_next() -> None:
    busy = ScriptedModel([BUSY], name=str(NAME))
    stuck = HangingModel(str(NAME))
    model = ChangingModel(busy, busy, stuck, ScriptedModel(["Because."], name=str(NAME)))
    asked = routed(model, policy=RoutePolicy(tries=1, breaker=POLICY))
    for _ in range(2):
        with pytest.raises(ModelError, match="busy"):
            await asked.ask()
    asked.timer.now += 10
    trial = asyncio.create_task(asked.ask())
    await stuck.asked.wait()
    trial.cancel()
    with pytest.raises(asyncio.CancelledError):
        await trial
    assert asked.tried == [("one:a", "interrupted")]
    assert (await asked.ask()).text == "Because."


async def test_a_paused_model_is_passed_over_for_the_next_at_once() -> None:
    broken = ChangingModel(ScriptedModel([BUSY], name=str(NAME)))
    following = ScriptedModel(["Because."], name="two:b")
    asked = routed(broken, following, policy=RoutePolicy(tries=1, breaker=POLICY))
    for _ in range(3):
        await asked.ask()
    assert asked.tried == [("one:a", "model_paused"), ("two:b", None)]
    assert broken.calls == 2
