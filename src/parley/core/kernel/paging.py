"""Cursor paging: lists are read in pages, newest or first by name, never by offset."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from parley.core.kernel.errors import InvalidInput

T = TypeVar("T")

MAX_PAGE_SIZE = 200


@dataclass(frozen=True, slots=True)
class PageRequest:
    """`size` rows at most, beginning after `after` (the position a former page ended at)."""

    size: int = 50
    after: tuple[str, ...] | None = None

    @classmethod
    def parse(cls, cursor: str | None, size: int, *, fields: int) -> "PageRequest":
        """Decode a cursor made by `Page.next_cursor`; raises InvalidInput for any other text."""
        if cursor is None:
            return cls(size=size)
        try:
            decoded = urlsafe_b64decode(cursor.encode("ascii") + b"==").decode()
        except ValueError:
            decoded = ""
        parts = tuple(decoded.split("\x1f"))
        if len(parts) != fields or not all(parts):
            raise InvalidInput(
                "The cursor is not one this list gave out.",
                hint="Pass next_cursor of the previous page unchanged, or leave it out to begin anew.",
            )
        return cls(size=size, after=parts)


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    items: tuple[T, ...]
    next_cursor: str | None = None

    @classmethod
    def cut(
        cls, rows: Sequence[T], request: PageRequest, position: Callable[[T], tuple[str, ...]]
    ) -> "Page[T]":
        """Cut rows that were read with a limit of `size + 1`; `position` gives the cursor's fields."""
        if len(rows) <= request.size:
            return cls(tuple(rows))
        items = tuple(rows[: request.size])
        cursor = urlsafe_b64encode("\x1f".join(position(items[-1])).encode()).decode("ascii").rstrip("=")
        return cls(items, cursor)
