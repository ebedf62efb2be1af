"""Builds what keeps the index of passages fast: in the worker, beside its jobs."""

from parley.adapters.database.merging import PostgresMerge
from parley.adapters.database.vector_indexes import PostgresVectorIndexes
from parley.adapters.queue.worker import JobHandler
from parley.bootstrap.parts import Parts
from parley.core.kernel.telemetry import Log
from parley.core.knowledge.upkeep import IndexUpkeep, IndexVectors, MergePostings


def index_upkeep(parts: Parts, owner_url: str, log: Log) -> tuple[IndexUpkeep, tuple[JobHandler, ...]]:
    """What looks for work on the index, and the handlers that do it."""
    merge = PostgresMerge(parts.database)
    vectors = PostgresVectorIndexes(parts.database, owner_url, log)
    upkeep = IndexUpkeep(parts.database, (merge, vectors), parts.queue, log)
    return upkeep, (JobHandler(MergePostings, merge.run), JobHandler(IndexVectors, vectors.run))
