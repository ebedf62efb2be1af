"""The tables of groups as SQLAlchemy Core sees them."""

from sqlalchemy import Column, DateTime, Table, Text, Uuid

from parley.adapters.database.tables import metadata

groups = Table(
    "groups",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("workspace_id", Uuid, nullable=False),
    Column("name", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
)

group_members = Table(
    "group_members",
    metadata,
    Column("workspace_id", Uuid, primary_key=True),
    Column("user_id", Uuid, primary_key=True),
    Column("group_id", Uuid, primary_key=True),
    Column("added_at", DateTime(timezone=True), nullable=False),
)
