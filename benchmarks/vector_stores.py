"""Vector stores on one machine: what filtered searches find and cost, and what it costs to keep a mirror.

    python -m benchmarks.vector_stores [--rows N]

20,000 clustered vectors of 20 skewed tenants, on an embedded PostgreSQL and in stores in a temporary folder.
"""

import argparse
import asyncio
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AsyncExitStack
from itertools import islice
from pathlib import Path
from uuid import UUID

import asyncpg
import numpy as np

from benchmarks.corpora import CHUNKS_A_DOCUMENT, Tenant
from benchmarks.loading import MODEL, Connection, finish, load
from benchmarks.record import keep
from benchmarks.search_scale import Mask, Meter, Reader, Silent, Spent
from parley.adapters.database.connection import Database, DatabaseConfig
from parley.adapters.database.migrate import migrate
from parley.adapters.database.mirrors import PostgresMirrors
from parley.adapters.database.vectors import PostgresVectors
from parley.adapters.postgres import APP_ROLE, PLATFORM_ROLE, EmbeddedConfig, EmbeddedPostgres
from parley.adapters.vectors.chroma import Chroma
from parley.adapters.vectors.configuration import StoreConfig
from parley.adapters.vectors.faiss import Faiss
from parley.adapters.vectors.lancedb import LanceDb
from parley.core.kernel.ids import UserId, WorkspaceId
from parley.core.knowledge.mirrored import MirroredVectors
from parley.core.knowledge.mirroring import KeepMirror
from parley.core.knowledge.model import CollectionId, StoredVector, VectorQuery
from parley.core.knowledge.ports import VectorMirror, VectorSearch

TENANTS = 20
QUESTIONS = 10
LIMIT = 100
LARGE_DOCUMENTS = 100_000 // CHUNKS_A_DOCUMENT
SEARCHED_BY_PARTS = ("faiss", "lancedb")
"""Those that search a large workspace by an index of their own."""
WRITTEN_AT_ONCE = 500
BARS = {"recall@10": "≥ 0.95 with tenant, access and collection filters", "outside the filters": "0"}
FILTERS = {"whole workspace": (), "largest collection": (0,), "smallest collection": (2,)}
STORES: dict[str, Callable[[StoreConfig], VectorMirror]] = {
    "chroma": Chroma.open,
    "faiss": Faiss.open,
    "lancedb": LanceDb.open,
}


def made(rows: int) -> list[Tenant]:
    """The n-th has an n-th of the first."""
    shares = 1 / np.arange(1, TENANTS + 1)
    sizes = [max(1, int(share)) for share in shares / shares.sum() * rows / CHUNKS_A_DOCUMENT]
    tenants, first = [], 1
    for number, documents in enumerate(sizes):
        tenants.append(Tenant(number, documents, first))
        first += documents * CHUNKS_A_DOCUMENT
    return tenants


def stored(tenant: Tenant) -> Iterator[StoredVector]:
    documents = tenant.document_ids()
    for chunk, vector in enumerate(tenant.vectors()):
        number = chunk // CHUNKS_A_DOCUMENT
        group = tenant.group_of[number]
        yield StoredVector(
            tenant.first_chunk + chunk,
            documents[number],  # type: ignore[arg-type]
            CollectionId(tenant.collections[tenant.collection_of[number]]),
            None if group < 0 else frozenset({tenant.groups[group]}),
            tuple(vector.tolist()),
        )


def reader_of(tenant: Tenant) -> Reader:
    return Reader(WorkspaceId(tenant.id), UserId(tenant.id), frozenset({tenant.id, tenant.groups[0]}))


async def searching(
    store: VectorSearch, tenants: Sequence[Tenant], meter: Meter, numbers: tuple[int, ...]
) -> dict[str, float]:
    """Recall and cost over all tenants, a search of each before the counting begins."""
    spent, recall, outside = Spent(), [], 0
    for tenant in tenants:
        readable = tenant.readable([0], numbers or (0, 1, 2))
        if not readable.any():
            continue
        chosen = tuple(CollectionId(tenant.collections[number]) for number in numbers)
        # Beforehand: the threads of numpy's arithmetic stay busy for a while after it.
        asked = [
            (VectorQuery(chosen, tuple(vector), MODEL, LIMIT), nearest)
            for vector, nearest in _questions(tenant, readable)
        ]
        for place, (query, nearest) in enumerate(asked):
            with meter.of(spent if place else Spent()):
                found = await store.nearest(reader_of(tenant), query)
            places = [each.chunk_key - tenant.first_chunk for each in found]
            outside += int((~readable[places]).sum())
            recall.append(len(nearest & set(places[:10])) / len(nearest))
    return {
        "recall@10": round(float(np.mean(recall)), 4),
        "outside the filters": outside,
        **spent.figures(),
    }


def _questions(tenant: Tenant, readable: Mask) -> Iterator[tuple[list[float], set[int]]]:
    """Vectors, each with the ten chunks that are nearest in truth."""
    vectors = tenant.vectors()
    for _, vector in tenant.questions(QUESTIONS + 1):
        cosines = np.where(readable, vectors @ np.array(vector, np.float32), -2)
        yield vector, set(np.argsort(-cosines)[: min(10, int(readable.sum()))].tolist())


async def measure_store(
    name: str, folder: Path, tenants: Sequence[Tenant], meter: Meter
) -> dict[str, dict[str, float]]:
    store = STORES[name](StoreConfig(folder / name, search_timeout_s=60, write_timeout_s=300))
    start, used, count = time.perf_counter(), meter.client_ms(), 0
    for tenant in tenants:
        vectors = stored(tenant)
        while some := list(islice(vectors, WRITTEN_AT_ONCE)):
            await store.put(WorkspaceId(tenant.id), MODEL, some)
            count += len(some)
    figures = {
        f"{name}, writing": {
            "CPU µs for each vector": round((meter.client_ms() - used) * 1e3 / count, 1),
            "vectors in a second": round(count / (time.perf_counter() - start)),
        }
    }
    for filtered, numbers in FILTERS.items():
        figures[f"{name}, {filtered}"] = await searching(store, tenants, meter, numbers)
    await store.close()  # type: ignore[attr-defined]
    return figures


async def measure_notes(
    database: Database, owner: Connection, tenant: Tenant, meter: Meter, folder: Path
) -> dict[str, dict[str, float]]:
    """What the notes of changes cost those who write and those who search, on the largest tenant."""
    statement = "UPDATE chunk_vectors SET embedding = embedding WHERE workspace_id = $1"
    plain = await _database_ms(owner, meter, statement, tenant.id)
    store = Faiss.open(StoreConfig(folder / "mirror", write_timeout_s=300))
    mirrors, log = PostgresMirrors(), Silent()
    keeper = KeepMirror(database, mirrors, store, "faiss", log)
    while await keeper.step():
        pass
    noted = await _database_ms(owner, meter, statement, tenant.id)
    start, used = time.perf_counter(), meter.client_ms() + meter.database_ms()
    while await keeper.step():
        pass
    kept = meter.client_ms() + meter.database_ms() - used
    figures = {
        "notes, writing": {
            "database CPU µs for each vector, without a mirror": round(plain * 1e3 / tenant.chunks, 1),
            "database CPU µs for each vector, noted": round(noted * 1e3 / tenant.chunks, 1),
            "CPU µs to bring each to the mirror": round(kept * 1e3 / tenant.chunks, 1),
            "vectors brought in a second": round(tenant.chunks / (time.perf_counter() - start)),
        }
    }
    search = MirroredVectors(
        database, mirrors, store, PostgresVectors(database), "faiss", (log, time.monotonic)
    )
    unsent = "UPDATE chunk_vectors SET embedding = embedding WHERE workspace_id = $1 AND chunk_id < $2"
    for count in (0, 500, 2_000):
        await owner.execute(unsent, tenant.id, tenant.first_chunk + count)
        figures[f"mirrored search, {count:,} unsent"] = await searching(search, [tenant], meter, ())
        while await keeper.step():
            pass
    await store.close()
    return figures


async def _database_ms(owner: Connection, meter: Meter, statement: str, workspace: UUID) -> float:
    used = meter.database_ms()
    await owner.execute(statement, workspace)
    return meter.database_ms() - used


async def run(rows: int) -> None:
    tenants = made(rows)
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="parley-vectors-")))
        postgres = EmbeddedPostgres(EmbeddedConfig(folder), Silent())
        address = await postgres.start()
        stack.push_async_callback(postgres.stop)
        await migrate(address.url(address.superuser))
        meter = Meter(int((folder / "postgres" / "data" / "postmaster.pid").read_text().split()[0]))
        database = Database(DatabaseConfig(address.url(APP_ROLE), address.url(PLATFORM_ROLE), pool_size=2))
        stack.push_async_callback(database.close)
        owner = await asyncpg.connect(
            host=str(address.socket_dir),
            port=address.port,
            user=address.superuser,
            database=address.database,
        )
        stack.push_async_callback(owner.close)
        for tenant in tenants:
            await load(owner, tenant)
        await finish(owner)
        figures = {
            f"pgvector, {filtered}": await searching(PostgresVectors(database), tenants, meter, numbers)
            for filtered, numbers in FILTERS.items()
        }
        for name in STORES:
            figures |= await measure_store(name, folder, tenants, meter)
        for name in SEARCHED_BY_PARTS:
            found = await measure_store(name, folder / "large", [Tenant(0, LARGE_DOCUMENTS, 1)], meter)
            figures |= {f"one workspace of 100,000, {measured}": each for measured, each in found.items()}
        figures |= await measure_notes(database, owner, tenants[0], meter, folder)
    keep("vector_stores", figures, BARS)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000, help="of all tenants together")
    asyncio.run(run(parser.parse_args().rows))


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    main()
