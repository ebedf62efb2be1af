"""The OpenAI chat-completions wire format: OpenAI itself and every server that speaks it."""

from collections.abc import AsyncGenerator
from typing import Any

import aiohttp
import msgspec

from parley.adapters.llm.transport import Call, ProviderConfig, ProviderFault, Reading, stream_events
from parley.core.llm.model import (
    Capabilities,
    ChatRequest,
    Finish,
    FinishReason,
    ModelName,
    ReasoningDelta,
    StreamEvent,
    TextDelta,
    TokenUsage,
)

_FINISH = {
    "length": FinishReason.LENGTH,
    "content_filter": FinishReason.CONTENT_FILTER,
}


class _Delta(msgspec.Struct):
    content: str | None = None
    reasoning_content: str | None = None


class _Choice(msgspec.Struct):
    delta: _Delta = msgspec.field(default_factory=_Delta)
    finish_reason: str | None = None


class _Usage(msgspec.Struct):
    prompt_tokens: int = 0
    completion_tokens: int = 0


class _Error(msgspec.Struct):
    message: str = "no message"


class _Chunk(msgspec.Struct):
    choices: list[_Choice] = []
    usage: _Usage | None = None
    error: _Error | None = None


_chunk_of = msgspec.json.Decoder(_Chunk).decode


class OpenAI:
    """A model behind `POST {base_url}/chat/completions`."""

    def __init__(self, model: str, config: ProviderConfig, session: aiohttp.ClientSession) -> None:
        self.name = ModelName("openai", model)
        self.capabilities = Capabilities(tools=True, images=True, json_schema=True)
        self._config = config
        self._session = session

    def stream(self, request: ChatRequest) -> AsyncGenerator[list[StreamEvent], None]:
        call = Call(
            self.name,
            f"{self._config.base_url}/chat/completions",
            headers(self._config.api_key),
            _body(self.name.model, request),
        )
        return stream_events(self._session, self._config, call, _decode)


def headers(api_key: str | None) -> dict[str, str]:
    return {} if api_key is None else {"Authorization": f"Bearer {api_key}"}


def _body(model: str, request: ChatRequest) -> dict[str, Any]:
    body: dict[str, Any] = {
        "model": model,
        "messages": [{"role": message.role, "content": message.text} for message in request.messages],
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    if not _fixed_temperature(model):
        body["temperature"] = request.temperature
    if request.max_output_tokens is not None:
        body["max_completion_tokens"] = request.max_output_tokens
    return body


def _fixed_temperature(model: str) -> bool:
    """OpenAI's reasoning models refuse a temperature."""
    return model.startswith(("o1", "o3", "o4", "gpt-5"))


def _decode(data: bytes, reading: Reading) -> None:
    if data == b"[DONE]":
        reading.finish = reading.finish or Finish(FinishReason.STOP)
        reading.ended = True
        return
    chunk = _chunk_of(data)
    if chunk.error is not None:
        raise ProviderFault(chunk.error.message)
    for choice in chunk.choices[:1]:
        if choice.delta.reasoning_content:
            reading.events.append(ReasoningDelta(choice.delta.reasoning_content))
        if choice.delta.content:
            reading.events.append(TextDelta(choice.delta.content))
        if choice.finish_reason is not None:
            reading.finish = Finish(_FINISH.get(choice.finish_reason, FinishReason.STOP))
    if chunk.usage is not None:
        reading.usage = TokenUsage(chunk.usage.prompt_tokens, chunk.usage.completion_tokens)
