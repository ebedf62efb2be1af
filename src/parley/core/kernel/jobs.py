"""The job port: work that outlives the request, enqueued in the caller's own transaction."""

from dataclasses import dataclass
from typing import ClassVar, Protocol

from parley.core.kernel.ids import WorkspaceId
from parley.core.kernel.transactions import Transaction


@dataclass(frozen=True, slots=True)
class Job:
    """Base of job payloads: frozen, of JSON types and UUIDs only. A job may run twice and must bear it."""

    name: ClassVar[str]

    workspace_id: WorkspaceId


class JobQueue(Protocol):
    async def enqueue(self, tx: Transaction, job: Job) -> None:
        """Runs `job` on some worker once `tx` commits; never when it rolls back."""
        ...

    async def enqueue_once(self, tx: Transaction, job: Job) -> None:
        """The same, unless an equal job waits already or is running."""
        ...
