"""The use cases of API keys over the database."""

import time

from parley.adapters.database.audit import PostgresAuditLog
from parley.adapters.database.bots import PostgresBots
from parley.adapters.database.workspaces import PostgresMemberships
from parley.bootstrap.parts import Parts
from parley.core.workspaces.api_keys import ApiKeyService
from parley.core.workspaces.authorize import Authorizer
from parley.core.workspaces.ports import ApiKeys


def api_key_service(parts: Parts, keys: ApiKeys) -> ApiKeyService:
    return ApiKeyService(
        parts.database,
        Authorizer(parts.database, PostgresMemberships()),
        keys,
        PostgresBots(),
        PostgresAuditLog(),
        (parts.clock, time.monotonic),
    )
