"""The local embedder: its vectors, its failures and its manners on the event loop."""

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from parley.adapters.embeddings.minilm import MiniLm
from parley.core.knowledge.model import EmbedderUnavailable, EmbeddingPurpose
from parley.settings import load_settings
from parley.testing.embedders import EmbedderContract, cosine

FOLDER = load_settings().model_dir / "minilm-l6-v2-int8"
WEATHER, SUN, STADIUM = "The weather is lovely today.", "It's so sunny outside!", "He drove to the stadium."


@pytest.fixture
def embedder() -> Iterator[MiniLm]:
    embedder = MiniLm(FOLDER, threads=2)
    yield embedder
    embedder.close()


class TestMiniLm(EmbedderContract):
    """The contract; its fixture is the one above."""


async def test_similarities_are_those_the_models_authors_publish(embedder: MiniLm) -> None:
    weather, sun, stadium = await embedder.embed([WEATHER, SUN, STADIUM])
    assert cosine(weather, sun) == pytest.approx(0.6660, abs=0.02)
    assert cosine(weather, stadium) == pytest.approx(0.1046, abs=0.02)
    assert cosine(sun, stadium) == pytest.approx(0.1411, abs=0.02)


async def test_vectors_have_unit_length_and_the_order_of_the_texts(embedder: MiniLm) -> None:
    texts = [f"{WEATHER} {number}" for number in range(11)]
    together = await embedder.embed(texts)
    assert [len(vector) for vector in together] == [embedder.dimension] * 11
    assert all(cosine(vector, vector) == pytest.approx(1.0, abs=1e-5) for vector in together)
    assert together[7] == (await embedder.embed([texts[7]]))[0]


async def test_a_vector_does_not_depend_on_its_neighbours(embedder: MiniLm) -> None:
    (alone,) = await embedder.embed([SUN])
    among_others = await embedder.embed([WEATHER * 40, SUN, ""])
    assert among_others[1] == alone


async def test_what_lies_beyond_256_tokens_is_not_seen(embedder: MiniLm) -> None:
    full = "sun " * 254
    whole, longer, shorter = await embedder.embed([full, full + STADIUM, "sun " * 100 + STADIUM])
    assert longer == whole
    assert shorter != whole


async def test_a_question_does_not_wait_for_a_whole_document() -> None:
    embedder = MiniLm(FOLDER, threads=1)
    try:
        document = asyncio.create_task(embedder.embed([WEATHER * 30] * 40))
        await asyncio.sleep(0)
        await embedder.embed([SUN])
        assert not document.done()
        assert len(await document) == 40
    finally:
        embedder.close()


def test_nothing_heavy_is_loaded_before_the_first_text() -> None:
    script = (
        "import sys; from pathlib import Path; from parley.adapters.embeddings.minilm import MiniLm;"
        "MiniLm(Path('x')); print([m for m in ('numpy', 'onnxruntime', 'tokenizers') if m in sys.modules])"
    )
    finished = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    assert finished.stdout.strip() == "[]"


PASSAGES = [f"{WEATHER} {WEATHER}", STADIUM, f"{STADIUM} {STADIUM} {WEATHER}"]


async def test_passages_are_compared_with_a_question_token_by_token(embedder: MiniLm) -> None:
    tokens = await embedder.read(PASSAGES)
    near = await embedder.closeness("How is the weather?", tokens)
    assert near[0] > near[1]
    assert near[2] > near[1]
    assert all(-1 <= each <= 1 for each in near)


async def test_what_was_embedded_before_makes_no_difference_to_its_tokens(embedder: MiniLm) -> None:
    alone = await embedder.read(PASSAGES)
    await embedder.embed(PASSAGES)
    assert await embedder.read([PASSAGES[1], PASSAGES[0], PASSAGES[1]]) == [alone[1], alone[0], alone[1]]
    near = await embedder.closeness("Who drove?", alone)
    await embedder.embed(["Who drove?"], purpose=EmbeddingPurpose.QUERY)
    assert await embedder.closeness("Who drove?", alone) == near


async def test_a_passage_is_as_close_as_its_best_stretch(embedder: MiniLm) -> None:
    filling = "The committee met again to talk about the budget of next year. " * 6
    short, long = await embedder.read([STADIUM, f"{filling}{STADIUM}"])
    question = "Where did he drive?"
    near_short, near_long = await embedder.closeness(question, [short, long])
    (far,) = await embedder.closeness(question, await embedder.read([filling]))
    assert near_long > far
    assert near_short > far


async def test_what_has_no_tokens_is_as_far_as_can_be(embedder: MiniLm) -> None:
    (tokens,) = await embedder.read([STADIUM])
    near = await embedder.closeness("Where?", [b"", tokens])
    assert near[0] == -1.0 < near[1]
    assert await embedder.closeness("Where?", [b""]) == [-1.0]
    assert await embedder.closeness("", [tokens]) == [-1.0]
    assert await embedder.read([]) == []


async def test_a_missing_model_is_named_and_works_as_soon_as_it_is_built(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    embedder = MiniLm(folder, threads=1)
    try:
        with pytest.raises(EmbedderUnavailable, match=r"manifest\.json is missing.*build_embedder\.py"):
            await embedder.embed([SUN])
        folder.symlink_to(FOLDER)
        assert len(await embedder.embed([SUN])) == 1
    finally:
        embedder.close()


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
async def test_a_damaged_model_is_refused(tmp_path: Path, name: str) -> None:
    folder = shutil.copytree(FOLDER, tmp_path / "model")
    (folder / name).write_bytes((folder / name).read_bytes()[:-1])
    embedder = MiniLm(folder, threads=1)
    try:
        with pytest.raises(EmbedderUnavailable, match="checksum"):
            await embedder.embed([SUN])
    finally:
        embedder.close()


async def test_an_unreadable_manifest_is_refused(tmp_path: Path) -> None:
    folder = shutil.copytree(FOLDER, tmp_path / "model")
    (folder / "manifest.json").write_text("{}")
    embedder = MiniLm(folder, threads=1)
    try:
        with pytest.raises(EmbedderUnavailable, match="cannot be read"):
            await embedder.embed([SUN])
    finally:
        embedder.close()


def test_it_names_its_vectors_space_before_it_is_built(tmp_path: Path) -> None:
    embedder = MiniLm(tmp_path)
    assert (embedder.model, embedder.dimension) == ("minilm-l6-v2-int8", 384)
    embedder.close()


_EMBED_ONCE = """
import asyncio, sys
from pathlib import Path
from parley.adapters.embeddings.minilm import MiniLm
print(len(asyncio.run(MiniLm(Path(sys.argv[1])).embed(["Hello."]))[0]))
"""


def test_embedding_leaves_nothing_in_the_home_folder(tmp_path: Path) -> None:
    environment = {key: value for key, value in os.environ.items() if key != "ORT_DISABLE_TELEMETRY"}
    ended = subprocess.run(
        [sys.executable, "-c", _EMBED_ONCE, str(FOLDER)],
        env=environment | {"HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert ended.stdout.strip() == "384"
    assert list(tmp_path.rglob("*")) == []
