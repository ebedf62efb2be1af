"""The tables of use, budgets and cached answers as SQLAlchemy Core sees them."""

from sqlalchemy import BigInteger, Boolean, Column, Date, DateTime, Integer, LargeBinary, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from parley.adapters.database.tables import metadata

usage = Table(
    "usage",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("workspace_id", Uuid, nullable=False),
    Column("user_id", Uuid, nullable=False),
    Column("bot_id", Uuid),
    Column("turn_id", Uuid),
    Column("model", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("input_tokens", BigInteger, nullable=False),
    Column("output_tokens", BigInteger, nullable=False),
    Column("cached_tokens", BigInteger, nullable=False),
    Column("cost_micros", BigInteger),
    Column("estimated", Boolean, nullable=False),
)

budget_limits = Table(
    "budget_limits",
    metadata,
    Column("workspace_id", Uuid, primary_key=True),
    Column("holder", Text, primary_key=True),
    Column("period", Text, primary_key=True),
    Column("cost_micros", BigInteger),
    Column("tokens", BigInteger),
)

spending = Table(
    "spending",
    metadata,
    Column("workspace_id", Uuid, primary_key=True),
    Column("holder_id", Uuid, primary_key=True),
    Column("period", Text, primary_key=True),
    Column("starts_on", Date, primary_key=True),
    Column("spent_micros", BigInteger, nullable=False),
    Column("spent_tokens", BigInteger, nullable=False),
    Column("held_micros", BigInteger, nullable=False),
    Column("held_tokens", BigInteger, nullable=False),
)

reservations = Table(
    "reservations",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("workspace_id", Uuid, nullable=False),
    Column("user_id", Uuid, nullable=False),
    Column("turn_id", Uuid),
    Column("epoch", Integer, nullable=False),
    Column("day", Date, nullable=False),
    Column("month", Date, nullable=False),
    Column("micros", BigInteger, nullable=False),
    Column("tokens", BigInteger, nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
)

cached_answers = Table(
    "cached_answers",
    metadata,
    Column("workspace_id", Uuid, primary_key=True),
    Column("key", LargeBinary, primary_key=True),
    Column("bot_id", Uuid, nullable=False),
    Column("answer", JSONB, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
)
