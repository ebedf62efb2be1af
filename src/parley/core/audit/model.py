"""Values of the audit record."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from parley.core.kernel.ids import UserId, WorkspaceId


@dataclass(frozen=True, slots=True)
class AuditEntry:
    id: UUID
    at: datetime
    workspace_id: WorkspaceId | None
    actor_id: UserId | None
    action: str
    """Noun and verb, such as `bot.created`."""
    subject_id: UUID | None = None
    detail: dict[str, str] = field(default_factory=dict)
    """Short facts for a reader; never content or secrets."""
