"""The OpenAI chat-completions wire format: OpenAI itself and every server that speaks it."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

import aiohttp
import msgspec

from parley.adapters.llm.sse_lines import SseDecoder
from parley.core.kernel.transactions import transaction_is_open
from parley.core.llm.model import (
    Capabilities,
    ChatRequest,
    Finish,
    FinishReason,
    ModelError,
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


_decode = msgspec.json.Decoder(_Chunk).decode


@dataclass(frozen=True, slots=True)
class OpenAIConfig:
    base_url: str
    """With its version, such as https://api.openai.com/v1."""
    api_key: str | None
    connect_timeout_s: float = 10.0
    read_timeout_s: float = 300.0


class OpenAI:
    """A model behind `POST {base_url}/chat/completions`."""

    def __init__(self, model: str, config: OpenAIConfig, session: aiohttp.ClientSession) -> None:
        self.name = ModelName("openai", model)
        self.capabilities = Capabilities(tools=True, images=True, json_schema=True)
        self._config = config
        self._session = session

    async def stream(self, request: ChatRequest) -> AsyncGenerator[list[StreamEvent], None]:
        if transaction_is_open():
            raise RuntimeError("A model was called inside a database transaction.")
        try:
            async with self._session.post(
                f"{self._config.base_url}/chat/completions",
                json=self._body(request),
                headers=self._headers(),
                timeout=aiohttp.ClientTimeout(
                    total=None,
                    sock_connect=self._config.connect_timeout_s,
                    sock_read=self._config.read_timeout_s,
                ),
            ) as response:
                if response.status != HTTPStatus.OK:
                    raise await self._refusal(response)
                async for batch in self._events(response):
                    yield batch
        except TimeoutError as error:
            raise ModelError(
                f"The model server of {self.name} did not answer in time.", hint="Ask again.", retryable=True
            ) from error
        except aiohttp.ClientError as error:
            raise ModelError(
                f"The model server of {self.name} cannot be reached or broke off: {type(error).__name__}.",
                hint="Check PARLEY_OPENAI_BASE_URL and that the server runs, then ask again.",
                retryable=True,
            ) from error

    async def _events(self, response: aiohttp.ClientResponse) -> AsyncGenerator[list[StreamEvent], None]:
        decoder = SseDecoder()
        finish: Finish | None = None
        async for chunk in response.content.iter_any():
            events: list[StreamEvent] = []
            failure: ModelError | None = None
            for data in self._complete_events(decoder, chunk):
                if data == b"[DONE]":
                    if events:
                        yield events
                    yield [finish or Finish(FinishReason.STOP)]
                    return
                try:
                    finish = self._take(_decode(data), events) or finish
                except (ModelError, msgspec.DecodeError) as error:
                    failure = self._in_band(error)
                    break
            if events:
                yield events  # text that came before an error is delivered first
            if failure is not None:
                raise failure
        if finish is None:
            raise ModelError(
                f"The answer of {self.name} broke off before its end.", hint="Ask again.", retryable=True
            )
        yield [finish]

    def _complete_events(self, decoder: SseDecoder, chunk: bytes) -> list[bytes]:
        try:
            return decoder.feed(chunk)
        except ValueError as error:
            raise ModelError(f"{self.name} sent too much at once: {error}.", hint="Ask again.") from error

    def _take(self, chunk: _Chunk, events: list[StreamEvent]) -> Finish | None:
        """Books a chunk into `events`; gives the end of the stream when the chunk announces it."""
        if chunk.error is not None:
            raise ModelError(f"{self.name} failed while answering: {chunk.error.message}", hint="Ask again.")
        finish = None
        for choice in chunk.choices[:1]:
            if choice.delta.reasoning_content:
                events.append(ReasoningDelta(choice.delta.reasoning_content))
            if choice.delta.content:
                events.append(TextDelta(choice.delta.content))
            if choice.finish_reason is not None:
                finish = Finish(_FINISH.get(choice.finish_reason, FinishReason.STOP))
        if chunk.usage is not None:
            events.append(TokenUsage(chunk.usage.prompt_tokens, chunk.usage.completion_tokens))
        return finish

    def _in_band(self, error: ModelError | msgspec.DecodeError) -> ModelError:
        if isinstance(error, ModelError):
            return error
        return ModelError(
            f"{self.name} sent something that is not a chat completion: {error}",
            hint="Check that PARLEY_OPENAI_BASE_URL points at an OpenAI-compatible API (it ends in /v1).",
        )

    def _body(self, request: ChatRequest) -> dict[str, Any]:
        body: dict[str, Any] = {
            "model": self.name.model,
            "messages": [{"role": message.role, "content": message.text} for message in request.messages],
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        if not _fixed_temperature(self.name.model):
            body["temperature"] = request.temperature
        if request.max_output_tokens is not None:
            body["max_completion_tokens"] = request.max_output_tokens
        return body

    def _headers(self) -> dict[str, str]:
        key = self._config.api_key
        return {} if key is None else {"Authorization": f"Bearer {key}"}

    async def _refusal(self, response: aiohttp.ClientResponse) -> ModelError:
        said = _message_in(await response.content.read(64 << 10))
        match response.status:
            case HTTPStatus.UNAUTHORIZED | HTTPStatus.FORBIDDEN:
                hint = "Check PARLEY_OPENAI_API_KEY."
            case HTTPStatus.NOT_FOUND:
                hint = "Check the bot's model name and PARLEY_OPENAI_BASE_URL."
            case HTTPStatus.TOO_MANY_REQUESTS:
                hint = "Wait a moment, then ask again."
            case _:
                hint = "Ask again; if it stays, look at the provider's status."
        return ModelError(
            f"{self.name} refused with HTTP {response.status}: {said}",
            hint=hint,
            retryable=response.status == HTTPStatus.TOO_MANY_REQUESTS
            or response.status >= HTTPStatus.INTERNAL_SERVER_ERROR,
            retry_after_s=_retry_after(response.headers.get("Retry-After")),
        )


def _fixed_temperature(model: str) -> bool:
    """OpenAI's reasoning models refuse a temperature."""
    return model.startswith(("o1", "o3", "o4", "gpt-5"))


def _message_in(body: bytes) -> str:
    try:
        return msgspec.json.decode(body, type=_Chunk).error.message[:500]  # type: ignore[union-attr]
    except (msgspec.DecodeError, AttributeError):
        return body[:200].decode("utf-8", "replace") or "no reason given"


def _retry_after(value: str | None) -> float | None:
    """Seconds, from either form of the header."""
    if value is None:
        return None
    try:
        return max(float(value), 0.0)
    except ValueError:
        try:
            return max((parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds(), 0.0)
        except (ValueError, TypeError):
            return None
