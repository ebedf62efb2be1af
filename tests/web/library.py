"""Documents that are ready to be searched, made without a worker, and bots that answer from them."""

from typing import Any
from uuid import UUID

from sqlalchemy import text

from parley.adapters.database.chunks import PostgresChunkIndex
from parley.adapters.database.connection import Database, execute
from parley.adapters.database.documents import PostgresDocuments
from parley.adapters.language.snowball import SnowballAnalyzer
from parley.core.kernel.ids import WorkspaceId
from parley.core.knowledge.model import Chunk, DocumentId, IndexedChunk
from tests.web.conftest import Person


async def collection_of(person: Person, name: str = "Handbooks") -> str:
    made = await person.made(f"/workspaces/{person.workspace}/collections", {"name": name})
    return str(made["id"])


async def rag_bot(person: Person, collection: str, **configuration: Any) -> str:
    """A bot of the built-in answerer, which quotes the collection's sentences."""
    wanted = {"collections": [collection], **configuration}
    made = await person.made(f"/workspaces/{person.workspace}/bots", {"name": "B", "configuration": wanted})
    return str(made["id"])


async def upload(person: Person, collection: str, name: str, content: str, **params: Any) -> str:
    """The document's id."""
    reply = await person.post(
        f"/collections/{collection}/documents",
        files={"files": (name, content.encode(), "text/plain")},
        params=params,
    )
    assert reply.status_code == 202, reply.text
    return str(reply.json()["items"][0]["document"]["id"])


async def read(database: Database, workspace: str, document: str, *passages: str, version: int = 1) -> None:
    """What the worker would make of the document, its passages one after the other, each on its own page."""
    terms = SnowballAnalyzer().terms
    async with database.begin_platform(WorkspaceId(UUID(workspace))) as tx:
        stored = await PostgresDocuments().get(tx, DocumentId(UUID(document)))
        assert stored is not None
        chunks, place = [], 0
        for number, each in enumerate(passages):
            chunk = Chunk(stored.id, number, each, ("Part",), number + 1, place, place + len(each))
            chunks.append(IndexedChunk(chunk, tuple(terms(each)), None))
            place += len(each) + 2
        await PostgresChunkIndex().replace(tx, stored, chunks, "")
        ready = "UPDATE documents SET state = 'ready', progress = 1, version = :version WHERE id = :document"
        await execute(tx, text(ready), {"document": stored.id, "version": version})


async def add_document(
    person: Person, database: Database, collection: str, name: str, *passages: str, **params: Any
) -> str:
    """A document that searches find, of the person's own workspace."""
    document = await upload(person, collection, name, "\n\n".join(passages), **params)
    await read(database, person.workspace, document, *passages)
    return document
