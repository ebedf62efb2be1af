"""Remembers the vectors of questions: the same one asked again need not be embedded again."""

import hashlib
from array import array
from collections import OrderedDict
from collections.abc import Sequence

from parley.core.kernel.telemetry import Metrics
from parley.core.knowledge.model import EmbeddingPurpose, TokenMeter
from parley.core.knowledge.ports import Embedder
from parley.core.knowledge.space import Embedders

_OVERHEAD_BYTES = 200
"""Of an entry beside its vector."""


class RememberedVectors:
    """Implements `Embedder` over another one, for questions: documents are embedded once and not asked for
    again. What was asked longest ago makes room."""

    def __init__(self, embedder: Embedder, metrics: Metrics, *, most_bytes: int = 8 << 20) -> None:
        self._embedder = embedder
        self._metrics = metrics
        self._most_bytes = most_bytes
        self._bytes = 0
        self._vectors: OrderedDict[bytes, array[float]] = OrderedDict()

    @property
    def model(self) -> str:
        return self._embedder.model

    @property
    def dimension(self) -> int:
        return self._embedder.dimension

    async def embed(
        self,
        texts: Sequence[str],
        *,
        purpose: EmbeddingPurpose = EmbeddingPurpose.DOCUMENT,
        meter: TokenMeter | None = None,
    ) -> list[list[float]]:
        """As `Embedder.embed`; what is remembered is not paid again."""
        space = f"{self.model}\0{purpose}"
        keys = [hashlib.blake2b(f"{space}\0{each}".encode(), digest_size=16).digest() for each in texts]
        found = {key: self._vectors[key] for key in keys if key in self._vectors}
        for key in found:
            self._vectors.move_to_end(key)
        new = [(key, each) for key, each in zip(keys, texts, strict=True) if key not in found]
        self._metrics.count("parley_cache", len(keys) - len(new), cache="questions", outcome="hit")
        self._metrics.count("parley_cache", len(new), cache="questions", outcome="miss")
        if new:
            made = await self._embedder.embed([each for _, each in new], purpose=purpose, meter=meter)
            for (key, _), vector in zip(new, made, strict=True):
                found[key] = array("f", vector)
                self._remember(key, found[key])
        return [found[key].tolist() for key in keys]

    def _remember(self, key: bytes, vector: "array[float]") -> None:
        if key not in self._vectors:
            self._bytes += _size(vector)
        self._vectors[key] = vector
        while self._bytes > self._most_bytes:
            _, oldest = self._vectors.popitem(last=False)
            self._bytes -= _size(oldest)


class RememberingEmbedders:
    """Implements `Embedders` over others, for questions."""

    def __init__(self, embedders: Embedders, metrics: Metrics) -> None:
        self._embedders = embedders
        self._metrics = metrics
        self._remembering: dict[str, RememberedVectors] = {}

    @property
    def switched_off(self) -> bool:
        return self._embedders.switched_off

    @property
    def configured(self) -> Embedder | None:
        return self._over(self._embedders.configured)

    def named(self, model: str) -> Embedder | None:
        return self._over(self._embedders.named(model))

    def _over(self, embedder: Embedder | None) -> Embedder | None:
        if embedder is None:
            return None
        if embedder.model not in self._remembering:
            self._remembering[embedder.model] = RememberedVectors(embedder, self._metrics)
        return self._remembering[embedder.model]


def _size(vector: "array[float]") -> int:
    return len(vector) * vector.itemsize + _OVERHEAD_BYTES
