"""The OpenAI chat-completions wire format: OpenAI itself and every server that speaks it."""

from collections.abc import AsyncGenerator
from typing import Any

import aiohttp
import msgspec

from parley.adapters.llm.facts import facts_of
from parley.adapters.llm.openai_request import body_of
from parley.adapters.llm.presets import PRESETS
from parley.adapters.llm.tool_calls import PendingCalls
from parley.adapters.llm.transport import Call, ProviderConfig, ProviderFault, Reading, stream_events
from parley.core.llm.model import (
    ChatRequest,
    Finish,
    FinishReason,
    ModelFacts,
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


class _Function(msgspec.Struct):
    name: str | None = None
    arguments: str | dict[str, Any] | None = None


class _CallPiece(msgspec.Struct):
    index: int | None = None
    id: str | None = None
    function: _Function = msgspec.field(default_factory=_Function)


class _Delta(msgspec.Struct):
    content: str | None = None
    reasoning_content: str | None = None
    reasoning: str | None = None
    """What Ollama, vLLM and Groq call it."""
    tool_calls: list[_CallPiece] | None = None


class _Choice(msgspec.Struct):
    delta: _Delta = msgspec.field(default_factory=_Delta)
    finish_reason: str | None = None


class _PromptTokens(msgspec.Struct):
    cached_tokens: int | None = None


class _Usage(msgspec.Struct):
    prompt_tokens: int = 0
    completion_tokens: int = 0
    prompt_tokens_details: _PromptTokens | None = None

    @property
    def told(self) -> TokenUsage:
        details = self.prompt_tokens_details or _PromptTokens()
        return TokenUsage(
            self.prompt_tokens, self.completion_tokens, cached_tokens=details.cached_tokens or 0
        )


class _Error(msgspec.Struct):
    message: str = "no message"


class _Chunk(msgspec.Struct):
    choices: list[_Choice] = []
    usage: _Usage | None = None
    error: _Error | None = None


_chunk_of = msgspec.json.Decoder(_Chunk).decode


class OpenAI:
    """A model behind `POST {base_url}/chat/completions`; `provider` is one of `PRESETS`."""

    def __init__(
        self,
        model: str,
        config: ProviderConfig,
        session: aiohttp.ClientSession,
        *,
        provider: str = "openai",
        facts: ModelFacts | None = None,
    ) -> None:
        """`facts` are those that the server itself tells of the model."""
        self.name = ModelName(provider, model)
        self.capabilities = (facts or facts_of(provider, model)).capabilities
        self._preset = PRESETS[provider]
        self._config = config
        self._session = session

    def stream(self, request: ChatRequest) -> AsyncGenerator[list[StreamEvent], None]:
        call = Call(
            self.name,
            f"{self._config.base_url}/chat/completions",
            headers(self._config.api_key),
            body_of(self.name.model, request, self._preset),
        )
        return stream_events(self._session, self._config, call, _Answer().book)


def headers(api_key: str | None) -> dict[str, str]:
    return {} if api_key is None else {"Authorization": f"Bearer {api_key}"}


class _Answer:
    """Books the chunks of one answer; the calls of tools are whole when the answer ends."""

    def __init__(self) -> None:
        self._calls = PendingCalls()
        self._given_ids: list[str] = []
        self._places: dict[int, int] = {}
        """Of the calls, by the index that the server gives them."""

    def book(self, data: bytes, reading: Reading) -> None:
        if data == b"[DONE]":
            self._finish(reading.finish or Finish(FinishReason.STOP), reading)
            reading.ended = True
            return
        chunk = _chunk_of(data)
        if chunk.error is not None:
            raise ProviderFault(chunk.error.message)
        for choice in chunk.choices[:1]:
            self._add(choice.delta, reading)
            if choice.finish_reason is not None:
                self._finish(Finish(_FINISH.get(choice.finish_reason, FinishReason.STOP)), reading)
        if chunk.usage is not None:
            reading.usage = chunk.usage.told

    def _add(self, delta: _Delta, reading: Reading) -> None:
        if thought := delta.reasoning_content or delta.reasoning:
            reading.events.append(ReasoningDelta(thought))
        if delta.content:
            reading.events.append(TextDelta(delta.content))
        for piece in delta.tool_calls or ():
            place = self._place_of(piece)
            arguments = piece.function.arguments
            if isinstance(arguments, dict):
                arguments = msgspec.json.encode(arguments).decode()
            if arguments:
                self._calls.add(place, arguments)

    def _place_of(self, piece: _CallPiece) -> int:
        """Servers may leave out the index or the id, send a call whole, or give all calls the same index."""
        latest = len(self._given_ids) - 1
        place = latest if piece.index is None else self._places.get(piece.index, -1)
        goes_on = place >= 0 and (
            not piece.function.name
            or piece.id == self._given_ids[place]
            or (not piece.id and piece.index is not None)
        )
        if not goes_on:
            place = latest + 1
            self._calls.begin(place, piece.id or "", piece.function.name or "")
            self._given_ids.append(piece.id or "")
            if piece.index is not None:
                self._places[piece.index] = place
        return place

    def _finish(self, finish: Finish, reading: Reading) -> None:
        reading.events += self._calls.end_all()
        if self._calls.began and finish.reason is FinishReason.STOP:
            finish = Finish(FinishReason.TOOL_CALLS)  # some servers say `stop` all the same
        reading.finish = finish
