"""What the server's health says of the vector store beside the database."""

from parley.adapters.database.mirrors import PostgresMirrors
from parley.adapters.vectors import VECTOR_STORES
from parley.bootstrap.parts import Parts
from parley.settings import Settings
from parley.web.deps import PartHealth


async def mirror_health(settings: Settings, parts: Parts) -> list[PartHealth]:
    """Nothing where the database itself is searched. Raises DatabaseUnavailable."""
    if settings.vector.store not in VECTOR_STORES:
        return []
    async with parts.database.begin_platform() as tx:
        told = await PostgresMirrors().summary(tx)
    behind = told.mirrored - told.ready
    detail = f"{settings.vector.store}: {told.ready} of {told.mirrored} workspaces are mirrored"
    if told.failing:
        detail += f", {told.failing} cannot be brought up to date; the log tells why"
    elif behind:
        detail += "; the others are searched in the database until they are"
    return [PartHealth("vector store", "degraded" if told.failing else "ok", detail)]
