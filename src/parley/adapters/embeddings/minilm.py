"""all-MiniLM-L6-v2 on this machine's CPU, from the folder that tools/build_embedder.py makes."""

import asyncio
import hashlib
import json
import os
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from parley.core.knowledge.model import EmbedderUnavailable

MODEL = "minilm-l6-v2-int8"
DIMENSION = 384
TEXTS_AT_A_TIME = 4
"""What one thread takes at once: enough to hide the hand-over, few enough to keep others waiting briefly."""
BUILD_HINT = "Run `python tools/build_embedder.py --out {folder}`; until then search uses words alone."


@dataclass(frozen=True, slots=True)
class _Loaded:
    session: Any
    tokenizer: Any


class MiniLm:
    """Embeds English text; what lies beyond a text's first 256 tokens is not seen.

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

    @property
    def model(self) -> str:
        return MODEL

    @property
    def dimension(self) -> int:
        return DIMENSION

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """One vector of unit length for each text, in order. Raises EmbedderUnavailable."""
        if not texts:
            return []
        loop = asyncio.get_running_loop()
        model = await loop.run_in_executor(self._pool, self._load)
        vectors: list[list[float]] = [[] for _ in texts]
        starts = iter(range(0, len(texts), TEXTS_AT_A_TIME))

        async def work_through(starts: Iterator[int]) -> None:
            for start in starts:
                part = slice(start, start + TEXTS_AT_A_TIME)
                vectors[part] = await loop.run_in_executor(self._pool, _embed, model, texts[part])

        async with asyncio.TaskGroup() as workers:
            for _ in range(self._threads):
                workers.create_task(work_through(starts))
        return vectors

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


def _embed(model: _Loaded, texts: Sequence[str]) -> list[list[float]]:
    import numpy as np

    vectors = []
    for text in texts:
        tokens = np.array([model.tokenizer.encode(text).ids], np.int64)
        (rows,) = model.session.run(None, {"input_ids": tokens})
        vectors.append(rows[0].tolist())
    return vectors
