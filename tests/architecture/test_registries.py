"""A plug-in is one file, one line in its family's registry and one test: this notices when one is missing."""

import importlib
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ADAPTERS = Path("src/parley/adapters")

# The families that anyone may add to, with the name of the registry in their __init__.py.
FAMILIES = {
    "documents": "PARSERS",
    "embeddings": "EMBEDDERS",
    "files": "FILE_STORES",
    "llm": "PROVIDERS",
    "rerankers": "RERANKERS",
    "tools": "TOOLS",
    "vectors": "VECTOR_STORES",
}
# What the plug-ins of a family share.
SUPPORT = {
    "documents": {
        *("archive", "bookmarks", "cells", "child", "encoding", "forkserver", "limits", "messages", "ooxml"),
        *("outline", "page_sandbox", "pages", "png", "readers", "recognition", "rows", "sandbox", "sniff"),
        *("source", "story", "styles", "tables", "tesseract", "xml"),
    },
    "embeddings": {"remote", "tokens"},
    "files": {"errors", "keys", "s3_bucket"},
    "rerankers": {"remote"},
    "tools": {
        *("arguments", "bounded", "expression", "inspector", "kit", "mcp", "mcp_file", "mcp_sdk"),
        *("openapi", "operation", "schema", "schema_parts", "toolbox", "web"),
    },
    "vectors": {
        *("chroma_entries", "chroma_server", "configuration", "entries", "filelock", "http", "journal"),
        "threads",
    },
    "llm": {
        *("anthropic_request", "bedrock_request", "catalogue", "event_stream", "facts"),
        *("gemini_request", "listing", "local", "openai_request", "presets", "prices"),
        *("pydantic_ai_request", "signatures", "sse_lines", "tool_calls", "transport"),
    },
}


def registry(family: str) -> Mapping[str, str]:
    """Plug-ins as `module:name` by the name that settings and requests use."""
    module = importlib.import_module(f"parley.adapters.{family}")
    table: Mapping[str, str] = getattr(module, FAMILIES[family])
    return table


def omissions(root: Path, family: str, table: Mapping[str, str]) -> Iterator[str]:
    """What a plug-in of this family still lacks, in words."""
    registered = {target.split(":")[0].rpartition(".")[2] for target in table.values()}
    for file in sorted((root / ADAPTERS / family).glob("*.py")):
        if file.stem in {"__init__"} | SUPPORT[family]:
            continue
        if file.stem not in registered:
            yield f"{family}/{file.name} has no line in {FAMILIES[family]}"
        if not (root / "tests/adapters" / family / f"test_{file.stem}.py").is_file():
            yield f"{family}/{file.name} has no test tests/adapters/{family}/test_{file.stem}.py"


@pytest.mark.parametrize("family", FAMILIES)
def test_every_plugin_is_registered_and_tested(family: str) -> None:
    assert list(omissions(ROOT, family, registry(family))) == []


@pytest.mark.parametrize("family", FAMILIES)
def test_every_registered_plugin_can_be_imported(family: str) -> None:
    table = registry(family)
    assert table
    for target in table.values():
        module, _, name = target.partition(":")
        assert callable(getattr(importlib.import_module(module), name)), target


def test_every_support_file_exists() -> None:
    named = [ADAPTERS / family / f"{stem}.py" for family, stems in SUPPORT.items() for stem in sorted(stems)]
    assert [str(path) for path in named if not (ROOT / path).is_file()] == []


def test_an_unregistered_and_untested_plugin_is_noticed(tmp_path: Path) -> None:
    family = tmp_path / ADAPTERS / "llm"
    family.mkdir(parents=True)
    (family / "acme.py").touch()
    assert list(omissions(tmp_path, "llm", {"other": "parley.adapters.llm.other:Other"})) == [
        "llm/acme.py has no line in PROVIDERS",
        "llm/acme.py has no test tests/adapters/llm/test_acme.py",
    ]
