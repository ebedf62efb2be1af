"""The code of the guide for programs, as a reader copies it."""

import re
from pathlib import Path

import pytest

from tests.processes.clients.conftest import Shop

GUIDE = Path(__file__).resolve().parents[3] / "src/parley/guides/programs.md"
BLOCKS = re.findall(r"^```python\n(.*?)^```", GUIDE.read_text("utf-8"), re.MULTILINE | re.DOTALL)


def test_every_block_runs_after_the_one_before(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KEY", shop.key)
    names: dict[str, object] = {}
    assert len(BLOCKS) >= 6
    for block in BLOCKS:
        exec(block.replace("http://localhost:8000", shop.url), names)
        assert capsys.readouterr().out.strip(), block
    names["client"].close()  # type: ignore[attr-defined]
