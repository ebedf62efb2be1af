"""The wire format of Anthropic's Messages API."""

from collections.abc import AsyncGenerator
from dataclasses import replace

import aiohttp
import msgspec

from parley.adapters.llm.anthropic_request import REDACTED, body_of
from parley.adapters.llm.facts import facts_of
from parley.adapters.llm.signatures import mark
from parley.adapters.llm.tool_calls import PendingCalls
from parley.adapters.llm.transport import Call, ProviderConfig, ProviderFault, Reading, stream_events
from parley.core.llm.model import (
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
_FINISH = {
    "max_tokens": FinishReason.LENGTH,
    "model_context_window_exceeded": FinishReason.LENGTH,
    "refusal": FinishReason.CONTENT_FILTER,
    "tool_use": FinishReason.TOOL_CALLS,
}


class _Block(msgspec.Struct):
    """The start of a block: of a call of a tool, or of a thought that is given only encrypted."""

    type: str
    id: str = ""
    name: str = ""
    data: str = ""


class _Delta(msgspec.Struct):
    text: str = ""
    thinking: str = ""
    signature: str = ""
    partial_json: str = ""
    stop_reason: str | None = None


class _Usage(msgspec.Struct):
    """Counts may come in any of the events that carry usage; each is cumulative."""

    input_tokens: int | None = None
    cache_creation_input_tokens: int | None = None
    cache_read_input_tokens: int | None = None
    output_tokens: int = 0

    def after(self, before: TokenUsage | None) -> TokenUsage:
        """The count so far. Tokens of the prompt, those of the cache included, may have come before."""
        if self.input_tokens is None:
            return replace(before or TokenUsage(0, 0), output_tokens=self.output_tokens)
        cached = self.cache_read_input_tokens or 0
        read = self.input_tokens + cached + (self.cache_creation_input_tokens or 0)
        return TokenUsage(read, self.output_tokens, cached_tokens=cached)


class _Message(msgspec.Struct):
    usage: _Usage | None = None


class _Error(msgspec.Struct):
    message: str = "no message"


class _Event(msgspec.Struct):
    type: str
    index: int = 0
    content_block: _Block | None = None
    delta: _Delta | None = None
    message: _Message | None = None
    usage: _Usage | None = None
    error: _Error | None = None


_event_of = msgspec.json.Decoder(_Event).decode


class Anthropic:
    """A model behind `POST {base_url}/messages`."""

    def __init__(self, model: str, config: ProviderConfig, session: aiohttp.ClientSession) -> None:
        self.name = ModelName("anthropic", model)
        self.capabilities = facts_of("anthropic", model).capabilities
        self._config = config
        self._session = session

    def stream(self, request: ChatRequest) -> AsyncGenerator[list[StreamEvent], None]:
        call = Call(
            self.name,
            f"{self._config.base_url}/messages",
            headers(self._config.api_key),
            body_of(self.name.model, request),
        )
        return stream_events(self._session, self._config, call, _Answer().book)


def headers(api_key: str | None) -> dict[str, str]:
    return {"anthropic-version": API_VERSION} | ({} if api_key is None else {"x-api-key": api_key})


class _Answer:
    """Books the events of one answer; a call of a tool is whole when its block ends."""

    def __init__(self) -> None:
        self._calls = PendingCalls()

    def book(self, data: bytes, reading: Reading) -> None:
        event = _event_of(data)
        match event.type:
            case "content_block_delta" if event.delta is not None:
                self._add(event.index, event.delta, reading)
            case "content_block_start" if event.content_block is not None:
                self._begin(event.index, event.content_block, reading)
            case "content_block_stop":
                reading.events += self._calls.end(event.index)
            case "message_start" if event.message is not None and event.message.usage is not None:
                reading.usage = event.message.usage.after(None)
            case "message_delta":
                if event.usage is not None:
                    reading.usage = event.usage.after(reading.usage)
                if event.delta is not None and event.delta.stop_reason is not None:
                    reading.finish = Finish(_FINISH.get(event.delta.stop_reason, FinishReason.STOP))
            case "message_stop":
                reading.finish = reading.finish or Finish(FinishReason.STOP)
                reading.ended = True
            case "error":
                raise ProviderFault((event.error or _Error()).message)
            case _:
                pass  # pings, and kinds that are yet to come

    def _begin(self, index: int, block: _Block, reading: Reading) -> None:
        if block.type == "tool_use":
            self._calls.begin(index, block.id, block.name)
        elif block.type == "redacted_thinking":
            reading.events.append(ReasoningDelta("", mark("anthropic", REDACTED + block.data)))

    def _add(self, index: int, delta: _Delta, reading: Reading) -> None:
        if delta.text:
            reading.events.append(TextDelta(delta.text))
        elif delta.thinking or delta.signature:
            reading.events.append(ReasoningDelta(delta.thinking, mark("anthropic", delta.signature)))
        elif delta.partial_json:
            self._calls.add(index, delta.partial_json)
