"""The tables of webhooks as SQLAlchemy Core sees them."""

from sqlalchemy import Boolean, Column, DateTime, Integer, LargeBinary, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY

from parley.adapters.database.tables import metadata

_Time = DateTime(timezone=True)

webhooks = Table(
    "webhooks",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("workspace_id", Uuid, nullable=False),
    Column("url", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("events", ARRAY(Text), nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("disabled_reason", Text, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("sealed_before", LargeBinary),
    Column("before_until", _Time),
    Column("failing_since", _Time),
    Column("failures", Integer, nullable=False),
    Column("held_until", _Time),
    Column("created_by", Uuid, nullable=False),
    Column("created_at", _Time, nullable=False),
)

webhook_events = Table(
    "webhook_events",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("workspace_id", Uuid, nullable=False),
    Column("type", Text, nullable=False),
    Column("at", _Time, nullable=False),
    Column("body", Text, nullable=False),
)

webhook_deliveries = Table(
    "webhook_deliveries",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("workspace_id", Uuid, nullable=False),
    Column("webhook_id", Uuid, nullable=False),
    Column("event_id", Uuid, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_at", _Time, nullable=False),
    Column("attempted_at", _Time),
    Column("status", Integer),
    Column("error", Text, nullable=False),
    Column("duration_ms", Integer),
)
