"""How vectors stand in stores: under which names, readable by whom, and in which order they come back."""

from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from uuid import UUID

from parley.core.kernel.ids import WorkspaceId
from parley.core.kernel.transactions import Scope, transaction_is_open
from parley.core.knowledge.model import ScoredChunk, StoredVector, WrongDimension

EVERYONE = "*"
"""Stands among the readers of what the whole workspace may read."""

_MODEL_DIGITS = 12
_SAME_SCORE_DIGITS = 6
"""Single precision tells no more: what differs only behind them is equal, and ordered by key."""


def readers(principals: frozenset[UUID] | None) -> list[str]:
    """Who may read it, as stores hold it; an empty list is nobody."""
    return [EVERYONE] if principals is None else sorted(principal.hex for principal in principals)


def readable_as(scope: Scope) -> list[str]:
    """A scope may read what has one of these among its readers."""
    return [EVERYONE, *sorted(principal.hex for principal in scope.principals)]


def of_model(prefix: str, model: str) -> str:
    """The name of what holds a model's vectors; lower-case letters, digits and hyphens, any model's name."""
    return f"{prefix}-{sha256(model.encode()).hexdigest()[:_MODEL_DIGITS]}"


def of_workspace(prefix: str, workspace_id: WorkspaceId, model: str = "") -> str:
    """The name of what holds a workspace's vectors of a model; without one, how all of them begin."""
    whole = f"{prefix}-{workspace_id.hex}-"
    return of_model(whole[:-1], model) if model else whole


def ranked(found: Iterable[tuple[int, float]], limit: int) -> tuple[ScoredChunk, ...]:
    """Keys and cosines as `VectorSearch.nearest` promises them."""
    ordered = sorted(found, key=lambda each: (-round(each[1], _SAME_SCORE_DIGITS), each[0]))
    return tuple(ScoredChunk(key, score) for key, score in ordered[:limit])


def dimension_of(model: str, vectors: Sequence[StoredVector]) -> int:
    """Of all of them. Raises WrongDimension where they differ."""
    first = len(vectors[0].vector)
    for each in vectors:
        same_dimension(model, first, len(each.vector))
    return first


def same_dimension(model: str, stored: int, got: int) -> None:
    """Raises WrongDimension."""
    if stored != got:
        raise WrongDimension(model, stored=stored, got=got)


def cut(vectors: Sequence[StoredVector], most: int) -> Iterator[Sequence[StoredVector]]:
    """In order, at most `most` at a time."""
    for start in range(0, len(vectors), most):
        yield vectors[start : start + most]


def refuse_in_transaction() -> None:
    """No transaction waits for another machine, or for a disk that is not the database's."""
    if transaction_is_open():
        raise RuntimeError("A vector store was called inside a database transaction.")
