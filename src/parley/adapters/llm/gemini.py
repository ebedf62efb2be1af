"""The wire format of the Gemini API."""

from collections.abc import AsyncGenerator
from typing import Any
from urllib.parse import quote

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
    "STOP": FinishReason.STOP,
    "MAX_TOKENS": FinishReason.LENGTH,
    "SAFETY": FinishReason.CONTENT_FILTER,
    "RECITATION": FinishReason.CONTENT_FILTER,
    "BLOCKLIST": FinishReason.CONTENT_FILTER,
    "PROHIBITED_CONTENT": FinishReason.CONTENT_FILTER,
    "SPII": FinishReason.CONTENT_FILTER,
}


class _Part(msgspec.Struct):
    text: str = ""
    thought: bool = False


class _Content(msgspec.Struct):
    parts: list[_Part] = []


class _Candidate(msgspec.Struct, rename="camel"):
    content: _Content = msgspec.field(default_factory=_Content)
    finish_reason: str | None = None


class _Usage(msgspec.Struct, rename="camel"):
    prompt_token_count: int = 0
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
        self.capabilities = Capabilities(tools=True, images=True, thinking=True, json_schema=True)
        self._config = config
        self._session = session

    def stream(self, request: ChatRequest) -> AsyncGenerator[list[StreamEvent], None]:
        model = quote(self.name.model, safe="")
        call = Call(
            self.name,
            f"{self._config.base_url}/models/{model}:streamGenerateContent?alt=sse",
            headers(self._config.api_key),
            _body(request),
        )
        return stream_events(self._session, self._config, call, _decode)


def headers(api_key: str | None) -> dict[str, str]:
    return {} if api_key is None else {"x-goog-api-key": api_key}


def _body(request: ChatRequest) -> dict[str, Any]:
    generation: dict[str, Any] = {"temperature": request.temperature}
    if request.max_output_tokens is not None:
        generation["maxOutputTokens"] = request.max_output_tokens
    body: dict[str, Any] = {
        "contents": [
            {"role": "user" if message.role == "user" else "model", "parts": [{"text": message.text}]}
            for message in request.messages
            if message.role != "system"
        ],
        "generationConfig": generation,
    }
    system = [{"text": message.text} for message in request.messages if message.role == "system"]
    if system:
        body["systemInstruction"] = {"parts": system}
    return body


def _decode(data: bytes, reading: Reading) -> None:
    reply = _reply_of(data)
    if reply.error is not None:
        raise ProviderFault(reply.error.message)
    if reply.usage_metadata is not None:
        usage = reply.usage_metadata
        written = usage.candidates_token_count + usage.thoughts_token_count
        reading.usage = TokenUsage(usage.prompt_token_count, written)
    if reply.prompt_feedback is not None and reply.prompt_feedback.block_reason is not None:
        reading.finish = Finish(FinishReason.CONTENT_FILTER)
    for candidate in reply.candidates[:1]:
        for part in candidate.content.parts:
            if part.text:
                reading.events.append(ReasoningDelta(part.text) if part.thought else TextDelta(part.text))
        if candidate.finish_reason is not None:
            reading.finish = Finish(_reason(candidate.finish_reason))


def _reason(said: str) -> FinishReason:
    reason = _FINISH.get(said)
    if reason is None:
        raise ProviderFault(f"it ended with {said}.")
    return reason
