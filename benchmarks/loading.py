"""Loads synthetic tenants with COPY, in the form that ingestion and the merge of postings leave behind."""

from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from uuid import UUID

import asyncpg
import numpy as np
import numpy.typing as npt

from benchmarks.corpora import CHUNKS_A_DOCUMENT, DIMENSIONS, Tenant, word
from parley.adapters.database.postings import BLOCK, POSTING

MODEL = "synthetic"
TEXT = "A passage of a synthetic document, as long as it takes to be read. " * 3

_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_TRAILER = b"\xff\xff"
_AT_ONCE = 5_000

_DOCUMENT_COLUMNS = (
    *("id", "workspace_id", "collection_id", "name", "media_type", "size_bytes", "sha256", "file_key"),
    *("state", "progress", "chunk_count", "term_count", "principals", "created_by", "created_at"),
    "updated_at",
)

if TYPE_CHECKING:
    Connection = asyncpg.Connection[asyncpg.Record]
else:
    Connection = asyncpg.Connection


async def load(owner: Connection, tenant: Tenant) -> None:
    """As the owner, foreign keys unchecked; the sizes that searches read are kept by their triggers."""
    await _load_documents(owner, tenant)
    await owner.execute("SET session_replication_role = replica")
    await _load_chunks(owner, tenant)
    await _load_vectors(owner, tenant)
    columns = ["workspace_id", "collection_id", "term", "principals", "first_chunk", "last_chunk", "postings"]
    await owner.copy_records_to_table("term_blocks", records=_blocks(tenant), columns=columns)
    await owner.execute("SET session_replication_role = origin")


async def finish(owner: Connection) -> None:
    """Everything counts as merged, and the planner knows what is there."""
    await owner.execute("UPDATE corpus_sizes SET fresh = 0")
    await owner.execute("SELECT setval(pg_get_serial_sequence('chunks', 'id'), (SELECT max(id) FROM chunks))")
    for table in ("documents", "chunks", "chunk_vectors", "term_blocks", "corpus_sizes"):
        await owner.execute(f"VACUUM (ANALYZE) {table}")


async def _load_documents(owner: Connection, tenant: Tenant) -> None:
    await owner.execute("INSERT INTO workspaces (id, name, created_at) VALUES ($1, 'W', now())", tenant.id)
    await owner.executemany(
        "INSERT INTO collections (id, workspace_id, name, description, created_at)"
        " VALUES ($1, $2, $3, '', now())",
        [(each, tenant.id, str(each)) for each in tenant.collections],
    )
    now = await owner.fetchval("SELECT now()")
    terms = tenant.lengths.reshape(tenant.documents, CHUNKS_A_DOCUMENT).sum(axis=1).tolist()
    records: list[tuple[Any, ...]] = [
        (
            *(document, tenant.id, tenant.collections[collection], "d.txt", "text/plain", 1, "", "k"),
            *("ready", 1.0, CHUNKS_A_DOCUMENT, count, _list(tenant, group), tenant.id, now, now),
        )
        for document, collection, group, count in zip(
            tenant.document_ids(), tenant.collection_of, tenant.group_of, terms, strict=True
        )
    ]
    await owner.copy_records_to_table("documents", records=records, columns=_DOCUMENT_COLUMNS)


def _list(tenant: Tenant, group: int) -> list[UUID] | None:
    return None if group < 0 else [tenant.groups[group]]


async def _load_chunks(owner: Connection, tenant: Tenant) -> None:
    ids = tenant.document_ids()
    records: Iterator[tuple[Any, ...]] = (
        (
            tenant.first_chunk + number * CHUNKS_A_DOCUMENT + ordinal,
            *(tenant.id, tenant.collections[tenant.collection_of[number]], document, ordinal, TEXT, []),
            *(0, len(TEXT), _list(tenant, tenant.group_of[number])),
        )
        for number, document in enumerate(ids)
        for ordinal in range(CHUNKS_A_DOCUMENT)
    )
    columns = [
        *("id", "workspace_id", "collection_id", "document_id", "ordinal", "text", "heading_path"),
        *("char_start", "char_end", "principals"),
    ]
    await owner.copy_records_to_table("chunks", records=records, columns=columns)


async def _load_vectors(owner: Connection, tenant: Tenant) -> None:
    vectors = tenant.vectors()
    documents = np.repeat(_bytes_of(tenant.document_ids()), CHUNKS_A_DOCUMENT)
    collections = np.repeat(_bytes_of(tenant.collections)[tenant.collection_of], CHUNKS_A_DOCUMENT)
    groups = np.repeat(tenant.group_of, CHUNKS_A_DOCUMENT)
    columns = [
        *("chunk_id", "model", "workspace_id", "collection_id", "document_id", "principals", "embedding")
    ]
    # Of one length within a list: in the order of the chunks they would be of two.
    for group in sorted(set(groups.tolist())):
        chosen = np.flatnonzero(groups == group)

        async def pieces(chosen: npt.NDArray[np.int64] = chosen, group: int = group) -> AsyncIterator[bytes]:
            yield _HEADER
            for start in range(0, len(chosen), _AT_ONCE):
                some = chosen[start : start + _AT_ONCE]
                yield _copied(
                    len(some),
                    [
                        (some + tenant.first_chunk).astype(">i8"),
                        _all(MODEL.encode()),
                        _all(tenant.id.bytes),
                        collections[some],
                        documents[some],
                        None if group < 0 else _all(_uuid_array(tenant.groups[group])),
                        _halfvecs(vectors[some]),
                    ],
                )
            yield _TRAILER

        await owner.copy_to_table("chunk_vectors", source=pieces(), columns=columns, format="binary")


def _copied(count: int, columns: Sequence[npt.NDArray[Any] | None]) -> bytes:
    """Rows of COPY's binary format, whose values have one length in each column; None is NULL."""
    fields: list[tuple[str, Any]] = [("fields", ">i2")]
    for place, column in enumerate(columns):
        fields.append((f"length{place}", ">i4"))
        if column is not None:
            fields.append((f"value{place}", column.dtype))
    made = np.empty(count, np.dtype(fields))
    made["fields"] = len(columns)
    for place, column in enumerate(columns):
        made[f"length{place}"] = -1 if column is None else column.dtype.itemsize
        if column is not None:
            made[f"value{place}"] = column
    return made.tobytes()


def _all(value: bytes) -> npt.NDArray[np.void]:
    return np.array([value], f"V{len(value)}")


def _bytes_of(ids: Sequence[UUID]) -> npt.NDArray[np.void]:
    return np.frombuffer(b"".join(each.bytes for each in ids), "V16")


def _uuid_array(value: UUID) -> bytes:
    """One dimension, no NULLs, type uuid, one element, the first has number 1."""
    numbers = (1, 0, 2950, 1, 1, 16)
    return b"".join(number.to_bytes(4, "big") for number in numbers) + value.bytes


def _halfvecs(vectors: npt.NDArray[np.float32]) -> npt.NDArray[np.void]:
    made = np.empty((len(vectors), DIMENSIONS + 2), ">u2")
    made[:, 0], made[:, 1] = DIMENSIONS, 0
    made[:, 2:] = vectors.astype(np.float16).view(np.uint16)
    return made.view(f"V{made.shape[1] * 2}").reshape(-1)


def _blocks(tenant: Tenant) -> Iterator[tuple[Any, ...]]:
    words, chunks, frequencies = tenant.postings
    documents = chunks // CHUNKS_A_DOCUMENT
    # What shares blocks: a collection's postings of one word and one access list.
    lists = tenant.collection_of * 100 + tenant.group_of + 1
    order = np.lexsort((chunks, words, lists[documents]))
    words, chunks, frequencies = words[order], chunks[order], frequencies[order]
    groups = lists[chunks // CHUNKS_A_DOCUMENT]
    packed = np.empty(len(words), POSTING)
    packed["frequency"], packed["length"] = frequencies, tenant.lengths[chunks]
    keys = groups * (int(words.max()) + 1) + words
    borders = np.flatnonzero(np.diff(keys)) + 1
    for start, end in _runs([0, *borders.tolist(), len(keys)]):
        group, term = int(groups[start]), word(int(words[start]))
        some = packed[start:end]
        some["offset"] = chunks[start:end] - chunks[start]
        first = tenant.first_chunk + int(chunks[start])
        last = tenant.first_chunk + int(chunks[end - 1])
        listed = _list(tenant, group % 100 - 1)
        yield tenant.id, tenant.collections[group // 100], term, listed, first, last, some.tobytes()


def _runs(borders: Iterable[int]) -> Iterator[tuple[int, int]]:
    for begin, end in pairwise(borders):
        for start in range(begin, end, BLOCK):
            yield start, min(start + BLOCK, end)
