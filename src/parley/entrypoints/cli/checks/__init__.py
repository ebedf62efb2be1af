"""What `parley doctor` looks at. Every check only reads: it starts nothing and changes nothing."""

from dataclasses import dataclass
from enum import StrEnum

from parley.core.kernel.errors import ParleyError


class Status(StrEnum):
    OK = "ok"
    WARNING = "warning"
    """Parley works, though with less."""
    FAILED = "failed"
    """Parley does not work, or not as it is set up to."""
    SKIPPED = "skipped"
    """Could not be looked at now."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report; `mend` says what to do about a warning or a failure."""

    part: str
    status: Status
    detail: str
    mend: str = ""

    @classmethod
    def of(cls, part: str, error: ParleyError) -> "Finding":
        return cls(part, Status.FAILED, error.detail, error.hint)
