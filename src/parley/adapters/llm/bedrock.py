"""The wire format of Amazon Bedrock's Converse API, streamed."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from urllib.parse import quote

import aiohttp
import msgspec
from yarl import URL

from parley.adapters.llm.bedrock_request import REDACTED, body_of
from parley.adapters.llm.event_stream import EventStreamDecoder
from parley.adapters.llm.facts import facts_of
from parley.adapters.llm.signatures import mark
from parley.adapters.llm.tool_calls import PendingCalls
from parley.adapters.llm.transport import Call, ProviderConfig, ProviderFault, Reading, stream_events
from parley.adapters.outbound.aws import NoCredentials, Signer
from parley.core.llm.model import (
    ChatRequest,
    Finish,
    FinishReason,
    ModelError,
    ModelLimited,
    ModelName,
    ReasoningDelta,
    StreamEvent,
    TextDelta,
    TokenUsage,
)

_FINISH = {
    "end_turn": FinishReason.STOP,
    "stop_sequence": FinishReason.STOP,
    "tool_use": FinishReason.TOOL_CALLS,
    "max_tokens": FinishReason.LENGTH,
    "model_context_window_exceeded": FinishReason.LENGTH,
    "guardrail_intervened": FinishReason.CONTENT_FILTER,
    "content_filtered": FinishReason.CONTENT_FILTER,
}


class _ToolUse(msgspec.Struct, rename="camel"):
    """Of a start (id and name) or of a delta (a piece of the input)."""

    tool_use_id: str = ""
    name: str = ""
    input: str = ""


class _Reasoning(msgspec.Struct, rename="camel"):
    text: str = ""
    signature: str = ""
    redacted_content: str = ""


class _Part(msgspec.Struct, rename="camel"):
    text: str = ""
    tool_use: _ToolUse | None = None
    reasoning_content: _Reasoning | None = None


class _Block(msgspec.Struct, rename="camel"):
    content_block_index: int = 0
    start: _Part | None = None
    delta: _Part | None = None


class _MessageStop(msgspec.Struct, rename="camel"):
    stop_reason: str


class _Usage(msgspec.Struct, rename="camel"):
    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_input_tokens: int = 0
    cache_write_input_tokens: int = 0

    @property
    def read(self) -> int:
        """All tokens of the prompt: the API counts those of its cache apart."""
        return self.input_tokens + self.cache_read_input_tokens + self.cache_write_input_tokens


class _Metadata(msgspec.Struct):
    usage: _Usage


class _Exception(msgspec.Struct):
    message: str = "no message"


class _Event(msgspec.Struct, rename="camel"):
    """One of these is set; kinds that are yet to come set none."""

    content_block_start: _Block | None = None
    content_block_delta: _Block | None = None
    content_block_stop: _Block | None = None
    message_stop: _MessageStop | None = None
    metadata: _Metadata | None = None
    throttling_exception: _Exception | None = None
    validation_exception: _Exception | None = None
    internal_server_exception: _Exception | None = None
    model_stream_error_exception: _Exception | None = None
    service_unavailable_exception: _Exception | None = None


_event_of = msgspec.json.Decoder(_Event).decode


class Bedrock:
    """A model behind `POST {base_url}/model/{model}/converse-stream`.

    The key of `config` is a Bedrock API key; without one, requests are signed by `signer`.
    """

    def __init__(
        self,
        model: str,
        config: ProviderConfig,
        session: aiohttp.ClientSession,
        *,
        signer: Signer | None = None,
    ) -> None:
        self.name = ModelName("bedrock", model)
        self.capabilities = facts_of("bedrock", model).capabilities
        self._config = config
        self._session = session
        self._signer = signer

    async def stream(self, request: ChatRequest) -> AsyncGenerator[list[StreamEvent], None]:
        # Encoded already: names hold colons and slashes, and the signature covers the path as it is sent.
        url = URL(
            f"{self._config.base_url}/model/{quote(self.name.model, safe='')}/converse-stream", encoded=True
        )
        body = msgspec.json.encode(body_of(self.name.model, request))
        headers = await authorized(self._config, self._signer, "POST", url, body)
        call = Call(self.name, url, headers, body, EventStreamDecoder)
        async with aclosing(stream_events(self._session, self._config, call, _Answer().book)) as batches:
            async for batch in batches:
                yield batch


async def authorized(
    config: ProviderConfig, signer: Signer | None, method: str, url: URL, body: bytes = b""
) -> Mapping[str, str]:
    """The headers by which Bedrock knows the caller. Raises ModelError where no credentials are found."""
    if config.api_key is not None:
        return {"Authorization": f"Bearer {config.api_key}"}
    if signer is None:
        return {}
    try:
        return await signer.headers(method, url, body)
    except NoCredentials as error:
        raise ModelError(
            f"No credentials for Amazon Bedrock. {error.detail}",
            hint="Set PARLEY_BEDROCK_API_KEY, or PARLEY_BEDROCK_ACCESS_KEY_ID with "
            "PARLEY_BEDROCK_SECRET_ACCESS_KEY, or give this machine a role or profile of AWS.",
        ) from error


class _Answer:
    """Books the events of one answer; the call of a tool is whole when its block ends."""

    def __init__(self) -> None:
        self._calls = PendingCalls()

    def book(self, data: bytes, reading: Reading) -> None:
        event = _event_of(data)
        if event.content_block_delta is not None:
            self._add(event.content_block_delta, reading)
        elif event.content_block_start is not None:
            self._begin(event.content_block_start)
        elif event.content_block_stop is not None:
            reading.events += self._calls.end(event.content_block_stop.content_block_index)
        elif event.message_stop is not None:
            reading.events += self._calls.end_all()
            reading.finish = Finish(_reason(event.message_stop.stop_reason))
        elif event.metadata is not None:
            usage = event.metadata.usage
            reading.usage = TokenUsage(
                usage.read, usage.output_tokens, cached_tokens=usage.cache_read_input_tokens
            )
            reading.ended = reading.finish is not None
        else:
            _raise_fault(event)

    def _begin(self, block: _Block) -> None:
        if block.start is not None and block.start.tool_use is not None:
            tool = block.start.tool_use
            self._calls.begin(block.content_block_index, tool.tool_use_id, tool.name)

    def _add(self, block: _Block, reading: Reading) -> None:
        part = block.delta or _Part()
        if part.text:
            reading.events.append(TextDelta(part.text))
        if part.reasoning_content is not None:
            said = part.reasoning_content
            signature = REDACTED + said.redacted_content if said.redacted_content else said.signature
            if said.text or signature:
                reading.events.append(ReasoningDelta(said.text, mark("bedrock", signature)))
        if part.tool_use is not None:
            self._calls.add(block.content_block_index, part.tool_use.input)


def _reason(said: str) -> FinishReason:
    reason = _FINISH.get(said)
    if reason is None:
        raise ProviderFault(f"it ended with {said}.")
    return reason


def _raise_fault(event: _Event) -> None:
    """Nothing is raised for the start of a message and for kinds of events that are yet to come."""
    if event.throttling_exception is not None:
        raise ProviderFault(event.throttling_exception.message, ModelLimited)
    if event.validation_exception is not None:
        raise ProviderFault(event.validation_exception.message, retryable=False)
    fault = (
        event.internal_server_exception
        or event.model_stream_error_exception
        or event.service_unavailable_exception
    )
    if fault is not None:
        raise ProviderFault(fault.message)
