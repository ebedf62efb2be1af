"""Makes a received document searchable: read, cut into chunks, embedded, indexed in one step."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from parley.core.ingestion.chunking import split_into_chunks, text_to_search
from parley.core.ingestion.model import IngestDocument, ParsedDocument, UnreadableDocument
from parley.core.ingestion.ports import DocumentParser, FileStore
from parley.core.kernel.errors import NotFound, ParleyError
from parley.core.kernel.transactions import Transactions
from parley.core.knowledge.model import (
    Chunk,
    Document,
    DocumentFailure,
    DocumentState,
    IndexedChunk,
)
from parley.core.knowledge.ports import ChunkIndex, Documents, Embedder, TextAnalyzer

EMBEDDING_BATCH = 32
"""Chunks embedded between two reports of progress."""
_READ = 0.25
"""Progress when the text is there; embedding is the longer part."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How a stored file becomes text."""

    files: FileStore
    parser: DocumentParser


@dataclass(frozen=True, slots=True)
class Indexing:
    """How text becomes searchable; without an embedder it is found by its words alone."""

    index: ChunkIndex
    analyzer: TextAnalyzer
    embedder: Embedder | None


class _NothingLeftToDo(Exception):
    """The document was deleted meanwhile, or another run of its job was quicker."""


class IngestDocumentJob:
    """Handles IngestDocument. It may run twice, also at the same time: the first to end stands."""

    def __init__(
        self, transactions: Transactions, documents: Documents, reading: Reading, indexing: Indexing
    ) -> None:
        self._transactions = transactions
        self._documents = documents
        self._reading = reading
        self._indexing = indexing

    async def run(self, job: IngestDocument) -> None:
        """Ends with the document `ready`, or `failed` when its file is at fault.

        Whatever else goes wrong (the embedder, the database) is raised, for the queue to try again.
        """
        document = await self._take_up(job)
        if document is None:
            return
        try:
            parsed = await self._read(document)
            await self._index(document, parsed)
        except _NothingLeftToDo:
            return
        except (UnreadableDocument, NotFound) as error:
            await self._fail(job, _failure(error))

    async def gave_up(self, job: IngestDocument, error: Exception) -> None:
        """The queue will not try again: the document is `failed` with the reason."""
        if isinstance(error, ParleyError):
            await self._fail(job, _failure(error))
            return
        await self._fail(
            job,
            DocumentFailure(
                "internal_error",
                "Something went wrong inside the server while it read this document.",
                "Try again; if it fails again, the administrator finds the cause in the server's log.",
            ),
        )

    async def _take_up(self, job: IngestDocument) -> Document | None:
        """The document, now `reading`; None when it is gone or an earlier run came to an end with it."""
        async with self._transactions.begin_platform(job.workspace_id) as tx:
            document = await self._documents.get(tx, job.document_id)
            if document is None or document.state in {DocumentState.READY, DocumentState.FAILED}:
                return None
            taken = await self._documents.set_state(tx, document.id, DocumentState.READING, progress=0.0)
        return document if taken else None

    async def _read(self, document: Document) -> ParsedDocument:
        async with self._reading.files.local_copy(document.file_key) as path:
            return await self._reading.parser.parse(path, name=document.name, media_type=document.media_type)

    async def _index(self, document: Document, parsed: ParsedDocument) -> None:
        chunks = split_into_chunks(document.id, parsed)
        title = parsed.title or _title_from(document.name)
        texts = [text_to_search(title, chunk) for chunk in chunks]
        await self._report(document, DocumentState.EMBEDDING, _READ)
        indexed = await self._searchable(document, chunks, texts)
        embedder = self._indexing.embedder
        async with self._transactions.begin_platform(document.workspace_id) as tx:
            # First, for it locks the row: a deletion at the same time waits, then removes all of this.
            if not await self._documents.set_state(tx, document.id, DocumentState.READY, progress=1.0):
                return
            read = replace(document, page_count=parsed.page_count)
            await self._indexing.index.replace(tx, read, indexed, embedder.model if embedder else "")

    async def _searchable(
        self, document: Document, chunks: Sequence[Chunk], texts: Sequence[str]
    ) -> list[IndexedChunk]:
        """Each chunk with the terms and the vector of its text, in order; progress is stored in between."""
        embedder, analyzer = self._indexing.embedder, self._indexing.analyzer
        indexed: list[IndexedChunk] = []
        for start in range(0, len(texts), EMBEDDING_BATCH):
            if start:
                done = _READ + (1 - _READ) * start / len(texts)
                await self._report(document, DocumentState.EMBEDDING, done)
            batch = slice(start, start + EMBEDDING_BATCH)
            vectors = await embedder.embed(texts[batch]) if embedder else [()] * len(texts[batch])
            for chunk, text, vector in zip(chunks[batch], texts[batch], vectors, strict=True):
                indexed.append(IndexedChunk(chunk, tuple(analyzer.terms(text)), tuple(vector) or None))
        return indexed

    async def _report(self, document: Document, state: DocumentState, progress: float) -> None:
        async with self._transactions.begin_platform(document.workspace_id) as tx:
            if not await self._documents.set_state(tx, document.id, state, progress=progress):
                raise _NothingLeftToDo

    async def _fail(self, job: IngestDocument, failure: DocumentFailure) -> None:
        async with self._transactions.begin_platform(job.workspace_id) as tx:
            await self._documents.set_state(
                tx, job.document_id, DocumentState.FAILED, progress=0.0, failure=failure
            )


def _failure(error: ParleyError) -> DocumentFailure:
    return DocumentFailure(error.code, error.detail, error.hint)


def _title_from(name: str) -> str:
    return PurePosixPath(name).stem.replace("_", " ").strip()
