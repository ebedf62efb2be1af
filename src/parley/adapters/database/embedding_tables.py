"""The table of embedding spaces as SQLAlchemy Core sees it."""

from sqlalchemy import REAL, Boolean, Column, DateTime, Integer, Table, Text, Uuid

from parley.adapters.database.tables import metadata

embedding_spaces = Table(
    "embedding_spaces",
    metadata,
    Column("workspace_id", Uuid, primary_key=True),
    Column("active_model", Text, nullable=False),
    Column("incomplete", Boolean, nullable=False),
    Column("building_model", Text),
    Column("passed_document", Uuid),
    Column("passed_ordinal", Integer),
    Column("chunks_per_s", REAL),
    Column("started_at", DateTime(timezone=True)),
    Column("finished_at", DateTime(timezone=True)),
    Column("error", Text, nullable=False),
    Column("removing", Boolean, nullable=False),
    Column("removed_document", Uuid),
    Column("due_at", DateTime(timezone=True)),
    Column("failures", Integer, nullable=False),
    Column("worked_at", DateTime(timezone=True)),
)
