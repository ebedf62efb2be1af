"""The embedded PostgreSQL: a server below the data folder that lives and ends with the application."""

from parley.adapters.postgres.configuration import APP_ROLE, DATABASE, OWNER_ROLE, PLATFORM_ROLE
from parley.adapters.postgres.embedded import EmbeddedConfig, EmbeddedPostgres, PostgresAddress
from parley.adapters.postgres.errors import EmbeddedPostgresError

__all__ = [
    "APP_ROLE",
    "DATABASE",
    "OWNER_ROLE",
    "PLATFORM_ROLE",
    "EmbeddedConfig",
    "EmbeddedPostgres",
    "EmbeddedPostgresError",
    "PostgresAddress",
]
