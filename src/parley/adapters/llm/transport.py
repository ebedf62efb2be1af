"""What every wire format shares: the request over HTTP, its refusals, and the events of its stream."""

from collections.abc import AsyncGenerator, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Protocol

import aiohttp
import msgspec
from yarl import URL

from parley.adapters.llm.sse_lines import SseDecoder
from parley.adapters.outbound.retry_after import retry_after_s
from parley.core.kernel.transactions import transaction_is_open
from parley.core.llm.model import Finish, ModelError, ModelLimited, ModelName, StreamEvent, TokenUsage


@dataclass(frozen=True, slots=True)
class ProviderConfig:
    base_url: str
    """With its version, such as https://api.openai.com/v1."""
    api_key: str | None = field(repr=False)
    connect_timeout_s: float = 10.0
    read_timeout_s: float = 300.0


@dataclass(slots=True)
class Reading:
    """What a stream has said so far."""

    events: list[StreamEvent] = field(default_factory=list)
    """Those of the present network read."""
    usage: TokenUsage | None = None
    """The latest count; delivered once, before the end."""
    finish: Finish | None = None
    """Set once the answer is known to be complete."""
    ended: bool = False
    """Nothing follows, whether or not the connection stays open."""

    def take_events(self) -> list[StreamEvent]:
        taken, self.events = self.events, []
        return taken

    def last_events(self, finish: Finish) -> list[StreamEvent]:
        return [finish] if self.usage is None else [self.usage, finish]


class ProviderFault(Exception):
    """The provider reports an error inside the stream, in these words."""

    def __init__(self, said: str, kind: type[ModelError] = ModelError, *, retryable: bool = True) -> None:
        super().__init__(said)
        self.kind = kind
        self.retryable = retryable


Decode = Callable[[bytes, Reading], None]
"""Books the data of one server-sent event, without I/O. Raises ProviderFault and msgspec.DecodeError."""


class Frames(Protocol):
    """Cuts the bytes of a stream into the data that `Decode` takes."""

    def feed(self, chunk: bytes) -> Iterable[bytes]: ...


@dataclass(frozen=True, slots=True)
class Call:
    """One request to a provider, in its own format."""

    model: ModelName
    url: str | URL
    headers: Mapping[str, str]
    body: Mapping[str, Any] | bytes
    """JSON; as bytes where a signature covers them."""
    frames: Callable[[], Frames] = SseDecoder

    @property
    def variables(self) -> str:
        """What the names of the provider's settings begin with."""
        return f"PARLEY_{self.model.provider.upper()}"


async def stream_events(
    session: aiohttp.ClientSession, config: ProviderConfig, call: Call, decode: Decode
) -> AsyncGenerator[list[StreamEvent], None]:
    """As `ChatModel.stream` promises it."""
    if transaction_is_open():
        raise RuntimeError("A model was called inside a database transaction.")
    try:
        async with session.post(
            call.url,
            data=call.body if isinstance(call.body, bytes) else msgspec.json.encode(call.body),
            headers={"Content-Type": "application/json", **call.headers},
            allow_redirects=False,  # the key would go along, to wherever that is
            timeout=aiohttp.ClientTimeout(
                total=None, sock_connect=config.connect_timeout_s, sock_read=config.read_timeout_s
            ),
        ) as response:
            if response.status != HTTPStatus.OK:
                raise await _refusal(response, call)
            async for batch in _read(response, call, decode):
                yield batch
    except TimeoutError as error:
        raise ModelError(
            f"The model server of {call.model} did not answer in time.", hint="Ask again.", retryable=True
        ) from error
    except aiohttp.ClientError as error:
        raise ModelError(
            f"The model server of {call.model} cannot be reached or broke off: {type(error).__name__}.",
            hint=f"Check {call.variables}_BASE_URL and that the server runs, then ask again.",
            retryable=True,
        ) from error


async def _read(
    response: aiohttp.ClientResponse, call: Call, decode: Decode
) -> AsyncGenerator[list[StreamEvent], None]:
    decoder, reading = call.frames(), Reading()
    async for chunk in response.content.iter_any():
        failure = _book(chunk, decoder, reading, call, decode)
        if events := reading.take_events():
            yield events  # text that came before an error is delivered first
        if failure is not None:
            raise failure
        if reading.ended:
            break
    if reading.finish is None:
        raise ModelError(
            f"The answer of {call.model} broke off before its end.", hint="Ask again.", retryable=True
        )
    yield reading.last_events(reading.finish)


def _book(chunk: bytes, decoder: Frames, reading: Reading, call: Call, decode: Decode) -> ModelError | None:
    """Books what one network read completes; gives the error that ends the stream, if there is one."""
    try:
        for data in decoder.feed(chunk):
            decode(data, reading)
            if reading.ended:
                break
    except ProviderFault as fault:
        return fault.kind(
            f"{call.model} failed while answering: {fault}", hint="Ask again.", retryable=fault.retryable
        )
    except msgspec.DecodeError as error:
        return ModelError(
            f"{call.model} sent something that is not part of an answer: {error}",
            hint=f"Check that {call.variables}_BASE_URL points at this provider's API, with its version.",
        )
    except ValueError as error:
        return ModelError(f"{call.model} sent too much at once: {error}.", hint="Ask again.")
    return None


async def _refusal(response: aiohttp.ClientResponse, call: Call) -> ModelError:
    status = response.status
    said = _message_in(await response.content.read(64 << 10))
    hint = _way_out(status, call.variables)
    # Gemini calls a wrong key a bad request.
    wrong_key = status == HTTPStatus.BAD_REQUEST and "api key" in said.lower()
    if wrong_key or status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        # Its own words may quote the key.
        said = "it does not accept this server's key, or not for this model."
        hint = f"Check {call.variables}_API_KEY."
    limited = status == HTTPStatus.TOO_MANY_REQUESTS
    return (ModelLimited if limited else ModelError)(
        f"{call.model} refused with HTTP {status}: {said}",
        hint=hint,
        retryable=limited
        or status == HTTPStatus.REQUEST_TIMEOUT
        or status >= HTTPStatus.INTERNAL_SERVER_ERROR,
        retry_after_s=retry_after_s(response.headers.get("Retry-After")),
    )


def _way_out(status: int, variables: str) -> str:
    match status:
        case HTTPStatus.NOT_FOUND:
            return f"Check the bot's model name and {variables}_BASE_URL."
        case HTTPStatus.TOO_MANY_REQUESTS:
            return "Wait a moment, then ask again."
        case _ if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
            return f"Set {variables}_BASE_URL to the address that it sends on to."
        case _:
            return "Ask again; if it stays, look at the provider's status."


class _Error(msgspec.Struct):
    message: str


class _Refusal(msgspec.Struct):
    error: _Error | None = None
    message: str = ""
    """Bedrock's place for it."""


def _message_in(body: bytes) -> str:
    """The provider's own words."""
    try:
        refusal = msgspec.json.decode(body, type=_Refusal)
        said = refusal.message if refusal.error is None else refusal.error.message
    except msgspec.DecodeError:
        said = ""
    return said[:500] or body[:200].decode("utf-8", "replace") or "no reason given"
