"""The wire format of the Gemini API."""

from collections.abc import AsyncGenerator
from typing import Any
from urllib.parse import quote

import aiohttp
import msgspec

from parley.adapters.llm.facts import facts_of
from parley.adapters.llm.gemini_request import body_of
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

_FINISH = {
    "STOP": FinishReason.STOP,
    "MAX_TOKENS": FinishReason.LENGTH,
    "SAFETY": FinishReason.CONTENT_FILTER,
    "RECITATION": FinishReason.CONTENT_FILTER,
    "BLOCKLIST": FinishReason.CONTENT_FILTER,
    "PROHIBITED_CONTENT": FinishReason.CONTENT_FILTER,
    "SPII": FinishReason.CONTENT_FILTER,
}


class _FunctionCall(msgspec.Struct):
    name: str = ""
    id: str = ""
    args: dict[str, Any] | None = None


class _Part(msgspec.Struct, rename="camel"):
    text: str = ""
    thought: bool = False
    thought_signature: str = ""
    function_call: _FunctionCall | None = None


class _Content(msgspec.Struct):
    parts: list[_Part] = []


class _Candidate(msgspec.Struct, rename="camel"):
    content: _Content = msgspec.field(default_factory=_Content)
    finish_reason: str | None = None


class _Usage(msgspec.Struct, rename="camel"):
    prompt_token_count: int = 0
    cached_content_token_count: int = 0
    candidates_token_count: int = 0
    thoughts_token_count: int = 0


class _PromptFeedback(msgspec.Struct, rename="camel"):
    block_reason: str | None = None


class _Error(msgspec.Struct):
    message: str = "no message"


class _Reply(msgspec.Struct, rename="camel"):
    candidates: list[_Candidate] = []
    usage_metadata: _Usage | None = None
    prompt_feedback: _PromptFeedback | None = None
    error: _Error | None = None


_reply_of = msgspec.json.Decoder(_Reply).decode


class Gemini:
    """A model behind `POST {base_url}/models/{model}:streamGenerateContent`."""

    def __init__(self, model: str, config: ProviderConfig, session: aiohttp.ClientSession) -> None:
        self.name = ModelName("gemini", model)
        self.capabilities = facts_of("gemini", model).capabilities
        self._config = config
        self._session = session

    def stream(self, request: ChatRequest) -> AsyncGenerator[list[StreamEvent], None]:
        model = quote(self.name.model, safe="")
        call = Call(
            self.name,
            f"{self._config.base_url}/models/{model}:streamGenerateContent?alt=sse",
            headers(self._config.api_key),
            body_of(self.name.model, request),
        )
        return stream_events(self._session, self._config, call, _Answer().book)


def headers(api_key: str | None) -> dict[str, str]:
    return {} if api_key is None else {"x-goog-api-key": api_key}


class _Answer:
    """Books the chunks of one answer; calls of tools come whole, and several may share a chunk."""

    def __init__(self) -> None:
        self._calls = PendingCalls()

    def book(self, data: bytes, reading: Reading) -> None:
        reply = _reply_of(data)
        if reply.error is not None:
            raise ProviderFault(reply.error.message)
        if reply.usage_metadata is not None:
            usage = reply.usage_metadata
            written = usage.candidates_token_count + usage.thoughts_token_count
            reading.usage = TokenUsage(
                usage.prompt_token_count, written, cached_tokens=usage.cached_content_token_count
            )
        if reply.prompt_feedback is not None and reply.prompt_feedback.block_reason is not None:
            reading.finish = Finish(FinishReason.CONTENT_FILTER)
        for candidate in reply.candidates[:1]:
            for part in candidate.content.parts:
                self._add(part, reading)
            if candidate.finish_reason is not None:
                reason = _reason(candidate.finish_reason)
                if self._calls.began and reason is FinishReason.STOP:
                    reason = FinishReason.TOOL_CALLS  # the API has no word for it
                reading.finish = Finish(reason)

    def _add(self, part: _Part, reading: Reading) -> None:
        if part.function_call is not None:
            call, place = part.function_call, self._calls.began
            self._calls.begin(place, call.id, call.name)
            self._calls.add(place, msgspec.json.encode(call.args or {}).decode())
            reading.events += self._calls.end(place, signature=mark("gemini", part.thought_signature))
        elif part.thought:
            reading.events.append(ReasoningDelta(part.text, mark("gemini", part.thought_signature)))
        elif part.text:
            reading.events.append(TextDelta(part.text))


def _reason(said: str) -> FinishReason:
    reason = _FINISH.get(said)
    if reason is None:
        raise ProviderFault(f"it ended with {said}.")
    return reason
