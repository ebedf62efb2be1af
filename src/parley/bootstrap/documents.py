"""What requests may do with documents."""

from parley.adapters.database.audit import PostgresAuditLog
from parley.adapters.database.collections import PostgresCollections
from parley.adapters.database.document_changes import PostgresDocumentChanges
from parley.adapters.database.documents import PostgresDocuments
from parley.adapters.database.reading_queue import PostgresReadingQueue
from parley.bootstrap.ingestion import receive_document
from parley.bootstrap.parts import Parts
from parley.bootstrap.webhooks import announcing
from parley.core.ingestion.service import (
    ChangeDocuments,
    DeleteCollection,
    RemoveAllFiles,
    RereadCollection,
    Told,
)
from parley.settings import Settings
from parley.web.deps import DocumentUses


def document_uses(settings: Settings, parts: Parts) -> DocumentUses:
    return DocumentUses(
        receive=receive_document(settings, parts),
        change=ChangeDocuments(
            parts.database, PostgresDocuments(), PostgresDocumentChanges(), parts.queue, announcing(parts)
        ),
        reread=RereadCollection(parts.database, PostgresReadingQueue()),
    )


def delete_collection(parts: Parts, remove_files: RemoveAllFiles) -> DeleteCollection:
    told = Told(PostgresAuditLog(), announcing(parts))
    return DeleteCollection(parts.database, PostgresCollections(), remove_files, told, parts.clock)
