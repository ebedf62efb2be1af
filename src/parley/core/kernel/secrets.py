"""Secrets at rest as a port: what is stored of them is unreadable without this server's own key."""

from typing import Protocol

from parley.core.kernel.errors import ErrorKind, ParleyError


class SecretBox(Protocol):
    def seal(self, plain: str, context: str) -> bytes:
        """Encrypted for one place of storage: `context` names it (such as `tool_servers:<id>`)."""
        ...

    def open(self, sealed: bytes, context: str) -> str:
        """Raises SecretUnreadable when it was changed, moved to another place, or sealed with another key."""
        ...


class SecretUnreadable(ParleyError):
    code = "secret_unreadable"
    kind = ErrorKind.UNAVAILABLE

    def __init__(self) -> None:
        super().__init__(
            "A stored secret cannot be decrypted with this server's key.",
            hint="Give PARLEY_SECRET_KEY the value it had when the secret was stored, or store it again.",
        )
