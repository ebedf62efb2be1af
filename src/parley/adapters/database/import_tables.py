"""The tables of pages of the web and of their imports as SQLAlchemy Core sees them."""

from sqlalchemy import Column, DateTime, Integer, LargeBinary, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from parley.adapters.database.tables import metadata

_Time = DateTime(timezone=True)

web_pages = Table(
    "web_pages",
    metadata,
    Column("document_id", Uuid, primary_key=True),
    Column("workspace_id", Uuid, nullable=False),
    Column("collection_id", Uuid, nullable=False),
    Column("url", Text, nullable=False),
    Column("url_hash", LargeBinary, nullable=False),
    Column("etag", Text, nullable=False),
    Column("last_modified", Text, nullable=False),
    Column("fetched_at", _Time),
)

imports = Table(
    "imports",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("workspace_id", Uuid, nullable=False),
    Column("collection_id", Uuid, nullable=False),
    Column("url", Text, nullable=False),
    Column("hosts", ARRAY(Text), nullable=False),
    Column("most_pages", Integer, nullable=False),
    Column("if_exists", Text, nullable=False),
    Column("restricted_to", ARRAY(Uuid)),
    Column("state", Text, nullable=False),
    Column("found", Integer, nullable=False),
    Column("skipped", Integer, nullable=False),
    Column("problems", JSONB, nullable=False),
    Column("failure", JSONB),
    Column("created_by", Uuid, nullable=False),
    Column("created_at", _Time, nullable=False),
    Column("finished_at", _Time),
)

import_pages = Table(
    "import_pages",
    metadata,
    Column("import_id", Uuid, primary_key=True),
    Column("document_id", Uuid, primary_key=True),
    Column("workspace_id", Uuid, nullable=False),
    Column("outcome", Text, nullable=False),
)

web_hosts = Table(
    "web_hosts",
    metadata,
    Column("host", Text, primary_key=True),
    Column("free_at", _Time, nullable=False),
)
