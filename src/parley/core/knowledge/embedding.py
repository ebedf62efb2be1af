"""Vectors for programs: the embedder that search uses, a few requests at a time."""

import asyncio
from collections.abc import Sequence

from parley.core.knowledge.model import EmbedderUnavailable
from parley.core.knowledge.ports import Embedder

REQUESTS_AT_ONCE = 2
"""Others wait: the embedder is shared with search, which readers wait for."""
EMBEDDING_TIMEOUT_S = 120.0


class EmbedTexts:
    def __init__(self, embedder: Embedder | None) -> None:
        self._embedder = embedder
        self._room = asyncio.Semaphore(REQUESTS_AT_ONCE)

    @property
    def model(self) -> str | None:
        """None where there is no embedder."""
        return None if self._embedder is None else self._embedder.model

    @property
    def dimension(self) -> int:
        return 0 if self._embedder is None else self._embedder.dimension

    async def run(self, texts: Sequence[str]) -> list[list[float]]:
        """One vector of unit length for each text, in order. Raises EmbedderUnavailable."""
        if self._embedder is None:
            raise EmbedderUnavailable(
                "This server has no embedder.", hint="Run `make embedder` and start it anew."
            )
        try:
            async with asyncio.timeout(EMBEDDING_TIMEOUT_S), self._room:
                return await self._embedder.embed(texts)
        except TimeoutError:
            raise EmbedderUnavailable(
                f"The vectors were not ready after {EMBEDDING_TIMEOUT_S:g} seconds.",
                hint="Send fewer texts at once, or ask again later.",
            ) from None
