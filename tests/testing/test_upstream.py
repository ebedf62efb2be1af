"""The scripted model server is what the clients of others take for a model server, too."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import botocore.config
import botocore.session
import openai
import pytest
from openai.types.chat import (
    ChatCompletionMessageFunctionToolCall,
    ChatCompletionMessageParam,
    ChatCompletionToolUnionParam,
)

from parley.testing.upstream.process import Upstream, running_upstream
from parley.testing.upstream.scripts import numbers

PARAMETERS: dict[str, object] = {
    "type": "object",
    "properties": {"unit": {"enum": ["c", "f"]}, "days": {"type": "integer"}, "city": {"type": "string"}},
    "required": ["unit", "days", "city"],
}
WEATHER: ChatCompletionToolUnionParam = {
    "type": "function",
    "function": {"name": "weather", "parameters": PARAMETERS},
}
ARGUMENTS = '{"unit": "c", "days": 7, "city": "7"}'


@pytest.fixture(scope="module")
def served() -> Iterator[Upstream]:
    with running_upstream() as upstream:
        yield upstream


@pytest.fixture
def client(served: Upstream) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=served.url("openai"), api_key="a key", max_retries=0) as opened:
        yield opened


@pytest.fixture(scope="module")
def bedrock(served: Upstream) -> Iterator[Any]:
    session = botocore.session.Session()
    session.set_credentials("an id", "a key")
    made = session.create_client(
        "bedrock-runtime",
        region_name="us-east-1",
        endpoint_url=served.url("bedrock"),
        config=botocore.config.Config(retries={"max_attempts": 1}),
    )
    yield made
    made.close()


def test_the_sdk_of_openai_reads_numbers_and_their_count(client: openai.OpenAI) -> None:
    with client.chat.completions.stream(
        model="numbers-20",
        messages=[{"role": "user", "content": "Count."}],
        stream_options={"include_usage": True},
    ) as stream:
        whole = stream.get_final_completion()
    assert whole.choices[0].message.content == "".join(numbers(20))
    assert whole.choices[0].finish_reason == "stop"
    assert whole.usage is not None
    assert whole.usage.completion_tokens == 20


def test_the_sdk_of_openai_finds_calls_that_fit_the_schema_and_the_answer_after_them(
    client: openai.OpenAI,
) -> None:
    with client.chat.completions.stream(
        model="tools-2", messages=[{"role": "user", "content": "Weather?"}], tools=[WEATHER]
    ) as stream:
        message = stream.get_final_completion().choices[0].message
    calls = message.tool_calls or []
    assert all(isinstance(call, ChatCompletionMessageFunctionToolCall) for call in calls)
    assert [call.function.arguments for call in calls] == [ARGUMENTS, ARGUMENTS]
    question: ChatCompletionMessageParam = {"role": "user", "content": "Weather?"}
    asked: ChatCompletionMessageParam = {
        "role": "assistant",
        "tool_calls": [
            {
                "id": call.id,
                "type": "function",
                "function": {"name": call.function.name, "arguments": call.function.arguments},
            }
            for call in calls
        ],
    }
    results: list[ChatCompletionMessageParam] = [
        {"role": "tool", "tool_call_id": call.id, "content": "Rain"} for call in calls
    ]
    with client.chat.completions.stream(
        model="tools-2", messages=[question, asked, *results], tools=[WEATHER]
    ) as stream:
        answer = stream.get_final_completion().choices[0].message
    assert answer.content == "The tools said: Rain; Rain; "


def test_the_sdk_of_openai_knows_its_refusals(client: openai.OpenAI) -> None:
    with pytest.raises(openai.RateLimitError) as limited:
        client.chat.completions.create(model="fault-429-7s", messages=[], stream=True)
    assert limited.value.response.headers["Retry-After"] == "7"
    with pytest.raises(openai.BadRequestError, match="no request of the format"):
        client.chat.completions.create(model="numbers-1", messages=[{}], stream=True)  # type: ignore[list-item]
    with pytest.raises(openai.NotFoundError, match="there is no model"):
        client.chat.completions.create(model="gpt-imagined", messages=[], stream=True)


def test_the_sdk_of_aws_reads_thinking_calls_and_their_end(bedrock: Any) -> None:
    reply = bedrock.converse_stream(
        modelId="rounds-1",
        messages=[{"role": "user", "content": [{"text": "Weather?"}]}],
        toolConfig={"tools": [{"toolSpec": {"name": "weather", "inputSchema": {"json": PARAMETERS}}}]},
    )
    with closing(reply["stream"]) as stream:
        events = list(stream)
    deltas = [event["contentBlockDelta"]["delta"] for event in events if "contentBlockDelta" in event]
    assert deltas[0] == {"reasoningContent": {"text": "I need a tool."}}
    assert "".join(delta["toolUse"]["input"] for delta in deltas if "toolUse" in delta) == ARGUMENTS
    assert {"messageStop": {"stopReason": "tool_use"}} in events
    assert events[-1]["metadata"]["usage"]["outputTokens"] == 1


def test_the_sdk_of_aws_knows_its_faults(bedrock: Any) -> None:
    messages = [{"role": "user", "content": [{"text": "Count."}]}]
    with pytest.raises(bedrock.exceptions.ThrottlingException, match="as scripted"):
        bedrock.converse_stream(modelId="fault-429", messages=messages)
    reply = bedrock.converse_stream(modelId="fault-overloaded", messages=messages)
    with (
        closing(reply["stream"]) as stream,
        pytest.raises(botocore.exceptions.EventStreamError, match="serviceUnavailableException"),
    ):
        list(stream)


def test_it_tells_what_it_was_asked_and_how_that_ended(served: Upstream, client: openai.OpenAI) -> None:
    with client.chat.completions.create(
        model="echo-500-20ms", messages=[{"role": "user", "content": "Hello"}], stream=True
    ) as stream:
        words = [chunk.choices[0].delta.content for chunk, _ in zip(stream, range(3), strict=False)]
    assert words == ["", "Hello/0 ", "Hello/1 "]
    last = served.seen_when_idle()[-1]
    assert (last["format"], last["model"]) == ("OpenAIWire", "echo-500-20ms")
    assert (last["question"], last["ended"]) == ("Hello", "by the reader")
