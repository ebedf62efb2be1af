"""Reads the parts of a paging cursor back into the types of the columns they came from."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar
from uuid import UUID

from parley.core.kernel.errors import InvalidInput

T = TypeVar("T")


def as_uuid(part: str) -> UUID:
    return _read(UUID, part)


def as_time(part: str) -> datetime:
    """Raises InvalidInput also for a time without its zone, which no cursor of ours holds."""
    moment = _read(datetime.fromisoformat, part)
    if moment.tzinfo is None:
        raise _foreign_cursor()
    return _read(lambda _: moment.astimezone(UTC), part)


def as_int(part: str) -> int:
    number = _read(int, part)
    # Past the column's range the database would refuse the statement.
    if not -(2**31) <= number < 2**31:
        raise _foreign_cursor()
    return number


def _read(read: Callable[[str], T], part: str) -> T:
    try:
        return read(part)
    except (ValueError, OverflowError):
        raise _foreign_cursor() from None


def _foreign_cursor() -> InvalidInput:
    return InvalidInput(
        "The cursor is not one this list gave out.",
        hint="Pass next_cursor of the previous page unchanged, or leave it out to begin anew.",
    )
