"""What others are told when documents change."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol

from parley.core.kernel.transactions import Transaction
from parley.core.knowledge.model import Collection, Document


class DocumentChange(StrEnum):
    READY = "document.ready"
    """Searches find it for the first time, or find the same content read anew."""
    REPLACED = "document.replaced"
    """Searches find other content than before."""
    FAILED = "document.failed"
    """Its newest content could not be read; what searches found of it before, they still find."""
    REMOVED = "document.removed"


class DocumentEvents(Protocol):
    """Every change of a document's state passes here, in the transaction that makes it."""

    async def tell(self, tx: Transaction, change: DocumentChange, documents: Sequence[Document]) -> None:
        """All are of the transaction's workspace. They are as the change leaves them (state, version, file,
        failure); removed ones as they were. Told to others once `tx` commits, never when it rolls back."""
        ...


class CollectionEvents(Protocol):
    async def removed(self, tx: Transaction, collection: Collection) -> None:
        """It went with all its documents, of which none is told by itself; told to others as above."""
        ...
