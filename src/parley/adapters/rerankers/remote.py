"""What rerankers behind a network share: one bounded request in time, and a pause after failures."""

import asyncio
import math
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import aiohttp
import msgspec

from parley.core.kernel.transactions import transaction_is_open
from parley.core.knowledge.model import RerankerUnavailable

_SETTINGS = "Check PARLEY_RERANKER, PARLEY_RERANKER_BASE_URL and PARLEY_RERANKER_API_KEY."


@dataclass(frozen=True, slots=True)
class RerankerServer:
    provider: str
    model: str
    base_url: str
    """With its version, such as https://api.cohere.com/v2."""
    api_key: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class RerankerLimits:
    whole_s: float = 8.0
    """From sending a request until its reply is read: a reader waits. It is not tried again."""
    connect_s: float = 3.0
    at_once: int = 16
    pause_s: float = 10.0
    """After a failure it is not asked for so long: each search would wait for it in vain."""
    question_chars: int = 2_000
    passage_chars: int = 4_000
    """Of each; the rest is not sent."""
    reply_bytes: int = 1 << 20


class RemoteReranker(ABC):
    """Implements `Reranker`. An adapter says what a request looks like and reads its reply."""

    path: str
    """Below the base URL."""

    def __init__(
        self,
        server: RerankerServer,
        session: aiohttp.ClientSession,
        limits: RerankerLimits = RerankerLimits(),
    ) -> None:
        self._server = server
        self._session = session
        self._limits = limits
        self._room = asyncio.Semaphore(limits.at_once)
        self._paused_until = float("-inf")

    @property
    def name(self) -> str:
        return f"{self._server.provider}:{self._server.model}"

    @abstractmethod
    def request(self, question: str, passages: Sequence[str]) -> Mapping[str, Any]:
        """What to post, as JSON."""

    @abstractmethod
    def read(self, body: bytes) -> Mapping[int, float]:
        """How relevant each passage is, by its place from 0. Raises msgspec.DecodeError."""

    async def relevance(self, question: str, passages: Sequence[str]) -> list[float]:
        if transaction_is_open():
            raise RuntimeError("A reranker was asked inside a database transaction.")
        limits, loop = self._limits, asyncio.get_running_loop()
        if loop.time() < self._paused_until:
            raise RerankerUnavailable(f"The reranker {self.name} failed a moment ago and is left alone.")
        content = self.request(
            question[: limits.question_chars], [each[: limits.passage_chars] for each in passages]
        )
        try:
            async with asyncio.timeout(limits.whole_s), self._room:
                judged = self._checked(await self._post(msgspec.json.encode(content)), len(passages))
        except TimeoutError:
            self._paused_until = loop.time() + limits.pause_s
            raise RerankerUnavailable(
                f"The reranker {self.name} did not answer within {limits.whole_s:g} seconds."
            ) from None
        except RerankerUnavailable:
            self._paused_until = loop.time() + limits.pause_s
            raise
        return judged

    async def _post(self, body: bytes) -> bytes:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self._server.api_key is not None:
            headers["Authorization"] = f"Bearer {self._server.api_key}"
        try:
            async with self._session.post(
                f"{self._server.base_url}{self.path}",
                data=body,
                headers=headers,
                allow_redirects=False,  # the key would go along, to wherever that is
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=self._limits.connect_s),
            ) as response:
                if response.status != HTTPStatus.OK:
                    # What it says is not repeated: it may quote the key or the passages.
                    raise RerankerUnavailable(
                        f"The reranker {self.name} refused with HTTP {response.status}.", hint=_SETTINGS
                    )
                return await self._bounded(response)
        except aiohttp.ClientError as error:
            raise RerankerUnavailable(
                f"The reranker {self.name} cannot be reached or broke off: {type(error).__name__}.",
                hint=_SETTINGS,
            ) from error

    async def _bounded(self, response: aiohttp.ClientResponse) -> bytes:
        received = bytearray()
        async for data in response.content.iter_any():
            received += data
            if len(received) > self._limits.reply_bytes:
                raise self._nonsense(f"more than {self._limits.reply_bytes:,} bytes")
        return bytes(received)

    def _checked(self, body: bytes, passages: int) -> list[float]:
        try:
            judged = self.read(body)
        except msgspec.DecodeError as error:
            raise self._nonsense("something else") from error
        if judged.keys() != set(range(passages)):
            raise self._nonsense(f"judgements of {len(judged)} of {passages} passages")
        if not all(map(math.isfinite, judged.values())):
            raise self._nonsense("one that is no number")
        return [judged[place] for place in range(passages)]

    def _nonsense(self, what: str) -> RerankerUnavailable:
        return RerankerUnavailable(
            f"The reranker {self.name} was asked to judge passages and sent {what}.", hint=_SETTINGS
        )
