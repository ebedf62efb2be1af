"""Rows of every table for one workspace, and scopes to look at them with."""

from dataclasses import dataclass, field
from uuid import UUID, uuid4

from sqlalchemy import text

from parley.adapters.database.connection import Database, execute
from parley.core.kernel.ids import UserId, WorkspaceId


@dataclass(frozen=True, slots=True)
class ScopeOf:
    """What `begin` is told; made by hand here, since these tests are about the database alone."""

    workspace_id: WorkspaceId
    user_id: UserId
    principals: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Stored:
    """A workspace with one row in each table, and a second document that only `reader` may read."""

    workspace_id: WorkspaceId = field(default_factory=lambda: WorkspaceId(uuid4()))
    user_id: UserId = field(default_factory=lambda: UserId(uuid4()))
    reader: UUID = field(default_factory=uuid4)
    collection_id: UUID = field(default_factory=uuid4)
    open_document: UUID = field(default_factory=uuid4)
    closed_document: UUID = field(default_factory=uuid4)

    @property
    def scope(self) -> ScopeOf:
        return ScopeOf(self.workspace_id, self.user_id)

    @property
    def reader_scope(self) -> ScopeOf:
        return ScopeOf(self.workspace_id, self.user_id, frozenset({self.reader}))


_ROWS = """
INSERT INTO users (id, email, name, password_hash, created_at)
  VALUES (:user, gen_random_uuid() || '@example.org', 'U', 'h', now());
INSERT INTO sessions (id, user_id, refresh_hash, expires_at, created_at)
  VALUES (gen_random_uuid(), :user, 'h', now(), now());
INSERT INTO workspaces (id, name, created_at) VALUES (:ws, 'W', now());
INSERT INTO memberships (workspace_id, user_id, role, created_at) VALUES (:ws, :user, 'owner', now());
INSERT INTO groups (id, workspace_id, name, created_at) VALUES (:group, :ws, 'G', now());
INSERT INTO group_members (workspace_id, user_id, group_id, added_at) VALUES (:ws, :user, :group, now());
INSERT INTO provider_keys (workspace_id, provider, id, sealed, last_four, set_by, set_at)
  VALUES (:ws, 'openai', gen_random_uuid(), CAST('' AS bytea), 'last', :user, now());
INSERT INTO api_keys (id, workspace_id, user_id, name, prefix, hash, scopes, created_at)
  VALUES (gen_random_uuid(), :ws, :user, 'K', 'pk_', CAST(gen_random_uuid() AS text), '{}', now());
INSERT INTO audit_log (id, at, workspace_id, action, detail)
  VALUES (gen_random_uuid(), now(), :ws, 'a.b', '{}');
INSERT INTO bots (id, workspace_id, name, description, version, created_at, updated_at)
  VALUES (:bot, :ws, 'B', '', 1, now(), now());
INSERT INTO bot_versions (bot_id, version, workspace_id, configuration, created_by, created_at)
  VALUES (:bot, 1, :ws, '{}', :user, now());
INSERT INTO tool_servers (id, workspace_id, kind, name, configuration, url, tools, header_names, created_by,
    created_at)
  VALUES (gen_random_uuid(), :ws, 'mcp', 'notes', '{}', 'u', '[]', '{}', :user, now());
INSERT INTO collections (id, workspace_id, name, description, created_at)
  VALUES (:collection, :ws, 'C', '', now());
INSERT INTO conversations (id, workspace_id, user_id, bot_id, title, created_at, updated_at)
  VALUES (:conversation, :ws, :user, :bot, 'T', now(), now());
INSERT INTO messages (id, workspace_id, user_id, conversation_id, role, text, state, citations, created_at)
  VALUES (gen_random_uuid(), :ws, :user, :conversation, 'user', 't', 'complete', '[]', now());
INSERT INTO turns (id, workspace_id, user_id, conversation_id, bot_id, bot_version, user_message_id,
    assistant_message_id, state, epoch, created_at)
  VALUES (:turn, :ws, :user, :conversation, :bot, 1, gen_random_uuid(), gen_random_uuid(), 'done', 1, now());
INSERT INTO conversation_summaries (message_id, workspace_id, user_id, conversation_id, text, model,
    created_at)
  VALUES (gen_random_uuid(), :ws, :user, :conversation, 's', 'm', now());
INSERT INTO conversation_shares (id, workspace_id, user_id, conversation_id, leaf_id, title, audience,
    token_hash,
    created_at)
  VALUES (gen_random_uuid(), :ws, :user, :conversation, gen_random_uuid(), 'T', 'workspace',
    uuid_send(gen_random_uuid()), now());
INSERT INTO message_feedback (message_id, user_id, id, workspace_id, conversation_id, rating, comment,
    updated_at)
  VALUES (gen_random_uuid(), :user, gen_random_uuid(), :ws, :conversation, 'up', '', now());
INSERT INTO message_index (message_id, workspace_id, user_id, conversation_id, length)
  VALUES (gen_random_uuid(), :ws, :user, :conversation, 1);
INSERT INTO message_terms (workspace_id, user_id, term, message_key, conversation_id, frequency, length)
  VALUES (:ws, :user, 't', 1, :conversation, 1, 1);
INSERT INTO turn_rounds (turn_id, number, workspace_id, user_id, reply, uses)
  VALUES (:turn, 1, :ws, :user, '{}', '[]');
INSERT INTO turn_steps (turn_id, call_id, round, place, workspace_id, user_id, call, description,
    changes_things, state, output, citations, duration_ms)
  VALUES (:turn, '1-1', 1, 1, :ws, :user, '{}', '', true, 'pending', '', '[]', 0);
INSERT INTO embedding_spaces (workspace_id, active_model) VALUES (:ws, 'm');
INSERT INTO vector_mirrors (workspace_id, store, state) VALUES (:ws, 's', 'leaving');
INSERT INTO vector_changes (workspace_id, chunk_id, model) VALUES (:ws, 1, 'm');
INSERT INTO webhooks (id, workspace_id, url, description, events, enabled, sealed, created_by, created_at)
  VALUES (:webhook, :ws, 'u', '', '{document.ready}', true, CAST('' AS bytea), :user, now());
INSERT INTO webhook_events (id, workspace_id, type, at, body)
  VALUES (:event, :ws, 'document.ready', now(), '{}');
INSERT INTO webhook_deliveries (id, workspace_id, webhook_id, event_id, state, due_at)
  VALUES (gen_random_uuid(), :ws, :webhook, :event, 'waiting', now());
INSERT INTO imports (id, workspace_id, collection_id, url, hosts, most_pages, if_exists, state, created_by,
    created_at)
  VALUES (:import, :ws, :collection, 'u', '{}', 1, 'replace', 'running', :user, now());
INSERT INTO usage (id, workspace_id, user_id, model, purpose, at, input_tokens, output_tokens, cached_tokens,
    estimated)
  VALUES (gen_random_uuid(), :ws, :user, 'm', 'answer', now(), 1, 1, 0, false);
INSERT INTO budget_limits (workspace_id, holder, period, tokens) VALUES (:ws, 'workspace', 'day', 1);
INSERT INTO spending (workspace_id, holder_id, period, starts_on, spent_micros, spent_tokens, held_micros,
    held_tokens)
  VALUES (:ws, :ws, 'day', now(), 0, 0, 0, 0);
INSERT INTO reservations (id, workspace_id, user_id, epoch, day, month, micros, tokens, expires_at)
  VALUES (gen_random_uuid(), :ws, :user, 0, now(), now(), 0, 0, now());
INSERT INTO cached_answers (workspace_id, key, bot_id, answer, created_at, expires_at)
  VALUES (:ws, 'k', :bot, '{}', now(), now());
INSERT INTO turn_events (turn_id, seq, workspace_id, user_id, epoch, at, type, data)
  VALUES (:turn, 1, :ws, :user, 1, now(), 'turn.started', '{}')
"""

_DOCUMENT_ROWS = """
INSERT INTO documents (id, workspace_id, collection_id, name, media_type, size_bytes, sha256, file_key, state,
    progress, chunk_count, term_count, principals, created_by, created_at, updated_at)
  VALUES (:document, :ws, :collection, 'D', 'text/plain', 1, '', 'k', 'ready', 1, 1, 1,
    CAST(:principals AS uuid[]), :user, now(), now());
INSERT INTO web_pages (document_id, workspace_id, collection_id, url, url_hash)
  VALUES (:document, :ws, :collection, 'u', CAST('' AS bytea));
INSERT INTO import_pages (import_id, document_id, workspace_id, outcome)
  VALUES (:import, :document, :ws, 'created');
INSERT INTO chunks (workspace_id, collection_id, document_id, ordinal, text, heading_path, char_start,
    char_end, principals)
  VALUES (:ws, :collection, :document, 0, 't', '{}', 0, 1, CAST(:principals AS uuid[]));
INSERT INTO chunk_terms (workspace_id, collection_id, term, chunk_id, document_id, frequency, length,
    principals)
  SELECT workspace_id, collection_id, 't', id, document_id, 1, 1, principals FROM chunks
  WHERE document_id = :document;
INSERT INTO term_blocks (workspace_id, collection_id, term, principals, first_chunk, last_chunk, postings)
  VALUES (:ws, :collection, 't', CAST(:principals AS uuid[]), 1, 1, int8send(65537));
INSERT INTO document_terms (document_id, workspace_id, collection_id, principals, chunk_ids, terms)
  VALUES (:document, :ws, :collection, CAST(:principals AS uuid[]), '{1}', '{t}');
INSERT INTO dead_postings (workspace_id, collection_id, principals, chunk_ids, terms)
  VALUES (:ws, :collection, CAST(:principals AS uuid[]), '{2}', '{t}');
INSERT INTO chunk_vectors (chunk_id, model, workspace_id, collection_id, document_id, principals, embedding)
  SELECT id, 'm', workspace_id, collection_id, document_id, principals, '[1,0]' FROM chunks
  WHERE document_id = :document
"""


async def store(database: Database) -> Stored:
    stored = Stored()
    values = {
        "ws": stored.workspace_id,
        "user": stored.user_id,
        "collection": stored.collection_id,
        "bot": uuid4(),
        "group": uuid4(),
        "conversation": uuid4(),
        "turn": uuid4(),
        "webhook": uuid4(),
        "event": uuid4(),
        "import": uuid4(),
    }
    documents = (
        {"document": stored.open_document, "principals": None},
        {"document": stored.closed_document, "principals": [stored.reader]},
    )
    async with database.begin_platform() as tx:
        for statement in _ROWS.split(";\n"):
            await execute(tx, text(statement), values)
        for document in documents:
            for statement in _DOCUMENT_ROWS.split(";\n"):
                await execute(tx, text(statement), values | document)
    return stored
