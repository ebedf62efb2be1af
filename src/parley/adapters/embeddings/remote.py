"""What every embedder behind a network shares: batches, retries, deadlines, and the checks of each reply."""

import asyncio
import math
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from operator import mul
from typing import Any, ClassVar

import aiohttp
import msgspec
from yarl import URL

from parley.adapters.outbound.retry_after import retry_after_s
from parley.core.kernel.errors import as_sentence
from parley.core.kernel.transactions import transaction_is_open
from parley.core.knowledge.embedding import EmbedderName
from parley.core.knowledge.model import EmbedderUnavailable, EmbeddingPurpose, TokenMeter

MOST_DIMENSIONS = 3_900
"""A vector of half precision must fit into a page of the database with the row around it."""
_MOST_REPLY_BYTES = 64 << 20
_UNIT_WITHIN = 1e-3
"""What half precision keeps: nearer to 1, a length is left as it is."""
_AGAIN = frozenset({408, 429, 500, 502, 503, 504, 529})


@dataclass(frozen=True, slots=True)
class EmbeddingServer:
    """Where an embedder is, and which settings say so."""

    base_url: str
    """With its version, such as https://api.openai.com/v1."""
    api_key: str | None = field(repr=False)
    address_setting: str
    key_setting: str


@dataclass(frozen=True, slots=True)
class RequestLimits:
    texts: int
    """In one request."""
    chars: int
    """Of all texts of a request together."""
    text_chars: int
    """Of one text; the rest of a longer one is not sent."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long an answer is waited for. A question's reader waits too, a document's does not."""

    question_s: float = 8.0
    document_s: float = 120.0
    """For one request with all its attempts."""
    connect_s: float = 5.0
    first_pause_s: float = 0.5
    """Before the second attempt, unless the server says otherwise; doubles with each further one."""
    attempts: int = 6
    down_s: float = 5.0
    """After a failure questions are refused at once for so long: none of them waits in vain."""


@dataclass(frozen=True, slots=True)
class Reply:
    vectors: list[list[float]]
    """In the order of the texts."""
    tokens: int | None
    """None: the server does not count."""


class _Failed(Exception):
    """An attempt; `pause_s` is set where another may do better, 0 for as soon as usual."""

    def __init__(
        self, error: EmbedderUnavailable, *, pause_s: float | None = None, down: bool = False
    ) -> None:
        super().__init__(str(error))
        self.error = error
        self.pause_s = pause_s
        self.down = down
        """Whatever was asked: other requests will fare no better."""


class RemoteEmbedder(ABC):
    """Implements `Embedder`. An adapter says what a request looks like and reads its reply.

    A few requests run at once, questions apart from documents, so that the ones never wait for the others.
    Text beyond `limits.text_chars` characters is not sent.
    """

    limits: RequestLimits
    documents_at_once: ClassVar[int] = 4
    questions_at_once: ClassVar[int] = 8

    def __init__(
        self,
        name: EmbedderName,
        server: EmbeddingServer,
        session: aiohttp.ClientSession,
        patience: Patience = Patience(),
    ) -> None:
        self._name = name
        self._server = server
        self._session = session
        self._patience = patience
        self._dimension = name.dimension or self.usual_dimension()
        self._room = {
            EmbeddingPurpose.QUERY: asyncio.Semaphore(self.questions_at_once),
            EmbeddingPurpose.DOCUMENT: asyncio.Semaphore(self.documents_at_once),
        }
        self._down_until = 0.0
        self._last_failure: EmbedderUnavailable | None = None

    @property
    def model(self) -> str:
        return str(self._name)

    @property
    def dimension(self) -> int:
        """0 until the first vector, where neither the name nor the model's own fame tells it."""
        return self._dimension

    @abstractmethod
    def usual_dimension(self) -> int:
        """Of this model's vectors, where it is known; else 0."""

    @abstractmethod
    def request(self, texts: Sequence[str], purpose: EmbeddingPurpose) -> tuple[str | URL, Mapping[str, Any]]:
        """Where to post what, as JSON."""

    @abstractmethod
    async def headers(self, url: str | URL, body: bytes) -> Mapping[str, str]:
        """By which the server knows who asks. Raises EmbedderUnavailable."""

    @abstractmethod
    def read(self, body: bytes, headers: Mapping[str, str]) -> Reply:
        """Raises msgspec.DecodeError."""

    async def embed(
        self,
        texts: Sequence[str],
        *,
        purpose: EmbeddingPurpose = EmbeddingPurpose.DOCUMENT,
        meter: TokenMeter | None = None,
    ) -> list[list[float]]:
        if transaction_is_open():
            raise RuntimeError("Texts were embedded inside a database transaction.")
        self._refuse_while_down(purpose)
        sent = [text[: self.limits.text_chars] if text.strip() else "." for text in texts]
        vectors: list[list[float]] = [[] for _ in sent]

        async def fill(part: slice) -> None:
            async with self._room[purpose]:
                reply = await self._ask(sent[part], purpose)
            if meter is not None:
                meter.add(sent[part], reply.tokens)
            vectors[part] = reply.vectors

        try:
            async with asyncio.TaskGroup() as requests:
                for part in _parts(sent, self.limits):
                    requests.create_task(fill(part))
        except ExceptionGroup as failed:
            raise failed.exceptions[0] from None
        return vectors

    def _refuse_while_down(self, purpose: EmbeddingPurpose) -> None:
        if purpose is EmbeddingPurpose.QUERY and self._last_failure is not None:
            if asyncio.get_running_loop().time() < self._down_until:
                raise EmbedderUnavailable(self._last_failure.detail, hint=self._last_failure.hint)
            self._last_failure = None

    async def _ask(self, texts: Sequence[str], purpose: EmbeddingPurpose) -> Reply:
        """One request, tried again while that may help and its deadline lets it."""
        patience, loop = self._patience, asyncio.get_running_loop()
        asking_question = purpose is EmbeddingPurpose.QUERY
        deadline = loop.time() + (patience.question_s if asking_question else patience.document_s)
        for attempt in range(patience.attempts):
            try:
                async with asyncio.timeout_at(deadline):
                    return await self._attempt(texts, purpose)
            except TimeoutError:
                failed = _Failed(self._too_slow(), down=True)
            except _Failed as failure:
                failed = failure
            pause_s = max(failed.pause_s or 0.0, patience.first_pause_s * 2**attempt)
            last = attempt == patience.attempts - 1
            if failed.pause_s is None or last or loop.time() + pause_s >= deadline:
                break
            await asyncio.sleep(pause_s)
        if failed.down:
            self._down_until = loop.time() + patience.down_s
            self._last_failure = failed.error
        raise failed.error

    async def _attempt(self, texts: Sequence[str], purpose: EmbeddingPurpose) -> Reply:
        url, content = self.request(texts, purpose)
        body = msgspec.json.encode(content)
        try:
            headers = await self.headers(url, body)
        except EmbedderUnavailable as error:
            raise _Failed(error) from error
        try:
            async with self._session.post(
                url,
                data=body,
                headers={"Content-Type": "application/json", **headers},
                allow_redirects=False,  # the key would go along, to wherever that is
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=self._patience.connect_s),
            ) as response:
                data = await _bounded(response)
                if response.status != HTTPStatus.OK:
                    raise self._refusal(response, data)
                return self._checked(data, response.headers, texts)
        except aiohttp.ClientError as error:
            raise _Failed(
                EmbedderUnavailable(
                    f"The embedder {self._name} cannot be reached or broke off: {type(error).__name__}.",
                    hint=f"Check {self._server.address_setting} and that the server runs.",
                ),
                pause_s=0.0,
                down=True,
            ) from error

    def _checked(self, data: bytes, headers: Mapping[str, str], texts: Sequence[str]) -> Reply:
        try:
            reply = self.read(data, headers)
        except msgspec.DecodeError as error:
            raise self._nonsense(f"something else: {error}") from error
        if len(reply.vectors) != len(texts):
            raise self._nonsense(f"{len(reply.vectors)} for {len(texts)} texts")
        for place, vector in enumerate(reply.vectors):
            if self._dimension == 0 and 0 < len(vector) <= MOST_DIMENSIONS:
                self._dimension = len(vector)
            if len(vector) != self._dimension:
                raise self._other_dimension(len(vector))
            reply.vectors[place] = self._of_unit_length(vector)
        return reply

    def _of_unit_length(self, vector: list[float]) -> list[float]:
        length = math.sqrt(sum(map(mul, vector, vector)))
        if not math.isfinite(length) or length == 0:
            raise self._nonsense("one without a direction")
        return vector if abs(length - 1) <= _UNIT_WITHIN else [value / length for value in vector]

    def _nonsense(self, what: str) -> _Failed:
        return _Failed(
            EmbedderUnavailable(
                f"The embedder {self._name} was asked for vectors and sent {what}.",
                hint=f"Check that {self._server.address_setting} points at the provider's API, with its "
                "version, and that PARLEY_EMBEDDER names a model that embeds.",
            )
        )

    def _other_dimension(self, got: int) -> _Failed:
        if got > MOST_DIMENSIONS:
            return _Failed(
                EmbedderUnavailable(
                    f"The embedder {self._name} makes vectors of {got} dimensions; at most "
                    f"{MOST_DIMENSIONS:,} can be stored.",
                    hint=f"Ask for fewer, such as PARLEY_EMBEDDER={self._name.provider}:"
                    f"{self._name.model}@1024, or choose another model.",
                )
            )
        return _Failed(
            EmbedderUnavailable(
                f"The embedder {self._name} sent a vector of {got} dimensions, not {self._dimension}.",
                hint=f"Check that {self._server.address_setting} still serves the same model and that it "
                "can be asked for the dimensions that PARLEY_EMBEDDER names.",
            )
        )

    def _too_slow(self) -> EmbedderUnavailable:
        return EmbedderUnavailable(
            f"The embedder {self._name} did not answer in time.",
            hint=f"Try again later; if it stays, look after the server at {self._server.address_setting}.",
        )

    def _refusal(self, response: aiohttp.ClientResponse, body: bytes) -> _Failed:
        status = response.status
        said, hint = _said(body), self._way_out(status)
        # Gemini calls a wrong key a bad request.
        wrong_key = status == HTTPStatus.BAD_REQUEST and "api key" in said.lower()
        if wrong_key or status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
            # Its own words may quote the key.
            said = "it does not accept this server's key, or not for this model."
            hint = f"Check {self._server.key_setting}."
        error = EmbedderUnavailable(
            f"The embedder {self._name} refused with HTTP {status}: {as_sentence(said)}", hint=hint
        )
        if status not in _AGAIN:
            return _Failed(error)
        pause_s = retry_after_s(response.headers.get("Retry-After")) or 0.0
        return _Failed(error, pause_s=pause_s, down=status >= HTTPStatus.INTERNAL_SERVER_ERROR)

    def _way_out(self, status: int) -> str:
        match status:
            case HTTPStatus.NOT_FOUND:
                return f"Check the model in PARLEY_EMBEDDER, and {self._server.address_setting}."
            case HTTPStatus.TOO_MANY_REQUESTS:
                return "Wait a moment; if it stays, ask the provider for a higher limit."
            case _ if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
                return f"Set {self._server.address_setting} to the address that it sends on to."
            case _ if status in _AGAIN:
                return "Try again later; if it stays, look at the provider's status."
            case _:
                return "Check the model in PARLEY_EMBEDDER and what it takes."


def _parts(texts: Sequence[str], limits: RequestLimits) -> Iterator[slice]:
    """Neighbouring texts, as many as one request takes."""
    start = chars = 0
    for place, text in enumerate(texts):
        if place > start and (place - start == limits.texts or chars + len(text) > limits.chars):
            yield slice(start, place)
            start, chars = place, 0
        chars += len(text)
    if start < len(texts):
        yield slice(start, len(texts))


async def _bounded(response: aiohttp.ClientResponse) -> bytes:
    received = bytearray()
    async for data in response.content.iter_any():
        received += data
        if len(received) > _MOST_REPLY_BYTES:
            raise aiohttp.ClientPayloadError("the reply is too large")
    return bytes(received)


class _Error(msgspec.Struct):
    message: str


class _Refusal(msgspec.Struct):
    error: _Error | str | None = None
    """An object, or a sentence from servers that only resemble OpenAI's."""
    message: str = ""
    """Bedrock's place for it."""


def _said(body: bytes) -> str:
    """The server's own words."""
    try:
        refusal = msgspec.json.decode(body, type=_Refusal)
    except msgspec.DecodeError:
        said = ""
    else:
        error = refusal.error
        said = refusal.message if error is None else error if isinstance(error, str) else error.message
    return said[:500] or body[:200].decode("utf-8", "replace").strip() or "no reason given"
