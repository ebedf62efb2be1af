"""The base of every domain error: a stable code, a kind that edges translate, and a way out."""

from enum import StrEnum


class ErrorKind(StrEnum):
    """What sort of thing went wrong; each edge maps it to its own terms (HTTP status, exit code)."""

    INVALID = "invalid"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    TOO_LARGE = "too_large"
    UNSUPPORTED = "unsupported"
    LIMITED = "limited"
    UNAVAILABLE = "unavailable"


class ParleyError(Exception):
    """Base of all errors a person may read.

    `code` is stable and goes to API clients; `detail` names the thing and the limit;
    `hint` is the way out and may be empty. Neither may hold a secret.
    """

    code: str = "error"
    kind: ErrorKind = ErrorKind.INVALID

    def __init__(self, detail: str, *, hint: str = "") -> None:
        super().__init__(f"{detail} {hint}".strip())
        self.detail = detail
        self.hint = hint


class NotFound(ParleyError):
    """The thing does not exist, or the caller may not know that it does."""

    code = "not_found"
    kind = ErrorKind.NOT_FOUND

    def __init__(self, thing: str, thing_id: object) -> None:
        super().__init__(
            f"There is no {thing} {thing_id} that you can see.",
            hint="Check the id, and that you are signed in to the right workspace.",
        )


class InvalidInput(ParleyError):
    """A value breaks a rule that the edge could not check."""

    code = "invalid_input"
    kind = ErrorKind.INVALID


class Conflict(ParleyError):
    """The request contradicts what is stored."""

    code = "conflict"
    kind = ErrorKind.CONFLICT


def as_sentence(text: str) -> str:
    """Others' words may end without a full stop, and more is to follow."""
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."
