"""Access tokens as signed JWTs, and refresh tokens of which only a hash is kept."""

import hashlib
import hmac
import secrets
from datetime import UTC, datetime, timedelta
from uuid import UUID

import jwt

from parley.core.identity.model import Caller, InvalidToken, SessionId
from parley.core.kernel.clock import Clock
from parley.core.kernel.ids import UserId

ACCESS_TOKEN_LENGTH = timedelta(minutes=15)

_ALGORITHM = "HS256"
_ISSUER = "parley"
_AUDIENCE = "parley-api"
_CLAIMS = ("iss", "aud", "sub", "sid", "iat", "exp")
_REFRESH_SECRET_BYTES = 32


class JwtTokens:
    """Tokens of one server; replicas with the same `secret_key` accept each other's."""

    def __init__(self, secret_key: str, clock: Clock) -> None:
        # A key of its own, so that nothing else made with the secret key can pass as a token.
        self._key = hmac.digest(secret_key.encode(), b"parley access token", "sha256")
        self._clock = clock

    def issue_access(self, caller: Caller, now: datetime) -> tuple[str, int]:
        if caller.session_id is None:
            raise ValueError("Only a caller with a session gets an access token.")
        claims = {
            "iss": _ISSUER,
            "aud": _AUDIENCE,
            "sub": str(caller.user_id),
            "sid": str(caller.session_id),
            "iat": now,
            "exp": now + ACCESS_TOKEN_LENGTH,
        }
        token = jwt.encode(claims, self._key, algorithm=_ALGORITHM)
        return token, int(ACCESS_TOKEN_LENGTH.total_seconds())

    def read_access(self, token: str) -> Caller:
        try:
            claims = jwt.decode(
                token,
                self._key,
                algorithms=[_ALGORITHM],
                issuer=_ISSUER,
                audience=_AUDIENCE,
                # Times are compared below, by the clock that was handed in.
                options={"require": list(_CLAIMS), "verify_exp": False, "verify_iat": False},
            )
            expires_at = datetime.fromtimestamp(claims["exp"], UTC)
            caller = Caller(UserId(UUID(claims["sub"])), SessionId(UUID(claims["sid"])), expires_at)
        except (jwt.InvalidTokenError, ValueError, TypeError, AttributeError, OverflowError):
            raise InvalidToken("The access token is not one that this server made.") from None
        if expires_at <= self._clock.now():
            raise InvalidToken("The access token has expired.")
        return caller

    def new_refresh(self, session_id: SessionId) -> tuple[str, str]:
        token = f"{session_id.hex}.{secrets.token_urlsafe(_REFRESH_SECRET_BYTES)}"
        return token, _hash(token)

    def read_refresh(self, token: str) -> tuple[SessionId, str]:
        session, dot, secret = token.partition(".")
        try:
            session_id = SessionId(UUID(hex=session))
        except ValueError:
            session_id = None
        if session_id is None or not dot or not secret:
            raise InvalidToken("The refresh token is not one that this server made.")
        return session_id, _hash(token)


def _hash(token: str) -> str:
    # A plain hash is enough: the secret is 256 random bits, which no one can guess through.
    return hashlib.sha256(token.encode()).hexdigest()
