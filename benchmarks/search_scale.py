"""Search over 10,000 to 1,000,000 chunks of 200 skewed tenants: what it costs, what it finds, what it hides.

    python -m benchmarks.search_scale [--chunks N]

Makes its corpora itself, on an embedded PostgreSQL in a temporary folder.
"""

import argparse
import asyncio
import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import asyncpg
import numpy as np
import numpy.typing as npt

from benchmarks.corpora import Tenant, tenants
from benchmarks.indexing import measure_indexing
from benchmarks.loading import MODEL, Connection, finish, load
from benchmarks.record import keep
from parley.adapters.database.bm25 import K1, B
from parley.adapters.database.chunks import PostgresChunkIndex
from parley.adapters.database.connection import Database, DatabaseConfig
from parley.adapters.database.migrate import migrate
from parley.adapters.database.vector_indexes import PostgresVectorIndexes
from parley.adapters.database.vectors import INDEX_PREFIX, PostgresVectors
from parley.adapters.postgres import (
    APP_ROLE,
    PLATFORM_ROLE,
    EmbeddedConfig,
    EmbeddedPostgres,
    PostgresAddress,
)
from parley.core.kernel.ids import UserId, WorkspaceId
from parley.core.knowledge import ranking
from parley.core.knowledge.model import CollectionId, ScoredChunk, VectorQuery

SIZES = (10_000, 100_000, 1_000_000)
QUESTIONS = 60
SHOWN = 8
SAMPLED = (10_000, 1_000)
"""Besides the largest tenant, those nearest to so many chunks."""

BARS = {
    "hybrid CPU ms": "≤ 8 in a tenant of 10,000 chunks, ≤ 25 in one of 100,000",
    "BM25 top 100 as exact": "1",
    "rows outside the access list": "0",
}

Mask = npt.NDArray[np.bool_]


class Silent:
    def info(self, event: str, /, **fields: object) -> None: ...

    def warning(self, event: str, /, **fields: object) -> None:
        print(event, fields)

    error = exception = warning


@dataclass(frozen=True, slots=True)
class Reader:
    """A member of one group of a tenant, as row-level security is told."""

    workspace_id: WorkspaceId
    user_id: UserId
    principals: frozenset[UUID]


@dataclass
class Spent:
    """Milliseconds of each question, and of CPU for each on average."""

    wall: list[float] = field(default_factory=list)
    database: float = 0.0
    client: float = 0.0

    def figures(self) -> dict[str, float]:
        return {
            "p50 ms": round(float(np.percentile(self.wall, 50)), 2),
            "p95 ms": round(float(np.percentile(self.wall, 95)), 2),
            "CPU ms": round((self.database + self.client) / len(self.wall), 2),
            "of it database": round(self.database / len(self.wall), 2),
        }


class Meter:
    """CPU of this process and of the server's processes."""

    def __init__(self, postmaster: int) -> None:
        self._postmaster = postmaster

    def database_ms(self) -> float:
        found = 0.0
        for entry in Path("/proc").iterdir():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                if parent == self._postmaster:
                    found += int((entry / "schedstat").read_text().split()[0]) / 1e6
            except (OSError, IndexError, ValueError):
                continue
        return found

    @staticmethod
    def client_ms() -> float:
        return time.process_time() * 1e3

    @contextmanager
    def of(self, spent: Spent) -> Iterator[None]:
        before, client, start = self.database_ms(), self.client_ms(), time.perf_counter()
        yield
        spent.wall.append((time.perf_counter() - start) * 1e3)
        spent.client += self.client_ms() - client
        spent.database += self.database_ms() - before


class Searched:
    """One tenant as one of its members searches it, beside what is true of it."""

    def __init__(self, database: Database, tenant: Tenant) -> None:
        self._database = database
        self._tenant = tenant
        self._index = PostgresChunkIndex()
        self._vectors = PostgresVectors(database)
        self.reader = Reader(
            WorkspaceId(tenant.id), UserId(tenant.id), frozenset({tenant.id, tenant.groups[0]})
        )
        self.everything: tuple[CollectionId, ...] = ()  # as searches spell it
        self.largest_collection = (CollectionId(tenant.collections[0]),)

    def readable(self, collections: Sequence[CollectionId]) -> Mask:
        return self._tenant.readable([0], [0] if collections else [0, 1, 2])

    async def search(
        self, kind: str, terms: list[str], vector: list[float], collections: Sequence[CollectionId]
    ) -> tuple[ScoredChunk, ...]:
        """Hybrid: fused, and the passages themselves read, as a search ends."""
        by_vector: tuple[ScoredChunk, ...] = ()
        if kind != "BM25":
            query = VectorQuery(tuple(collections), tuple(vector), MODEL, ranking.CANDIDATES)
            by_vector = await self._vectors.nearest(self.reader, query)
        if kind == "vector":
            return by_vector
        async with self._database.begin(self.reader) as tx:
            by_terms = await self._index.by_terms(tx, collections, terms, ranking.CANDIDATES)
            if kind == "BM25":
                return by_terms
            fused = ranking.fuse(by_terms, by_vector, dense_weight=0.5, limit=SHOWN)
            found = await self._index.found(tx, fused)
        assert len(found) == len(fused)
        return tuple(ScoredChunk(each.chunk_key, each.score) for each in fused)

    def numbers(self, found: Sequence[ScoredChunk]) -> npt.NDArray[np.int64]:
        """Of the tenant's own chunks; a foreign one gives a number out of range."""
        return np.array([each.chunk_key for each in found], np.int64) - self._tenant.first_chunk

    def exact_words(self, terms: Sequence[str], readable: Mask) -> npt.NDArray[np.float64]:
        """BM25 of each chunk, by the formula, over all of the tenant's words."""
        words, chunks, frequencies = self._tenant.postings
        lengths = self._tenant.lengths
        count, mean = readable.sum(), lengths[readable].mean()
        scores = np.zeros(self._tenant.chunks)
        for term in terms:
            start, end = np.searchsorted(words, [int(term[1:]), int(term[1:]) + 1])
            seen = readable[chunks[start:end]]
            holding, often = chunks[start:end][seen], frequencies[start:end][seen]
            rarity = np.log(1 + (count - len(holding) + 0.5) / (len(holding) + 0.5))
            relative = lengths[holding] / mean
            scores[holding] += rarity * often * (K1 + 1) / (often + K1 * (1 - B + B * relative))
        return scores


async def measure(searched: Searched, tenant: Tenant, meter: Meter, *, filtered: bool) -> dict[str, float]:
    collections = searched.largest_collection if filtered else searched.everything
    readable = searched.readable(collections)
    vectors = tenant.vectors().astype(np.float16).astype(np.float32)
    spent = {"BM25": Spent(), "vector": Spent(), "hybrid": Spent()}
    agreement, recall, outside = [], [], 0
    questions = list(tenant.questions(QUESTIONS))
    for warm in (True, False):
        for terms, vector in questions[: 10 if warm else None]:
            for name, costs in spent.items():
                with meter.of(Spent() if warm else costs):
                    found = await searched.search(name, terms, vector, collections)
                numbers = searched.numbers(found)
                inside = (numbers >= 0) & (numbers < tenant.chunks)
                outside += int((~inside).sum() + (~readable[numbers[inside]]).sum())
                if name == "BM25":
                    exact = searched.exact_words(terms, readable)
                    best = np.sort(exact)[::-1][: len(found)]
                    agreement.append(np.isclose(exact[numbers], best, rtol=1e-6).mean() if len(best) else 1.0)
                elif name == "vector":
                    cosines = np.where(readable, vectors @ np.array(vector, np.float32), -2)
                    nearest = np.argsort(-cosines)[:10]
                    recall.append(len(set(nearest) & set(numbers[:10].tolist())) / len(nearest))
    return {
        **{f"{name} {kind}": value for name, each in spent.items() for kind, value in each.figures().items()},
        "BM25 top 100 as exact": round(float(np.mean(agreement)), 4),
        "vector recall@10": round(float(np.mean(recall)), 4),
        "rows outside the access list": outside,
    }


async def scale(
    chunks: int, database: Database, owner: Connection, meter: Meter, owner_url: str
) -> dict[str, dict[str, float]]:
    all_tenants = tenants(chunks)
    figures = {"corpus": await _built(all_tenants, database, owner, meter, owner_url)}
    for tenant in _sampled(all_tenants):
        searched = Searched(database, tenant)
        for filtered in (False, True):
            where = "largest collection" if filtered else "whole workspace"
            name = f"tenant of {tenant.chunks:,}, {where}"
            figures[name] = await measure(searched, tenant, meter, filtered=filtered)
    return figures


async def _built(
    all_tenants: Sequence[Tenant], database: Database, owner: Connection, meter: Meter, owner_url: str
) -> dict[str, float]:
    """Loads the tenants and builds the indexes that the large ones are due."""
    start, used = time.perf_counter(), meter.database_ms()
    for tenant in all_tenants:
        await load(owner, tenant)
        tenant.__dict__.pop("postings", None)
    await finish(owner)
    loaded, loading = time.perf_counter(), meter.database_ms() - used
    indexes = PostgresVectorIndexes(database, owner_url, Silent())
    async with database.begin_platform() as tx:
        due = await indexes.due(tx)
    for job in due:
        await indexes.run(job)
    return {
        "load s": round(loaded - start, 1),
        "load database CPU s": round(loading / 1e3, 1),
        "vector indexes": len(due),
        "vector indexes s": round(time.perf_counter() - loaded, 1),
        "word index MB": await _megabytes(owner, "pg_total_relation_size('term_blocks')"),
        "vectors MB": await _megabytes(owner, "pg_table_size('chunk_vectors')"),
        "vector indexes MB": await _megabytes(
            owner,
            "(SELECT coalesce(sum(pg_relation_size(indexrelid)), 0) FROM pg_stat_user_indexes"
            f" WHERE starts_with(indexrelname, '{INDEX_PREFIX}'))",
        ),
    }


async def _megabytes(owner: Connection, bytes_of: str) -> float:
    return round(float(await owner.fetchval(f"SELECT {bytes_of}")) / 2**20, 1)


def _sampled(all_tenants: Sequence[Tenant]) -> list[Tenant]:
    """The largest, those nearest to the sizes asked for, and the smallest."""
    near = [min(all_tenants, key=lambda tenant: abs(tenant.chunks - size)) for size in SAMPLED]
    return list(dict.fromkeys([all_tenants[0], *near, all_tenants[-1]]))


async def run(sizes: Sequence[int]) -> None:
    results: dict[str, dict[str, float]] = {}
    for chunks in sizes:
        with tempfile.TemporaryDirectory(prefix="parley-search-") as folder:
            postgres = EmbeddedPostgres(EmbeddedConfig(Path(folder)), Silent())
            address = await postgres.start()
            try:
                found = await _on(address, Path(folder), chunks)
            finally:
                await postgres.stop()
        results |= {f"{chunks:,} chunks, {name}": figures for name, figures in found.items()}
        keep("search_scale", results, BARS)


async def _on(address: PostgresAddress, folder: Path, chunks: int) -> dict[str, dict[str, float]]:
    url = address.url(address.superuser)
    await migrate(url)
    meter = Meter(int((folder / "postgres" / "data" / "postmaster.pid").read_text().split()[0]))
    database = Database(DatabaseConfig(address.url(APP_ROLE), address.url(PLATFORM_ROLE), pool_size=1))
    owner = await asyncpg.connect(
        host=str(address.socket_dir), port=address.port, user=address.superuser, database=address.database
    )
    figures: dict[str, dict[str, float]] = {}
    try:
        if chunks == SIZES[0]:
            # First, while the word index holds these documents alone.
            figures["indexing"] = await measure_indexing(database, owner, meter)
        return figures | await scale(chunks, database, owner, meter, url)
    finally:
        await owner.close()
        await database.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--chunks", type=int, action="append", help="of all tenants together")
    asyncio.run(run(parser.parse_args().chunks or SIZES))


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    main()
