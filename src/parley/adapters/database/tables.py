"""The tables as SQLAlchemy Core sees them; the migrations make them, a test compares the two."""

from sqlalchemy import (
    JSON,
    REAL,
    BigInteger,
    Boolean,
    Column,
    Computed,
    DateTime,
    Identity,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.types import UserDefinedType

metadata = MetaData()

_Time = DateTime(timezone=True)


class HalfVector(UserDefinedType[list[float]]):
    """pgvector's `halfvec`; it crosses the wire as text."""

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        return "HALFVEC"


users = Table(
    "users",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("email", Text, nullable=False),
    Column("email_key", Text, Computed("lower(email)", persisted=True)),
    Column("name", Text, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("created_at", _Time, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("user_id", Uuid, nullable=False),
    Column("refresh_hash", Text, nullable=False),
    Column("expires_at", _Time, nullable=False),
    Column("created_at", _Time, nullable=False),
    Column("revoked_at", _Time),
)

workspaces = Table(
    "workspaces",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("created_at", _Time, nullable=False),
    Column("public_sharing", Boolean, nullable=False),
    Column("public_passages", Boolean, nullable=False),
)

memberships = Table(
    "memberships",
    metadata,
    Column("workspace_id", Uuid, primary_key=True),
    Column("user_id", Uuid, primary_key=True),
    Column("role", Text, nullable=False),
    Column("created_at", _Time, nullable=False),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("workspace_id", Uuid, nullable=False),
    Column("user_id", Uuid, nullable=False),
    Column("name", Text, nullable=False),
    Column("prefix", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Column("scopes", ARRAY(Text), nullable=False),
    Column("bots", ARRAY(Uuid)),
    Column("created_at", _Time, nullable=False),
    Column("expires_at", _Time),
    Column("last_used_at", _Time),
)

provider_keys = Table(
    "provider_keys",
    metadata,
    Column("workspace_id", Uuid, primary_key=True),
    Column("provider", Text, primary_key=True),
    Column("id", Uuid, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("last_four", Text, nullable=False),
    Column("set_by", Uuid, nullable=False),
    Column("set_at", _Time, nullable=False),
)

audit_log = Table(
    "audit_log",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("at", _Time, nullable=False),
    Column("workspace_id", Uuid),
    Column("actor_id", Uuid),
    Column("action", Text, nullable=False),
    Column("subject_id", Uuid),
    Column("detail", JSONB, nullable=False),
)

bots = Table(
    "bots",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("workspace_id", Uuid, nullable=False),
    Column("name", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("created_at", _Time, nullable=False),
    Column("updated_at", _Time, nullable=False),
)

bot_versions = Table(
    "bot_versions",
    metadata,
    Column("bot_id", Uuid, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("workspace_id", Uuid, nullable=False),
    Column("configuration", JSONB, nullable=False),
    Column("created_by", Uuid, nullable=False),
    Column("created_at", _Time, nullable=False),
)

collections = Table(
    "collections",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("workspace_id", Uuid, nullable=False),
    Column("name", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("created_at", _Time, nullable=False),
    Column("reading", Integer, nullable=False),
    Column("principals", ARRAY(Uuid)),
)

documents = Table(
    "documents",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("workspace_id", Uuid, nullable=False),
    Column("collection_id", Uuid, nullable=False),
    Column("name", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("file_key", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("failure", JSONB),
    Column("progress", REAL, nullable=False),
    Column("page_count", Integer),
    Column("chunk_count", Integer, nullable=False),
    Column("term_count", BigInteger, nullable=False),
    Column("principals", ARRAY(Uuid)),
    Column("created_by", Uuid, nullable=False),
    Column("created_at", _Time, nullable=False),
    Column("updated_at", _Time, nullable=False),
    Column("version", Integer, nullable=False),
    Column("notice", Text, nullable=False),
    Column("source_url", Text),
    Column("next_file_key", Text),
    Column("next_sha256", Text),
    Column("next_size_bytes", BigInteger),
    Column("next_media_type", Text),
    Column("next_source_url", Text),
    Column("epoch", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_at", _Time, nullable=False),
    Column("waits_behind", Boolean, nullable=False),
    Column("lease_owner", Uuid),
    Column("chunks_done", Integer, nullable=False),
    Column("chunks_total", Integer),
    Column("expected_at", _Time),
    Column("reading", Integer, nullable=False),
    Column("read_at", _Time),
    Column("title", Text),
)

chunks = Table(
    "chunks",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("workspace_id", Uuid, nullable=False),
    Column("collection_id", Uuid, nullable=False),
    Column("document_id", Uuid, nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("heading_path", ARRAY(Text), nullable=False),
    Column("page", Integer),
    Column("char_start", Integer, nullable=False),
    Column("char_end", Integer, nullable=False),
    Column("principals", ARRAY(Uuid)),
)

chunk_terms = Table(
    "chunk_terms",
    metadata,
    Column("workspace_id", Uuid, nullable=False),
    Column("collection_id", Uuid, primary_key=True),
    Column("term", Text, primary_key=True),
    Column("chunk_id", BigInteger, primary_key=True),
    Column("document_id", Uuid, nullable=False),
    Column("frequency", SmallInteger, nullable=False),
    Column("length", SmallInteger, nullable=False),
    Column("principals", ARRAY(Uuid)),
)

chunk_vectors = Table(
    "chunk_vectors",
    metadata,
    Column("chunk_id", BigInteger, primary_key=True),
    Column("model", Text, primary_key=True),
    Column("workspace_id", Uuid, nullable=False),
    Column("collection_id", Uuid, nullable=False),
    Column("document_id", Uuid, nullable=False),
    Column("principals", ARRAY(Uuid)),
    Column("embedding", HalfVector, nullable=False),
    Column("tokens", LargeBinary),
)

conversations = Table(
    "conversations",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("workspace_id", Uuid, nullable=False),
    Column("user_id", Uuid, nullable=False),
    Column("bot_id", Uuid),
    Column("title", Text, nullable=False),
    Column("created_at", _Time, nullable=False),
    Column("updated_at", _Time, nullable=False),
    Column("active_message_id", Uuid),
    Column("pinned_at", _Time),
    Column("title_source", Text, nullable=False),
    Column("idempotency_key", Text),
    Column("indexed_as_of", _Time),
    Column("source", Text),
    Column("external_user", Text),
)

conversation_summaries = Table(
    "conversation_summaries",
    metadata,
    Column("message_id", Uuid, primary_key=True),
    Column("workspace_id", Uuid, nullable=False),
    Column("user_id", Uuid, nullable=False),
    Column("conversation_id", Uuid, nullable=False),
    Column("text", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("created_at", _Time, nullable=False),
)

conversation_shares = Table(
    "conversation_shares",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("workspace_id", Uuid, nullable=False),
    Column("user_id", Uuid, nullable=False),
    Column("conversation_id", Uuid, nullable=False),
    Column("leaf_id", Uuid, nullable=False),
    Column("title", Text, nullable=False),
    Column("audience", Text, nullable=False),
    Column("token_hash", LargeBinary, nullable=False),
    Column("idempotency_key", Text),
    Column("created_at", _Time, nullable=False),
    Column("expires_at", _Time),
    Column("revoked_at", _Time),
)

message_feedback = Table(
    "message_feedback",
    metadata,
    Column("message_id", Uuid, primary_key=True),
    Column("user_id", Uuid, primary_key=True),
    Column("id", Uuid, nullable=False),
    Column("workspace_id", Uuid, nullable=False),
    Column("conversation_id", Uuid, nullable=False),
    Column("rating", Text, nullable=False),
    Column("reason", Text),
    Column("comment", Text, nullable=False),
    Column("updated_at", _Time, nullable=False),
)

message_index = Table(
    "message_index",
    metadata,
    Column("key", BigInteger, Identity(always=True), primary_key=True),
    Column("message_id", Uuid, nullable=False),
    Column("workspace_id", Uuid, nullable=False),
    Column("user_id", Uuid, nullable=False),
    Column("conversation_id", Uuid, nullable=False),
    Column("length", Integer, nullable=False),
    Column("model", Text, nullable=False),
    Column("embedding", HalfVector),
)

message_terms = Table(
    "message_terms",
    metadata,
    Column("workspace_id", Uuid, primary_key=True),
    Column("user_id", Uuid, primary_key=True),
    Column("term", Text, primary_key=True),
    Column("message_key", BigInteger, primary_key=True),
    Column("conversation_id", Uuid, nullable=False),
    Column("frequency", SmallInteger, nullable=False),
    Column("length", SmallInteger, nullable=False),
)

messages = Table(
    "messages",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("workspace_id", Uuid, nullable=False),
    Column("user_id", Uuid, nullable=False),
    Column("conversation_id", Uuid, nullable=False),
    Column("parent_id", Uuid),
    Column("role", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("citations", JSONB, nullable=False),
    Column("turn_id", Uuid),
    Column("created_at", _Time, nullable=False),
)

turns = Table(
    "turns",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("workspace_id", Uuid, nullable=False),
    Column("user_id", Uuid, nullable=False),
    Column("conversation_id", Uuid, nullable=False),
    Column("bot_id", Uuid, nullable=False),
    Column("bot_version", Integer, nullable=False),
    Column("user_message_id", Uuid, nullable=False),
    Column("assistant_message_id", Uuid, nullable=False),
    Column("idempotency_key", Text),
    Column("state", Text, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("lease_owner", Uuid),
    Column("lease_until", _Time),
    Column("cancel_requested", _Time),
    Column("receipt", JSONB),
    Column("created_at", _Time, nullable=False),
    Column("finished_at", _Time),
    Column("continues", Boolean, nullable=False),
)

turn_events = Table(
    "turn_events",
    metadata,
    Column("turn_id", Uuid, primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("workspace_id", Uuid, nullable=False),
    Column("user_id", Uuid, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("at", _Time, nullable=False),
    Column("type", Text, nullable=False),
    Column("data", JSON, nullable=False),
)

tool_servers = Table(
    "tool_servers",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("workspace_id", Uuid, nullable=False),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("configuration", JSONB, nullable=False),
    Column("url", Text, nullable=False),
    Column("tools", JSONB, nullable=False),
    Column("sealed_headers", LargeBinary),
    Column("header_names", ARRAY(Text), nullable=False),
    Column("created_by", Uuid, nullable=False),
    Column("created_at", _Time, nullable=False),
)
