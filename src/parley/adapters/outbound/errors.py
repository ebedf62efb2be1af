"""What goes wrong when Parley asks another machine; each caller tells it in its own terms."""

from parley.core.kernel.errors import ErrorKind, ParleyError


class FetchFailed(ParleyError):
    """No usable reply came. The detail names the host, and no address inside the network."""

    code = "fetch_failed"
    kind = ErrorKind.UNAVAILABLE


class ReplyTooLarge(FetchFailed):
    """The reply passes the limit of whoever asked."""

    code = "reply_too_large"


class AddressRefused(FetchFailed):
    """The address is one that Parley does not speak to."""

    code = "address_refused"
    kind = ErrorKind.INVALID

    def __init__(self, detail: str, *, hint: str = "Use another address.") -> None:
        super().__init__(detail, hint=hint)
