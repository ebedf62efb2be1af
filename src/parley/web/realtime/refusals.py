"""Why a socket is not opened, or is ended, or a frame on it refused."""

from parley.core.kernel.errors import ErrorKind, ParleyError
from parley.web.errors import STATUS

_CLOSE_CODES_FROM = 4000


def close_code(error: ParleyError) -> int:
    """4000 and the HTTP status that the error has elsewhere."""
    return _CLOSE_CODES_FROM + STATUS[error.kind]


class NotAuthenticated(ParleyError):
    code = "not_authenticated"
    kind = ErrorKind.UNAUTHENTICATED

    def __init__(self, why: str) -> None:
        super().__init__(why, hint='Begin with the frame {"type": "auth", "token": …}.')


class TokenExpired(ParleyError):
    code = "token_expired"
    kind = ErrorKind.UNAUTHENTICATED

    def __init__(self) -> None:
        super().__init__(
            "The access token of this socket has expired.",
            hint="Connect again with a fresh one; next time send one before `expires_in` has passed.",
        )


class OtherUser(ParleyError):
    code = "other_user"
    kind = ErrorKind.FORBIDDEN

    def __init__(self) -> None:
        super().__init__(
            "The token belongs to another user than the socket.", hint="Open a socket for each user."
        )


class ForeignOrigin(ParleyError):
    code = "foreign_origin"
    kind = ErrorKind.FORBIDDEN

    def __init__(self, origin: str) -> None:
        super().__init__(
            f"A page of {origin} may not open a socket here.",
            hint="Open it from a page of this server; a proxy in between must keep the Host header.",
        )


class NotText(ParleyError):
    code = "binary_frame"
    kind = ErrorKind.UNSUPPORTED

    def __init__(self) -> None:
        super().__init__("A binary frame came.", hint="Send JSON in text frames.")


class TooManySockets(ParleyError):
    code = "too_many_sockets"
    kind = ErrorKind.LIMITED

    def __init__(self, limit: int) -> None:
        super().__init__(
            f"You already have {limit} sockets open, which is the limit.",
            hint="Close one; one socket carries many turns.",
        )


class TooManySubscriptions(ParleyError):
    code = "too_many_subscriptions"
    kind = ErrorKind.LIMITED

    def __init__(self, limit: int) -> None:
        super().__init__(
            f"This socket already follows {limit} turns, which is the limit.",
            hint="Unsubscribe from one, or wait for one to end.",
        )


class TooManyFrames(ParleyError):
    code = "too_many_frames"
    kind = ErrorKind.LIMITED

    def __init__(self, per_second: float, at_once: int) -> None:
        super().__init__(
            f"More frames came than {per_second:g} a second and {at_once} at once.",
            hint="Connect again and send fewer.",
        )
