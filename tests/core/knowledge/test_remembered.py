"""A question that was asked before is not embedded again."""

from collections.abc import Sequence

from parley.adapters.telemetry.metrics import PrometheusMetrics
from parley.core.knowledge.remembered import RememberedVectors


class Counting:
    """An embedder that tells what it was asked."""

    model = "counting"
    dimension = 2

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def embed(self, texts: Sequence[str], **_: object) -> list[list[float]]:
        self.asked += texts
        return [[float(len(each)), 0.5] for each in texts]


async def test_each_text_is_embedded_once() -> None:
    embedder, metrics = Counting(), PrometheusMetrics()
    remembered = RememberedVectors(embedder, metrics)
    assert await remembered.embed(["a", "bb"]) == [[1.0, 0.5], [2.0, 0.5]]
    assert await remembered.embed(["bb", "ccc", "a"]) == [[2.0, 0.5], [3.0, 0.5], [1.0, 0.5]]
    assert embedder.asked == ["a", "bb", "ccc"]
    assert b'parley_cache_total{cache="questions",outcome="hit"} 2.0' in metrics.render()[0]


async def test_what_was_asked_longest_ago_makes_room() -> None:
    embedder = Counting()
    remembered = RememberedVectors(embedder, PrometheusMetrics(), most_bytes=500)  # two vectors
    for text in ("a", "b", "a", "c", "a", "b"):
        await remembered.embed([text])
    assert embedder.asked == ["a", "b", "c", "b"]


async def test_vectors_of_another_model_are_not_mixed_up() -> None:
    embedder = Counting()
    remembered = RememberedVectors(embedder, PrometheusMetrics())
    await remembered.embed(["a"])
    embedder.model = "another"
    await remembered.embed(["a"])
    assert embedder.asked == ["a", "a"]
