"""The tables of what a vector store beside the database has still to learn."""

from sqlalchemy import BigInteger, Column, DateTime, Identity, Integer, Table, Text, Uuid

from parley.adapters.database.tables import metadata

_Time = DateTime(timezone=True)

vector_mirrors = Table(
    "vector_mirrors",
    metadata,
    Column("workspace_id", Uuid, primary_key=True),
    Column("store", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("noted_from", BigInteger),
    Column("whole_at", BigInteger),
    Column("leased_until", _Time, nullable=False),
    Column("served_at", _Time, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("failure", Text),
)

vector_changes = Table(
    "vector_changes",
    metadata,
    Column("workspace_id", Uuid, primary_key=True),
    Column("seq", BigInteger, Identity(always=True), primary_key=True),
    Column("chunk_id", BigInteger, nullable=False),
    Column("model", Text, nullable=False),
)
