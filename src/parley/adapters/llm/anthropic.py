"""The wire format of Anthropic's Messages API."""

import re
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

API_VERSION = "2023-06-01"
MAX_OUTPUT_TOKENS = 8_192
"""The API asks for a limit; every model since Claude 3.5 can write this much."""

_FINISH = {
    "max_tokens": FinishReason.LENGTH,
    "model_context_window_exceeded": FinishReason.LENGTH,
    "refusal": FinishReason.CONTENT_FILTER,
}
# Claude to version 4.6; the later ones refuse a temperature, and so, for all that is known, will new ones.
_TAKES_TEMPERATURE = re.compile(r"claude-(?:[23]|instant|(?:opus|sonnet|haiku)-4(?:-[0-6])?(?:-\d{8})?$)")


class _Delta(msgspec.Struct):
    text: str = ""
    thinking: str = ""
    stop_reason: str | None = None


class _Usage(msgspec.Struct):
    """Counts may come in any of the events that carry usage; each is cumulative."""

    input_tokens: int | None = None
    cache_creation_input_tokens: int | None = None
    cache_read_input_tokens: int | None = None
    output_tokens: int = 0

    @property
    def read(self) -> int | None:
        """All tokens of the prompt, those of the cache included."""
        if self.input_tokens is None:
            return None
        return (
            self.input_tokens + (self.cache_creation_input_tokens or 0) + (self.cache_read_input_tokens or 0)
        )


class _Message(msgspec.Struct):
    usage: _Usage | None = None


class _Error(msgspec.Struct):
    message: str = "no message"


class _Event(msgspec.Struct):
    type: str
    delta: _Delta | None = None
    message: _Message | None = None
    usage: _Usage | None = None
    error: _Error | None = None


_event_of = msgspec.json.Decoder(_Event).decode


class Anthropic:
    """A model behind `POST {base_url}/messages`."""

    def __init__(self, model: str, config: ProviderConfig, session: aiohttp.ClientSession) -> None:
        self.name = ModelName("anthropic", model)
        self.capabilities = Capabilities(tools=True, images=True, thinking=True)
        self._config = config
        self._session = session

    def stream(self, request: ChatRequest) -> AsyncGenerator[list[StreamEvent], None]:
        call = Call(
            self.name,
            f"{self._config.base_url}/messages",
            headers(self._config.api_key),
            _body(self.name.model, request),
        )
        return stream_events(self._session, self._config, call, _decode)


def headers(api_key: str | None) -> dict[str, str]:
    return {"anthropic-version": API_VERSION} | ({} if api_key is None else {"x-api-key": api_key})


def _body(model: str, request: ChatRequest) -> dict[str, Any]:
    system = [message.text for message in request.messages if message.role == "system"]
    turns = [message for message in request.messages if message.role != "system"]
    while turns[0].role != "user":
        del turns[0]  # a window of history may open with an answer, which the API refuses
    body: dict[str, Any] = {
        "model": model,
        "messages": [{"role": message.role, "content": message.text} for message in turns],
        "max_tokens": request.max_output_tokens or MAX_OUTPUT_TOKENS,
        "stream": True,
    }
    if system:
        body["system"] = "\n\n".join(system)
    if _TAKES_TEMPERATURE.match(model):
        body["temperature"] = min(request.temperature, 1.0)  # the API's own upper end
    return body


def _decode(data: bytes, reading: Reading) -> None:
    event = _event_of(data)
    match event.type:
        case "content_block_delta" if event.delta is not None:
            if event.delta.thinking:
                reading.events.append(ReasoningDelta(event.delta.thinking))
            if event.delta.text:
                reading.events.append(TextDelta(event.delta.text))
        case "message_start" if event.message is not None:
            _count(event.message.usage, reading)
        case "message_delta":
            _count(event.usage, reading)
            if event.delta is not None and event.delta.stop_reason is not None:
                reading.finish = Finish(_FINISH.get(event.delta.stop_reason, FinishReason.STOP))
        case "message_stop":
            reading.finish = reading.finish or Finish(FinishReason.STOP)
            reading.ended = True
        case "error":
            raise ProviderFault((event.error or _Error()).message)
        case _:
            pass  # pings, the edges of blocks, and kinds that are yet to come


def _count(usage: _Usage | None, reading: Reading) -> None:
    if usage is not None:
        read = usage.read
        if read is None:
            read = reading.usage.input_tokens if reading.usage else 0
        reading.usage = TokenUsage(read, usage.output_tokens)
