"""Draws pages in child processes that are limited in memory, CPU and time, as files are read."""

from dataclasses import replace
from pathlib import Path

from parley.adapters.documents.limits import MIB, ParserLimits
from parley.adapters.documents.messages import (
    Drawn,
    LaidOut,
    LayoutRequest,
    ParserConfig,
    PictureRequest,
)
from parley.adapters.documents.sandbox import Sandbox
from parley.core.ingestion.model import PageLayout, SoughtText

_LIMITS = replace(ParserLimits(), memory_bytes=1_024 * MIB, cpu_s=15, wall_s=20.0, characters=1_000_000)
"""Of one page; somebody waits for it."""


class SandboxedPages:
    """A PageRenderer. Starts its process with the first page; `close()` ends it."""

    def __init__(self, limits: ParserLimits = _LIMITS, *, at_once: int = 2) -> None:
        self._sandbox = Sandbox(ParserConfig(limits), at_once=at_once)

    async def picture(self, path: Path, *, name: str, page: int, width: int) -> bytes:
        reply = await self._sandbox.run(PictureRequest(str(path), name, page, width))
        assert isinstance(reply, Drawn)  # noqa: S101 - a child answers what it was asked
        return reply.png

    async def layout(self, path: Path, *, name: str, page: int, sought: SoughtText | None) -> PageLayout:
        reply = await self._sandbox.run(LayoutRequest(str(path), name, page, sought))
        assert isinstance(reply, LaidOut)  # noqa: S101 - a child answers what it was asked
        return reply.layout

    async def close(self) -> None:
        """Kills what is being drawn and ends the process."""
        await self._sandbox.close()
