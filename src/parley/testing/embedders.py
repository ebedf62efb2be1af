"""The contract of an Embedder: a vector of unit length for each text, whatever is embedded with it."""

import math

import pytest

from parley.core.kernel.transactions import marked_as_open
from parley.core.knowledge.model import EmbeddingPurpose
from parley.core.knowledge.ports import Embedder

TEXTS = (
    "The warranty lasts two years.",
    "Le café ferme à minuit.",
    "保修期为两年。",
    "النص العربي",
    "🦜 parrots",
    "a",
)


def cosine(one: list[float], other: list[float]) -> float:
    return math.fsum(a * b for a, b in zip(one, other, strict=True))


class EmbedderContract:
    """Needs a fixture `embedder`; `close_to` is the least cosine of vectors of the same text."""

    close_to = 0.999

    @pytest.mark.parametrize("purpose", EmbeddingPurpose)
    async def test_each_text_has_its_own_vector_of_unit_length_in_order(
        self, embedder: Embedder, purpose: EmbeddingPurpose
    ) -> None:
        together = await embedder.embed(TEXTS, purpose=purpose)
        assert len(together) == len(TEXTS)
        for text, vector in zip(TEXTS, together, strict=True):
            assert len(vector) == embedder.dimension
            assert cosine(vector, vector) == pytest.approx(1.0, abs=5e-3)
            [alone] = await embedder.embed([text], purpose=purpose)
            assert cosine(vector, alone) >= self.close_to

    async def test_no_text_gives_no_vector(self, embedder: Embedder) -> None:
        assert await embedder.embed([]) == []

    async def test_many_texts_at_once_keep_their_order(self, embedder: Embedder) -> None:
        texts = [f"This is passage number {number}." for number in range(300)]
        made = await embedder.embed(texts)
        for number in (0, 127, 128, 299):
            [alone] = await embedder.embed([texts[number]])
            assert cosine(made[number], alone) >= self.close_to

    async def test_of_a_text_that_is_too_long_the_beginning_is_embedded(self, embedder: Embedder) -> None:
        beginning = "sun and rain " * 800
        [vector], [longer] = [await embedder.embed([f"{beginning}{end}"]) for end in ("", "stadium " * 9_000)]
        assert cosine(vector, longer) >= self.close_to

    @pytest.mark.parametrize("text", ["", " \n", "\0", "x" * 100_000])
    async def test_odd_texts_have_a_vector_too(self, embedder: Embedder, text: str) -> None:
        [vector] = await embedder.embed([text])
        assert cosine(vector, vector) == pytest.approx(1.0, abs=5e-3)

    async def test_it_refuses_to_work_inside_a_transaction(self, embedder: Embedder) -> None:
        with marked_as_open(), pytest.raises(RuntimeError, match="inside a database transaction"):
            await embedder.embed(["a"])

    async def test_its_model_has_a_name(self, embedder: Embedder) -> None:
        assert 0 < len(embedder.model) <= 200
