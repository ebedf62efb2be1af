"""The table of what each workspace stores in all, as SQLAlchemy Core sees it."""

from sqlalchemy import BigInteger, Column, Table, Uuid

from parley.adapters.database.tables import metadata

document_totals = Table(
    "document_totals",
    metadata,
    Column("workspace_id", Uuid, primary_key=True),
    Column("documents", BigInteger, nullable=False),
    Column("bytes", BigInteger, nullable=False),
)
