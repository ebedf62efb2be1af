"""A route asks one model after the other, and says so only when a reader has seen something."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace

import pytest

from parley.core.kernel.errors import ErrorKind
from parley.core.llm.model import (
    AnswerBegins,
    Attempt,
    Capabilities,
    ChatMessage,
    ChatRequest,
    EveryModelFailed,
    Finish,
    FinishReason,
    Image,
    ModelError,
    ModelLimited,
    ModelName,
    ModelUnable,
    ReasoningDelta,
    ResponseFormat,
    StreamEvent,
    TextDelta,
    TokenUsage,
    ToolSpec,
    UnknownModel,
)
from parley.core.llm.routing import RoutePolicy, SystemTimer
from parley.testing.models import ChangingModel, ScriptedModel
from tests.core.llm.conftest import REQUEST, HangingModel, routed

BUSY = ModelError("The server is busy.", hint="Ask again.", retryable=True)
WRONG_KEY = ModelError("The key is wrong.", hint="Mend the key.")
FIRST, SECOND = ModelName("one", "a"), ModelName("two", "b")


def first(*parts: str | ModelError, stepwise: bool = False) -> ScriptedModel:
    return ScriptedModel(parts, name=str(FIRST), stepwise=stepwise)


def second(*parts: str | ModelError) -> ScriptedModel:
    return ScriptedModel(parts, name=str(SECOND))


class Batches:
    """A model that streams exactly these batches, then fails if told to."""

    capabilities = Capabilities()

    def __init__(self, *batches: list[StreamEvent], error: ModelError | None = None) -> None:
        self.name = FIRST
        self._batches = batches
        self._error = error

    async def stream(self, request: ChatRequest) -> AsyncGenerator[list[StreamEvent], None]:
        for batch in self._batches:
            yield batch
        if self._error is not None:
            raise self._error


async def test_a_model_that_answers_is_all_there_is_to_it() -> None:
    asked = await routed(first("Be", "cause."), second("unused")).ask()
    assert asked.events == [
        AnswerBegins(FIRST),
        TextDelta("Be"),
        TextDelta("cause."),
        TokenUsage(10, 2),
        Finish(FinishReason.STOP),
    ]
    assert asked.tried == [("one:a", None)]


async def test_a_failure_that_may_pass_is_retried_without_a_word() -> None:
    asked = await routed(ChangingModel(first(BUSY), first("Because."))).ask()
    assert (asked.text, asked.beginnings) == ("Because.", [AnswerBegins(FIRST)])
    assert asked.tried == [("one:a", "model_failed"), ("one:a", None)]
    assert asked.timer.slept == [RoutePolicy().retry_pause_s]


async def test_retry_after_is_waited_for_up_to_its_bound() -> None:
    limited = first(ModelLimited("Too many.", retryable=True, retry_after_s=3))
    asked = await routed(ChangingModel(limited, first("Because.")), second("unused")).ask()
    assert (asked.text, asked.timer.slept) == ("Because.", [3])

    slower = ChangingModel(first(ModelLimited("Too many.", retryable=True, retry_after_s=6)), first("unused"))
    asked = await routed(slower, second("At once.")).ask()
    assert (asked.text, asked.timer.slept) == ("At once.", [])
    assert asked.tried == [("one:a", "model_limited"), ("two:b", None)]


async def test_a_failure_that_stays_goes_to_the_next_model_at_once() -> None:
    asked = await routed(first(WRONG_KEY), second("Because.")).ask()
    assert asked.beginnings == [AnswerBegins(SECOND)]
    assert asked.timer.slept == []
    assert [(each.error, each.detail) for each in asked.attempts] == [
        ("model_failed", "The key is wrong."),
        (None, ""),
    ]


async def test_a_model_that_is_not_configured_is_passed_over() -> None:
    asked = await routed(second("Because."), names=["one:a", "two:b"]).ask()
    assert asked.text == "Because."
    assert asked.tried == [("one:a", "unknown_model"), ("two:b", None)]


async def test_after_text_was_seen_the_next_model_begins_anew_and_says_so() -> None:
    asked = await routed(first("Half ", BUSY), second("Whole.")).ask()
    assert asked.text == "Whole."
    assert asked.beginnings == [
        AnswerBegins(FIRST),
        AnswerBegins(SECOND, "The model one:a broke off; two:b answers from the beginning."),
    ]
    assert asked.tried == [("one:a", "model_failed"), ("two:b", None)]


async def test_after_reasoning_was_seen_it_is_a_restart_too() -> None:
    asked = await routed(Batches([ReasoningDelta("Hm.")], error=WRONG_KEY), second("Whole.")).ask()
    assert asked.beginnings[1].restarts_because


async def test_what_no_reader_sees_is_no_reason_for_a_restart() -> None:
    asked = await routed(Batches([TokenUsage(9, 0)], error=WRONG_KEY), second("Whole.")).ask()
    assert asked.beginnings == [AnswerBegins(SECOND)]
    assert TokenUsage(9, 0) not in asked.events


async def test_an_answer_without_a_word_is_an_answer() -> None:
    done: list[StreamEvent] = [TokenUsage(9, 0), Finish(FinishReason.CONTENT_FILTER)]
    asked = await routed(Batches(done)).ask()
    assert asked.events == [AnswerBegins(FIRST), *done]


async def test_the_last_model_is_asked_again_when_it_breaks_off() -> None:
    asked = await routed(ChangingModel(first("Half ", BUSY), first("Whole."))).ask()
    assert asked.text == "Whole."
    assert asked.beginnings[1].restarts_because == "The model one:a broke off and was asked again."


async def test_what_was_seen_stands_when_nobody_else_answers() -> None:
    asked = routed(first("Half ", WRONG_KEY), second(WRONG_KEY))
    with pytest.raises(ModelError):
        await asked.ask()
    assert asked.text == "Half "


async def test_when_all_fail_the_last_error_names_what_was_tried() -> None:
    asked = routed(first(BUSY), second(WRONG_KEY), names=["one:a", "two:b", "three:c"])
    with pytest.raises(EveryModelFailed, match="three:c") as caught:
        await asked.ask()
    assert caught.value.detail.endswith(
        "Tried in turn: one:a (model_failed), one:a (model_failed), two:b (model_failed), "
        "three:c (unknown_model)."
    )
    assert (caught.value.code, caught.value.kind) == ("unknown_model", ErrorKind.INVALID)
    assert "doctor" in caught.value.hint


async def test_the_error_of_a_single_call_is_left_as_it_is() -> None:
    with pytest.raises(ModelError) as caught:
        await routed(first(WRONG_KEY)).ask()
    assert caught.value is WRONG_KEY
    with pytest.raises(UnknownModel):
        await routed(first("unused"), names=["nobody:x"]).ask()


async def test_a_model_silent_from_the_start_is_followed_by_the_next_and_closed() -> None:
    hanging = HangingModel(str(FIRST))
    asked = await routed(hanging, second("Because."), policy=RoutePolicy(first_event_s=0.02)).ask()
    assert asked.text == "Because."
    assert asked.tried == [("one:a", "model_silent"), ("two:b", None)]
    assert hanging.closed.is_set()


async def test_a_model_that_falls_silent_midway_is_followed_by_the_next() -> None:
    silent = first("Half ", "never", stepwise=True)
    asked = await routed(silent, second("Whole."), policy=RoutePolicy(next_event_s=0.02)).ask()
    assert asked.text == "Whole."
    assert asked.beginnings[1].restarts_because
    assert silent.closed.is_set()


async def test_no_deadline_runs_while_the_reader_is_busy() -> None:
    asked = routed(first("a", "b", "c"), policy=RoutePolicy(first_event_s=0.02, next_event_s=0.02))
    async for batch in asked.stream():
        asked.events.extend(batch)
        await asyncio.sleep(0.03)
    assert asked.text == "abc"


async def test_closing_the_route_closes_the_model_and_books_the_call() -> None:
    model = first("a", "b")
    asked = routed(model)
    async with aclosing(asked.stream()) as batches:
        await anext(batches)
    assert model.closed.is_set()
    assert asked.tried == [("one:a", "interrupted")]


async def test_a_call_tells_how_long_it_took() -> None:
    asked = routed(ChangingModel(first("Half ", BUSY), first("Whole.")))
    async for _ in asked.stream():
        asked.timer.now += 1
    assert [attempt.seconds for attempt in asked.attempts] == [1, 3]


async def test_a_route_to_nowhere_says_so() -> None:
    asked = routed(first("unused"))
    with pytest.raises(ModelError, match="no model"):
        await anext(asked.router.route([], REQUEST, asked.attempts.append))
    assert asked.router.default() == "one:a"


async def test_real_time_passes_while_it_sleeps() -> None:
    timer = SystemTimer()
    began = timer.monotonic()
    await timer.sleep(0.01)
    assert timer.monotonic() > began


class BlindModel(ScriptedModel):
    """Can do nothing but talk."""

    capabilities = Capabilities()


@pytest.mark.parametrize(
    ("wanted", "cannot"),
    [
        (replace(REQUEST, tools=(ToolSpec("clock", "The time.", {"type": "object"}),)), "cannot call tools"),
        (replace(REQUEST, messages=(ChatMessage("user", "?", (Image("image/png", b""),)),)), "read images"),
        (replace(REQUEST, response_format=ResponseFormat()), "cannot be held to JSON"),
    ],
    ids=["tools", "images", "JSON"],
)
async def test_a_model_is_not_sent_what_it_cannot_do_and_the_next_one_is(
    wanted: ChatRequest, cannot: str
) -> None:
    blind = BlindModel(["Sent?"], name=str(FIRST))
    asked = await routed(blind, second("Whole.")).ask(wanted)
    assert asked.text == "Whole."
    assert asked.attempts[0].error == "model_unable"
    assert blind.requests == []
    alone = routed(blind)
    with pytest.raises(ModelUnable, match=cannot) as caught:
        await alone.ask(wanted)
    assert "fallback" in caught.value.hint
    assert len(alone.attempts) == 1


def test_words_of_a_provider_that_end_without_a_full_stop_get_one() -> None:
    failed = EveryModelFailed(ModelError("no such luck"), [Attempt("one:a", None, "", 0.1)])
    assert failed.detail.startswith("no such luck. Tried in turn: one:a")
