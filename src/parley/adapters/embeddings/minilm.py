"""all-MiniLM-L6-v2 on this machine's CPU, from the folder that tools/build_embedder.py makes."""

import asyncio
import hashlib
import json
import os
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from parley.core.kernel.transactions import transaction_is_open
from parley.core.knowledge.model import EmbedderUnavailable, EmbeddingPurpose, TokenMeter

if TYPE_CHECKING:
    from parley.adapters.embeddings.tokens import Floats

MODEL = "minilm-l6-v2-int8"
DIMENSION = 384
TEXTS_AT_A_TIME = 4
"""What one thread takes at once: enough to hide the hand-over, few enough to keep others waiting briefly."""
PASSAGES_AT_HAND, QUESTIONS_AT_HAND = 256, 64
"""How many texts that were embedded last need not be read again for their tokens."""
BUILD_HINT = "Run `python tools/build_embedder.py --out {folder}`; until then search uses words alone."


@dataclass(frozen=True, slots=True)
class _Loaded:
    session: Any
    tokenizer: Any


@dataclass(frozen=True, slots=True)
class _Reading:
    """What the model makes of a text."""

    vector: list[float]
    tokens: "Floats"
    """A row for each token, those that mark begin and end left out."""


class MiniLm:
    """Implements `Embedder` and `TokenMatcher` for English text; what lies beyond a text's first 256 tokens
    is not seen.

    Nothing is imported or loaded before the first text. `threads` threads take a few texts at a time,
    so that a question does not wait for the whole document that another caller is embedding. Each
    text runs alone: its vector does not depend on its neighbours.
    """

    def __init__(self, folder: Path, *, threads: int = 2) -> None:
        self._folder = folder
        self._threads = threads
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="embedder")
        self._loading = threading.Lock()
        self._loaded: _Loaded | None = None
        self._passages: OrderedDict[str, bytes] = OrderedDict()
        self._questions: OrderedDict[str, Floats] = OrderedDict()

    @property
    def model(self) -> str:
        return MODEL

    @property
    def dimension(self) -> int:
        return DIMENSION

    async def embed(
        self,
        texts: Sequence[str],
        *,
        purpose: EmbeddingPurpose = EmbeddingPurpose.DOCUMENT,
        meter: TokenMeter | None = None,
    ) -> list[list[float]]:
        """As `Embedder.embed`; it places questions as it does documents, and costs nothing."""
        readings = await self._read(texts)
        from parley.adapters.embeddings.tokens import kept, question_tokens

        vectors = []
        for text, reading in zip(texts, readings, strict=True):
            vectors.append(reading.vector)
            if purpose is EmbeddingPurpose.QUERY:
                _put(self._questions, text, question_tokens(reading.tokens), QUESTIONS_AT_HAND)
            else:
                _put(self._passages, text, kept(reading.tokens), PASSAGES_AT_HAND)
        return vectors

    async def read(self, texts: Sequence[str]) -> list[bytes]:
        """As `TokenMatcher.read`: a bit for each number of each token's vector."""
        found = {text: self._passages.pop(text) for text in set(texts) if text in self._passages}
        new = [text for text in dict.fromkeys(texts) if text not in found]
        readings = await self._read(new)
        from parley.adapters.embeddings.tokens import kept

        found |= {text: kept(reading.tokens) for text, reading in zip(new, readings, strict=True)}
        return [found[text] for text in texts]

    async def closeness(self, question: str, passages: Sequence[bytes]) -> list[float]:
        """As `TokenMatcher.closeness`."""
        from parley.adapters.embeddings.tokens import closeness, question_tokens

        asked = self._questions.get(question)
        if asked is None:
            [reading] = await self._read([question])
            asked = question_tokens(reading.tokens)
            _put(self._questions, question, asked, QUESTIONS_AT_HAND)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, closeness, asked, passages)

    async def _read(self, texts: Sequence[str]) -> "list[_Reading]":
        """Each text, in order. Raises EmbedderUnavailable."""
        if transaction_is_open():
            raise RuntimeError("Texts were embedded inside a database transaction.")
        if not texts:
            return []
        loop = asyncio.get_running_loop()
        model = await loop.run_in_executor(self._pool, self._load)
        readings: list[_Reading | None] = [None] * len(texts)
        starts = iter(range(0, len(texts), TEXTS_AT_A_TIME))

        async def work_through(starts: Iterator[int]) -> None:
            for start in starts:
                part = slice(start, start + TEXTS_AT_A_TIME)
                readings[part] = await loop.run_in_executor(self._pool, _embed, model, texts[part])

        async with asyncio.TaskGroup() as workers:
            for _ in range(self._threads):
                workers.create_task(work_through(starts))
        return [reading for reading in readings if reading is not None]

    def close(self) -> None:
        """Ends the threads; texts that are still waiting are dropped."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _load(self) -> _Loaded:
        with self._loading:
            if self._loaded is None:
                self._loaded = _load(self._folder, *_verified(self._folder))
            return self._loaded


def _verified(folder: Path) -> tuple[bytes, bytes, int]:
    """The graph, the tokenizer and the limit of tokens, once they are what the manifest says."""
    hint = BUILD_HINT.format(folder=folder)
    try:
        manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
        graph, tokenizer = ((folder / name).read_bytes() for name in ("model.onnx", "tokenizer.json"))
        expected = [manifest["files"][name] for name in ("model.onnx", "tokenizer.json")]
        max_tokens = int(manifest["max_tokens"])
    except FileNotFoundError as error:
        raise EmbedderUnavailable(
            f"The embedder has not been built: {error.filename} is missing.", hint=hint
        ) from error
    except (OSError, ValueError, KeyError) as error:
        raise EmbedderUnavailable(
            f"The embedder in {folder} cannot be read: {error!r}.", hint=hint
        ) from error
    if [hashlib.sha256(data).hexdigest() for data in (graph, tokenizer)] != expected:
        raise EmbedderUnavailable(f"The embedder in {folder} is damaged: a checksum differs.", hint=hint)
    return graph, tokenizer, max_tokens


def _load(folder: Path, graph: bytes, tokenizer_json: bytes, max_tokens: int) -> _Loaded:
    # Before the import: it would write a device id and keep records of use, for sending, in the home folder.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime
    from onnxruntime.capi import onnxruntime_pybind11_state as failures
    from tokenizers import Tokenizer

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # parallel by text: our threads are the bound
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # costs no time here and gives memory back
    options.enable_mem_pattern = False
    try:
        session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
    except (
        failures.Fail,
        failures.InvalidGraph,
        failures.NotImplemented,
        failures.RuntimeException,
    ) as error:
        raise EmbedderUnavailable(
            f"onnxruntime {onnxruntime.__version__} cannot run the embedder in {folder}: {error}.",
            hint="Install the onnxruntime of requirements/runtime.txt.",
        ) from error
    tokenizer = Tokenizer.from_str(tokenizer_json.decode("utf-8"))
    tokenizer.enable_truncation(max_tokens)
    tokenizer.no_padding()
    return _Loaded(session, tokenizer)


def _embed(model: _Loaded, texts: Sequence[str]) -> list[_Reading]:
    import numpy as np

    readings = []
    for text in texts:
        ids = np.array([model.tokenizer.encode(text).ids], np.int64)
        vectors, *tokens = model.session.run(None, {"input_ids": ids})
        # What an older tools/build_embedder.py made gives none.
        of_text = tokens[0][0, 1:-1] if tokens else np.empty((0, DIMENSION), np.float32)
        readings.append(_Reading(vectors[0].tolist(), of_text))
    return readings


_Kept = TypeVar("_Kept")


def _put(at_hand: OrderedDict[str, _Kept], text: str, value: _Kept, most: int) -> None:
    at_hand[text] = value
    at_hand.move_to_end(text)
    while len(at_hand) > most:
        at_hand.popitem(last=False)
