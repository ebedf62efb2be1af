"""What embedded Chroma and its server are told alike."""

from typing import Any

from parley.adapters.vectors import entries
from parley.core.kernel.ids import WorkspaceId
from parley.core.kernel.transactions import Scope
from parley.core.knowledge.model import StoredVector, VectorQuery

MOST_VECTORS = 1_000
"""In one call."""
INDEX = {"hnsw": {"space": "ip", "ef_construction": 200, "ef_search": 400, "max_neighbors": 32}}
"""A filter lets few of the neighbours through that are visited: so more of them are."""


def conditions_of(scope: Scope, query: VectorQuery) -> dict[str, Any]:
    """Which vectors a query is about."""
    readable = [{"readers": {"$contains": reader}} for reader in entries.readable_as(scope)]
    conditions: list[dict[str, Any]] = [
        {"workspace": scope.workspace_id.hex},
        {"$or": readable} if len(readable) > 1 else readable[0],
    ]
    if query.collections:
        conditions.append({"collection": {"$in": [each.hex for each in query.collections]}})
    return {"$and": conditions}


def metadata_of(workspace_id: WorkspaceId, each: StoredVector) -> dict[str, Any]:
    metadata: dict[str, Any] = {
        "workspace": workspace_id.hex,
        "collection": each.collection_id.hex,
        "document": each.document_id.hex,
    }
    if named := entries.readers(each.principals):
        # A list may not be empty; without one, no filter by readers lets the vector through.
        metadata["readers"] = named
    return metadata
