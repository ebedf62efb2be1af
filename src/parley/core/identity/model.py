"""Values of identity: users, sessions, callers and what can go wrong with them."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from parley.core.kernel.errors import ErrorKind, ParleyError
from parley.core.kernel.ids import UserId, WorkspaceId

SessionId = NewType("SessionId", UUID)
ApiKeyId = NewType("ApiKeyId", UUID)

MIN_PASSWORD_CHARS = 10
MAX_PASSWORD_CHARS = 256


@dataclass(frozen=True, slots=True)
class User:
    id: UserId
    email: str
    name: str
    password_hash: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Session:
    """One sign-in on one device. Each refresh replaces the token and keeps the session."""

    id: SessionId
    user_id: UserId
    refresh_hash: str
    """Of the only refresh token that is good now."""
    expires_at: datetime
    created_at: datetime
    revoked_at: datetime | None = None


class KeyScope(StrEnum):
    """What an API key may be used for; each route says which it asks for, and most take no key at all."""

    CHAT = "chat"
    """Ask bots, follow and stop the turns."""
    MODELS = "models"
    """List the bots, as models of the OpenAI-compatible API."""
    EMBEDDINGS = "embeddings"
    DOCUMENTS_READ = "documents.read"
    DOCUMENTS_WRITE = "documents.write"
    MCP = "mcp"
    """Ask bots and search collections as an MCP client."""


@dataclass(frozen=True, slots=True)
class KeyGrant:
    """How far an API key reaches: never further than the user who made it."""

    key_id: ApiKeyId
    workspace_id: WorkspaceId
    scopes: frozenset[KeyScope]
    bots: frozenset[UUID] | None
    """The only bots it may ask; None: every bot of the workspace."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: proven by an access token or an API key, or the owner of a turn that outlived its request.

    What they may do is `Authorizer`'s decision.
    """

    user_id: UserId
    session_id: SessionId | None = None
    valid_until: datetime | None = field(default=None, compare=False)
    """When the proof expires; None where it does not. A connection that lives longer needs another."""
    key: KeyGrant | None = None
    """Of the API key that proves it; None: whatever the user may do."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    user: User
    access_token: str
    refresh_token: str
    expires_in_s: int
    """Seconds until the access token expires."""


class EmailTaken(ParleyError):
    code = "email_taken"
    kind = ErrorKind.CONFLICT

    def __init__(self, email: str) -> None:
        super().__init__(f"There is already an account for {email}.", hint="Sign in instead.")


class WeakPassword(ParleyError):
    code = "weak_password"
    kind = ErrorKind.INVALID

    def __init__(self, why: str) -> None:
        super().__init__(why, hint="A few unrelated words make a good password.")


class WrongCredentials(ParleyError):
    code = "wrong_credentials"
    kind = ErrorKind.UNAUTHENTICATED

    def __init__(self) -> None:
        super().__init__("The e-mail address or the password is wrong.", hint="Try again.")


class InvalidToken(ParleyError):
    """The token is missing, expired, forged, revoked or used twice; `detail` says which."""

    code = "invalid_token"
    kind = ErrorKind.UNAUTHENTICATED

    def __init__(self, why: str) -> None:
        super().__init__(why, hint="Sign in again.")


class InvalidApiKey(ParleyError):
    """The key is misspelt, unknown, revoked or expired; `detail` says which."""

    code = "invalid_api_key"
    kind = ErrorKind.UNAUTHENTICATED

    def __init__(self, why: str) -> None:
        super().__init__(why, hint="Ask an admin of the workspace for a new key.")


class MissingScope(ParleyError):
    """The API key is good, but was not made for this."""

    code = "missing_scope"
    kind = ErrorKind.FORBIDDEN

    def __init__(self, needed: str | None) -> None:
        if needed is None:
            super().__init__("An API key cannot be used here.", hint="Sign in, and send the access token.")
        else:
            super().__init__(
                f"This API key lacks the scope {needed}.",
                hint="Ask an admin of the workspace for a key that has it.",
            )


class RegistrationClosed(ParleyError):
    code = "registration_closed"
    kind = ErrorKind.FORBIDDEN

    def __init__(self) -> None:
        super().__init__(
            "This server takes no new accounts.",
            hint="Ask its administrator, who can set PARLEY_REGISTRATION=open.",
        )
