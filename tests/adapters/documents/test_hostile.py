"""Hostile files, small: each is read or refused with a reason, and the next file never notices.

`python -m benchmarks.hostile_files` runs them at full size against the real limits.
"""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from parley.adapters.documents.limits import MIB, ParserLimits
from parley.adapters.documents.sandbox import SandboxedParser
from parley.core.ingestion.model import UnreadableDocument
from parley.testing.hostile import READ, SAMPLES, Sample

LIMITS = ParserLimits(
    memory_bytes=400 * MIB, cpu_s=2, wall_s=30.0, characters=200_000, unpacked_bytes=40 * MIB, attachments=20
)


@pytest.fixture(scope="module")
def strict() -> Iterator[SandboxedParser]:
    shared = SandboxedParser(LIMITS)
    yield shared
    asyncio.run(shared.close())


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
async def test_a_hostile_file_is_read_or_refused_and_the_next_is_read(
    strict: SandboxedParser, tmp_path: Path, sample: Sample
) -> None:
    sample.write_to(tmp_path / "f", full_size=False)
    refusal = None
    try:
        await strict.parse(tmp_path / "f", name=sample.upload_name, media_type=sample.media_type)
    except UnreadableDocument as error:
        refusal = error
    assert (refusal.code if refusal else READ) in sample.outcomes
    if refusal:
        assert repr(sample.upload_name) in refusal.detail
        assert refusal.hint
    (tmp_path / "note").write_text("A short note.")
    parsed = await strict.parse(tmp_path / "note", name="note.txt", media_type="text/plain")
    assert parsed.blocks[0].text == "A short note."
