"""The transaction port: who may see what is part of opening one, and an open one is known to all."""

from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from parley.core.kernel.ids import UserId, WorkspaceId


class Scope(Protocol):
    """What row-level security is told; requests carry a `parley.core.workspaces.WorkspaceScope`."""

    @property
    def workspace_id(self) -> WorkspaceId: ...
    @property
    def user_id(self) -> UserId | None: ...
    @property
    def principals(self) -> frozenset[UUID]: ...


@dataclass(frozen=True, slots=True)
class Transaction:
    """A transaction that is open. Adapters subclass it to hold their connection; core only passes it on.

    Leaving the block that opened it commits; an exception rolls back. It must be closed before any
    wait on the network (see `transaction_is_open`).
    """

    workspace_id: WorkspaceId | None
    user_id: UserId | None


class Transactions(Protocol):
    def begin(self, scope: Scope) -> AbstractAsyncContextManager[Transaction]:
        """Sees one workspace, and in it only the documents that the scope's principals may read."""
        ...

    def begin_identity(self, user_id: UserId | None = None) -> AbstractAsyncContextManager[Transaction]:
        """Sees users and sessions, and the memberships of `user_id`; nothing that belongs to a workspace."""
        ...

    def begin_platform(
        self, workspace_id: WorkspaceId | None = None
    ) -> AbstractAsyncContextManager[Transaction]:
        """For Parley's own work (jobs, leases): sees all of one workspace, or of every one when None."""
        ...


_open_transactions: ContextVar[int] = ContextVar("open_transactions", default=0)


def transaction_is_open() -> bool:
    """Whether the current task holds a transaction; models and HTTP clients refuse to speak while it does."""
    return _open_transactions.get() > 0


@contextmanager
def marked_as_open() -> Iterator[None]:
    """Adapters wrap each transaction in this."""
    token = _open_transactions.set(_open_transactions.get() + 1)
    try:
        yield
    finally:
        _open_transactions.reset(token)
