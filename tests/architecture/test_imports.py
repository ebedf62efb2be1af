"""The import contracts hold, and each of them notices when it is broken."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def lint_imports(root: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("lint-imports")
    # The copy under test must win over the package that is installed; wide lines keep findings whole.
    environment = os.environ | {"PYTHONPATH": str(root / "src"), "COLUMNS": "500"}
    return subprocess.run(
        [program, "--no-cache", "--no-logo"],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(
        ROOT / "src/parley", tmp_path / "src/parley", ignore=shutil.ignore_patterns("static", "__pycache__")
    )
    return tmp_path


def test_every_import_points_down() -> None:
    reply = lint_imports(ROOT)
    assert reply.returncode == 0, reply.stdout + reply.stderr


@pytest.mark.parametrize(
    ("module", "line", "named"),
    [
        ("core/kernel/ids.py", "import parley.adapters.database", "parley.core is not allowed to import"),
        ("core/kernel/ids.py", "import parley.core.chat", "parley.core.kernel is not allowed to import"),
        ("core/kernel/ids.py", "import sqlalchemy", "parley.core is not allowed to import sqlalchemy"),
        (
            "core/identity/model.py",
            "import parley.core.identity.service",
            "parley.core.identity.model is not",
        ),
        ("adapters/files/__init__.py", "import parley.web", "parley.adapters is not allowed to import"),
        ("adapters/files/__init__.py", "import parley.settings", "parley.adapters is not allowed to import"),
        (
            "adapters/files/__init__.py",
            "import parley.adapters.queue",
            "parley.adapters.files is not allowed",
        ),
    ],
)
def test_a_forbidden_import_is_caught(copy: Path, module: str, line: str, named: str) -> None:
    path = copy / "src/parley" / module
    path.write_text(f"{path.read_text()}\n{line}\n")
    reply = lint_imports(copy)
    assert reply.returncode == 1, reply.stdout + reply.stderr
    assert named in reply.stdout


@pytest.mark.parametrize("package", ["gateway", "core/billing"])
def test_a_new_package_fails_until_it_has_a_place(copy: Path, package: str) -> None:
    folder = copy / "src/parley" / package
    folder.mkdir()
    (folder / "__init__.py").touch()
    reply = lint_imports(copy)
    assert reply.returncode == 1, reply.stdout + reply.stderr
    assert folder.name in reply.stdout
