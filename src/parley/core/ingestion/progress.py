"""How far the reading of one document is, and how long it should still take."""

import time
from dataclasses import dataclass, field

from parley.core.ingestion.lifecycle import Claim, Report
from parley.core.knowledge.model import DocumentState

_READ = 0.25
"""Of the progress when the text is there; embedding is the longer part."""


@dataclass(slots=True)
class Progress:
    """Told by whoever reads the document, stored now and then by who holds its claim."""

    state: DocumentState = DocumentState.READING
    chunks_done: int = 0
    chunks_total: int | None = None
    _embedding_since: float = field(default=0.0, init=False)

    def cut_into(self, chunks: int) -> None:
        self.state, self.chunks_total = DocumentState.EMBEDDING, chunks
        self._embedding_since = time.monotonic()

    def embedded(self, chunks: int) -> None:
        self.chunks_done += chunks

    def report(self, claim: Claim) -> Report:
        share = self.chunks_done / self.chunks_total if self.chunks_total else 0.0
        return Report(
            document_id=claim.document.id,
            epoch=claim.epoch,
            state=self.state,
            progress=0.0 if self.chunks_total is None else _READ + (1 - _READ) * share,
            chunks_done=self.chunks_done,
            chunks_total=self.chunks_total,
            seconds_left=self._seconds_left(),
        )

    def _seconds_left(self) -> float | None:
        if not self.chunks_done or self.chunks_total is None:
            return None
        took_s = time.monotonic() - self._embedding_since
        return took_s / self.chunks_done * (self.chunks_total - self.chunks_done)
