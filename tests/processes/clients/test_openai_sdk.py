"""The `openai` SDK, as it is installed, against /v1."""

import json
from collections.abc import Iterator
from typing import Any

import openai
import pytest
from openai import AsyncOpenAI, OpenAI
from openai.types.chat import ChatCompletionMessageParam, ChatCompletionToolParam
from pydantic import BaseModel

from tests.processes.clients.conftest import Shop
from tests.processes.clients.obliging_model import BROKEN, CUT, LIMITED, WORDS

SAID = "".join(WORDS)
QUESTION: list[ChatCompletionMessageParam] = [{"role": "user", "content": "Why is the sky blue?"}]
WARRANTY: list[ChatCompletionMessageParam] = [
    {"role": "user", "content": "How long is the warranty of the kettle?"}
]


def _tool(name: str) -> ChatCompletionToolParam:
    city = {"city": {"type": "string"}}
    parameters: dict[str, object] = {"type": "object", "properties": city, "required": ["city"]}
    return {"type": "function", "function": {"name": name, "parameters": parameters}}


@pytest.fixture
def client(shop: Shop) -> Iterator[OpenAI]:
    with OpenAI(api_key=shop.key, base_url=shop.openai_url, max_retries=0) as opened:
        yield opened


def test_bots_are_models(client: OpenAI, shop: Shop) -> None:
    models = {model.id: model for model in client.models.list()}
    assert {"plain", "warranty-help", "guide"} <= set(models)
    assert client.models.retrieve("warranty-help") == models["warranty-help"]
    assert client.models.retrieve(shop.warranty_bot).id == "warranty-help"


@pytest.mark.parametrize("by", ["name", "id"])
def test_a_plain_bot_answers_whole(client: OpenAI, shop: Shop, by: str) -> None:
    model = "plain" if by == "name" else shop.plain_bot
    answer = client.chat.completions.create(model=model, messages=QUESTION, max_tokens=50, stop=["END"])
    [choice] = answer.choices
    assert (choice.message.content, choice.finish_reason, answer.model) == (SAID, "stop", model)
    assert answer.usage is not None
    assert (answer.usage.prompt_tokens, answer.usage.completion_tokens) == (12, 5)
    asked = shop.model.bodies[-1]
    assert asked["messages"][0] == {"role": "system", "content": "Be brief."}
    assert asked["stop"] == ["END"]


def test_a_plain_bot_streams_with_usage_at_the_end(client: OpenAI) -> None:
    stream = client.chat.completions.create(
        model="plain", messages=QUESTION, stream=True, stream_options={"include_usage": True}
    )
    *chunks, last = list(stream)
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == SAID
    assert chunks[0].choices[0].delta.role == "assistant"
    assert [chunk.choices[0].finish_reason for chunk in chunks if chunk.choices[0].finish_reason] == ["stop"]
    assert last.choices == []
    assert last.usage is not None
    assert last.usage.total_tokens == 17


async def test_the_asynchronous_client_streams_too(shop: Shop) -> None:
    async with AsyncOpenAI(api_key=shop.key, base_url=shop.openai_url, max_retries=0) as client:
        stream = await client.chat.completions.create(model="plain", messages=QUESTION, stream=True)
        text = [chunk.choices[0].delta.content or "" async for chunk in stream]
    assert "".join(text) == SAID


def test_tools_pass_through_and_their_results_come_back(client: OpenAI, shop: Shop) -> None:
    messages: list[Any] = [{"role": "user", "content": "Ask both about 'Oslo'."}]
    tools = [_tool("weather"), _tool("time")]
    first = client.chat.completions.create(model="plain", messages=messages, tools=tools)
    [choice] = first.choices
    assert choice.finish_reason == "tool_calls"
    calls: list[Any] = list(choice.message.tool_calls or [])
    assert [(call.function.name, json.loads(call.function.arguments)) for call in calls] == [
        ("weather", {"city": "Oslo"}),
        ("time", {"city": "Oslo"}),
    ]
    messages.append(choice.message)
    messages += [{"role": "tool", "tool_call_id": call.id, "content": "Fine."} for call in calls]
    second = client.chat.completions.create(model="plain", messages=messages, tools=tools)
    assert second.choices[0].message.content == SAID
    assert [message["role"] for message in shop.model.bodies[-1]["messages"][-3:]] == [
        "assistant",
        "tool",
        "tool",
    ]


def test_tool_calls_stream_and_may_be_held_to_one(client: OpenAI) -> None:
    with client.chat.completions.stream(
        model="plain",
        messages=[{"role": "user", "content": "Ask both about 'Oslo'."}],
        tools=[_tool("weather"), _tool("time")],
        parallel_tool_calls=False,
    ) as stream:
        answer = stream.get_final_completion()
    [call] = answer.choices[0].message.tool_calls or []
    assert (call.function.name, call.function.arguments) == ("weather", '{"city": "Oslo"}')
    assert answer.choices[0].finish_reason == "tool_calls"


class Event(BaseModel):
    title: str
    people: list[str]
    day: int


def test_answers_are_parsed_into_the_wanted_type(client: OpenAI) -> None:
    answer = client.chat.completions.parse(
        model="plain",
        messages=[{"role": "user", "content": "'Science fair' on day 17"}],
        response_format=Event,
    )
    assert answer.choices[0].message.parsed == Event(title="Science fair", people=["Science fair"], day=17)


def test_an_image_goes_to_the_model_and_its_address_alone_does_not(client: OpenAI, shop: Shop) -> None:
    def ask(url: str) -> None:
        content: Any = [
            {"type": "text", "text": "What is it?"},
            {"type": "image_url", "image_url": {"url": url}},
        ]
        client.chat.completions.create(model="plain", messages=[{"role": "user", "content": content}])

    ask("data:image/png;base64,aGVsbG8=")
    [_, image] = shop.model.bodies[-1]["messages"][-1]["content"]
    assert image["image_url"]["url"] == "data:image/png;base64,aGVsbG8="
    with pytest.raises(openai.BadRequestError, match="not fetched") as refused:
        ask("https://example.org/cat.png")
    assert refused.value.param == "messages.0.user.content.1.image_url.image_url.url"


def test_a_bot_with_documents_answers_with_citations(client: OpenAI) -> None:
    answer = client.chat.completions.create(model="warranty-help", messages=WARRANTY, temperature=1)
    message = answer.choices[0].message
    assert "three years" in (message.content or "")
    assert "[1]" in (message.content or "")
    [citation, *_] = message.model_extra["citations"]  # type: ignore[index]
    assert citation["document_name"] == "kettle.md"


def test_a_bot_with_documents_streams_its_citations_last(client: OpenAI) -> None:
    stream = list(client.chat.completions.create(model="warranty-help", messages=WARRANTY, stream=True))
    assert "three years" in "".join(chunk.choices[0].delta.content or "" for chunk in stream)
    extra = stream[-1].choices[0].delta.model_extra or {}
    assert extra["citations"][0]["document_name"] == "kettle.md"


def test_what_the_bot_decides_itself_is_told(client: OpenAI) -> None:
    reply = client.chat.completions.with_raw_response.create(
        model="warranty-help",
        messages=[{"role": "system", "content": "Speak like a pirate."}, *WARRANTY],
        temperature=1,
    )
    assert reply.headers["X-Parley-Ignored"] == "temperature, system messages"


@pytest.mark.parametrize("encoding", ["float", "base64"])
def test_embeddings_are_of_unit_length_in_either_encoding(client: OpenAI, encoding: Any) -> None:
    reply = client.embeddings.create(
        model="minilm-l6-v2-int8", input=["kettle", "warranty"], encoding_format=encoding
    )
    assert [each.index for each in reply.data] == [0, 1]
    if encoding == "float":
        assert [len(each.embedding) for each in reply.data] == [384, 384]
        assert sum(x * x for x in reply.data[0].embedding) == pytest.approx(1, abs=1e-3)
    assert reply.usage.total_tokens > 0


def test_embeddings_of_the_sdks_own_choice_of_encoding(client: OpenAI) -> None:
    [one] = client.embeddings.create(model="minilm-l6-v2-int8", input="kettle", dimensions=384).data
    assert len(one.embedding) == 384
    refused: list[dict[str, Any]] = [{"dimensions": 100}, {"input": [[1, 2, 3]]}, {"input": []}]
    for wrong in refused:
        with pytest.raises(openai.BadRequestError):
            client.embeddings.create(**{"model": "minilm-l6-v2-int8", "input": "kettle", **wrong})
    with pytest.raises(openai.NotFoundError, match="minilm"):
        client.embeddings.create(model="text-embedding-3-small", input="kettle")


@pytest.mark.parametrize(
    ("options", "error", "code", "param"),
    [
        ({"model": "nobody"}, openai.NotFoundError, "model_not_found", None),
        ({"messages": []}, openai.BadRequestError, "invalid_request", "messages"),
        ({"n": 2}, openai.BadRequestError, "invalid_request", "n"),
        ({"logprobs": True}, openai.BadRequestError, "invalid_request", "logprobs"),
        ({"temperature": 3}, openai.BadRequestError, "invalid_request", "temperature"),
        ({"stop": list("abcde")}, openai.BadRequestError, "invalid_request", "stop"),
        ({"model": "warranty-help", "tools": [_tool("x")]}, openai.BadRequestError, "invalid_input", None),
        ({"messages": [{"role": "user", "content": LIMITED}]}, openai.RateLimitError, "model_limited", None),
        (
            {"messages": [{"role": "user", "content": BROKEN}]},
            openai.InternalServerError,
            "model_failed",
            None,
        ),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
def test_each_failure_is_the_exception_that_users_expect(
    client: OpenAI,
    options: dict[str, Any],
    error: type[openai.APIStatusError],
    code: str,
    param: str | None,
    stream: bool,
) -> None:
    with pytest.raises(error) as failed:
        client.chat.completions.create(
            **{"model": "plain", "messages": QUESTION, "stream": stream, **options}
        )
    assert (failed.value.code, failed.value.param) == (code, param)
    assert failed.value.request_id


def test_a_wrong_key_and_a_missing_scope_are_told_apart(shop: Shop) -> None:
    with (
        OpenAI(api_key="pk_wrong", base_url=shop.openai_url, max_retries=0) as wrong,
        pytest.raises(openai.AuthenticationError),
    ):
        wrong.models.list()
    with OpenAI(api_key=shop.chat_key, base_url=shop.openai_url, max_retries=0) as chat_only:
        assert chat_only.chat.completions.create(model="plain", messages=QUESTION).choices
        with pytest.raises(openai.PermissionDeniedError, match="models") as refused:
            chat_only.models.list()
    assert refused.value.code == "missing_scope"


def test_an_answer_that_breaks_off_in_the_stream_is_an_error_not_an_end(client: OpenAI) -> None:
    stream = client.chat.completions.create(
        model="plain", messages=[{"role": "user", "content": CUT}], stream=True
    )
    with pytest.raises(openai.APIError):
        list(stream)
