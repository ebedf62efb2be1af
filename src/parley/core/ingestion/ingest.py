"""Makes a claimed document searchable: read, cut into chunks, embedded, indexed in one step."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from parley.core.ingestion.chunking import context_of, split_into_chunks, text_to_search, title_of
from parley.core.ingestion.lifecycle import LINK, Claim, DocumentLimitReached
from parley.core.ingestion.model import FileTooLarge, ParsedDocument, RemoveFiles, UnreadableDocument
from parley.core.ingestion.ports import DocumentParser, FileStore, ReadingQueue, ReadLink
from parley.core.ingestion.progress import Progress
from parley.core.kernel.errors import NotFound, ParleyError
from parley.core.kernel.jobs import JobQueue
from parley.core.kernel.transactions import Transactions
from parley.core.knowledge.events import DocumentChange, DocumentEvents
from parley.core.knowledge.model import (
    Chunk,
    Document,
    DocumentFailure,
    DocumentId,
    DocumentState,
    IndexedChunk,
)
from parley.core.knowledge.ports import ChunkIndex, DocumentEmbedders, Embedder, TextAnalyzer, TokenMatcher

EMBEDDING_BATCH = 32
"""Chunks embedded between two reports of progress."""
_LONG_TEXT_CHARACTERS = 200_000
"""Cutting a longer one takes so long that heartbeats would come late: it is done in a thread."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How a stored file becomes text."""

    files: FileStore
    parser: DocumentParser
    links: ReadLink


@dataclass(frozen=True, slots=True)
class Indexing:
    """How text becomes searchable."""

    index: ChunkIndex
    analyzer: TextAnalyzer
    embedders: DocumentEmbedders
    matcher: TokenMatcher | None = None


@dataclass(frozen=True, slots=True)
class Ending:
    """Who is told in the same transaction when a reading has come to its end."""

    jobs: JobQueue
    events: DocumentEvents


class IngestDocument:
    """Reads one claimed document. Another may be at the same one: who holds the newest claim stands."""

    def __init__(
        self,
        transactions: Transactions,
        queue: ReadingQueue,
        reading: Reading,
        indexing: Indexing,
        ending: Ending,
    ) -> None:
        self._transactions = transactions
        self._queue = queue
        self._reading = reading
        self._indexing = indexing
        self._ending = ending

    async def __call__(self, claim: Claim, progress: Progress) -> None:
        """Ends with the document `ready`, or `failed` when its file is at fault.

        Raises ClaimLost, having changed nothing. Whatever else goes wrong (the embedder, the database) is
        raised, for the document to be tried again.
        """
        try:
            if claim.media_type == LINK:
                await self._reading.links(claim)
                return
            parsed = await self._read(claim)
        except (UnreadableDocument, FileTooLarge, DocumentLimitReached) as error:
            await self.fail(claim, error)
            return
        except NotFound:
            await self.fail(claim, _file_is_gone(claim.document.name))
            return
        await self._index(claim, parsed, progress)

    async def fail(self, claim: Claim, error: Exception) -> None:
        """The document is `failed` with the reason. Raises ClaimLost."""
        failure = failure_of(error)
        failed = replace(claim.document, state=DocumentState.FAILED, failure=failure, progress=0.0)
        async with self._transactions.begin_platform(failed.workspace_id) as tx:
            await self._queue.fail(tx, claim, failure)
            await self._ending.events.tell(tx, DocumentChange.FAILED, [failed])

    async def put_off(self, claim: Claim, error: Exception, *, delay_s: float) -> None:
        """The document is tried again after the delay. Raises ClaimLost."""
        async with self._transactions.begin_platform(claim.document.workspace_id) as tx:
            await self._queue.put_off(tx, claim, failure_of(error), delay_s=delay_s)

    async def _read(self, claim: Claim) -> ParsedDocument:
        async with self._reading.files.local_copy(claim.file_key) as path:
            return await self._reading.parser.parse(
                path, name=claim.document.name, media_type=claim.media_type
            )

    async def _index(self, claim: Claim, parsed: ParsedDocument, progress: Progress) -> None:
        document = claim.document
        chunks = await _cut(document.id, parsed)
        progress.cut_into(len(chunks))
        embedder = await self._indexing.embedders.for_document(document.workspace_id, document.created_by)
        title = title_of(parsed.title, document.name)
        indexed = await self._searchable(title, chunks, embedder, progress)
        read = replace(_as_read(claim), page_count=parsed.page_count, notice=parsed.notice, title=title)
        await self._publish(claim, read, indexed, embedder.model if embedder else "")

    async def _publish(
        self, claim: Claim, read: Document, indexed: Sequence[IndexedChunk], model: str
    ) -> None:
        """Whatever a reader sees of the document changes in this one transaction."""
        change = DocumentChange.READY if claim.document.next_content is None else DocumentChange.REPLACED
        async with self._transactions.begin_platform(read.workspace_id) as tx:
            # First, for it locks the row: a deletion at the same time waits, then removes all of this.
            removed = await self._queue.finish(tx, claim, chunks=len(indexed), notice=read.notice)
            await self._indexing.index.replace(tx, read, indexed, model)
            await self._indexing.embedders.indexed(tx, model)
            await self._ending.events.tell(tx, change, [replace(read, chunk_count=len(indexed))])
            if removed:
                await self._ending.jobs.enqueue(tx, RemoveFiles(read.workspace_id, removed))

    async def _searchable(
        self, title: str, chunks: Sequence[Chunk], embedder: Embedder | None, progress: Progress
    ) -> list[IndexedChunk]:
        """Each chunk with the terms and the vector of its text, in order."""
        indexed: list[IndexedChunk] = []
        for start in range(0, len(chunks), EMBEDDING_BATCH):
            batch = chunks[start : start + EMBEDDING_BATCH]
            texts = [text_to_search(title, chunk) for chunk in batch]
            vectors = await embedder.embed(texts) if embedder else [()] * len(texts)
            tokens = await self._tokens(texts, embedder)
            for chunk, text, vector, kept in zip(batch, texts, vectors, tokens, strict=True):
                # A word of title or headings says more of what a passage is about: it counts twice.
                terms = tuple(self._indexing.analyzer.terms(f"{context_of(title, chunk)}\n{text}"))
                indexed.append(IndexedChunk(chunk, terms, tuple(vector) or None, kept or None))
            progress.embedded(len(batch))
            await asyncio.sleep(0)  # without an embedder nothing else lets heartbeats through
        return indexed

    async def _tokens(self, texts: Sequence[str], embedder: Embedder | None) -> Sequence[bytes | None]:
        """Of texts that the embedder has just read."""
        matcher = self._indexing.matcher
        if embedder is None or matcher is None or matcher.model != embedder.model:
            return [None] * len(texts)
        return await matcher.read(texts)


async def _cut(document_id: DocumentId, parsed: ParsedDocument) -> Sequence[Chunk]:
    if sum(len(block.text) for block in parsed.blocks) > _LONG_TEXT_CHARACTERS:
        return await asyncio.to_thread(split_into_chunks, document_id, parsed)
    return split_into_chunks(document_id, parsed)


def _as_read(claim: Claim) -> Document:
    """The document as it is once the content that was claimed is what searches find."""
    ready = replace(claim.document, state=DocumentState.READY, failure=None, progress=1.0)
    content = ready.next_content
    if content is None:
        return ready
    return replace(
        ready,
        version=ready.version + 1,
        file_key=content.file_key,
        sha256=content.sha256,
        size_bytes=content.size_bytes,
        media_type=content.media_type,
        source_url=content.source_url,
        next_content=None,
    )


def _file_is_gone(name: str) -> UnreadableDocument:
    return UnreadableDocument(
        "file_missing",
        f"The stored file of {name!r} is gone.",
        hint="Delete the document and upload the file again.",
    )


def failure_of(error: Exception) -> DocumentFailure:
    """What a person is told; what an error says that is a fault of ours stays in the log."""
    if isinstance(error, ParleyError):
        return DocumentFailure(error.code, error.detail, error.hint)
    return DocumentFailure(
        "internal_error",
        "Something went wrong inside the server while it read this document.",
        "Try again; if it fails again, the administrator finds the cause in the server's log.",
    )
