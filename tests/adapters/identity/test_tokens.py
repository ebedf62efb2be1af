"""Tokens: what is signed is believed while it lasts, and nothing else is."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import jwt
import pytest

from parley.adapters.identity.tokens import ACCESS_TOKEN_LENGTH, JwtTokens
from parley.core.identity.model import Caller, InvalidToken, SessionId
from parley.core.kernel.ids import UserId

KEY = "a secret key that is long enough for it"
NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
CALLER = Caller(UserId(uuid4()), SessionId(uuid4()))


class FixedClock:
    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now


def at(now: datetime, key: str = KEY) -> JwtTokens:
    return JwtTokens(key, FixedClock(now))


def test_a_token_names_its_caller_until_it_expires() -> None:
    token, expires_in_s = at(NOW).issue_access(CALLER, NOW)
    assert expires_in_s == 900
    assert at(NOW).read_access(token) == CALLER
    assert at(NOW + ACCESS_TOKEN_LENGTH - timedelta(seconds=1)).read_access(token) == CALLER
    with pytest.raises(InvalidToken, match="has expired"):
        at(NOW + ACCESS_TOKEN_LENGTH).read_access(token)


def test_a_token_of_another_key_is_forged_also_when_it_expired() -> None:
    token, _ = at(NOW, "another key that is long enough too").issue_access(CALLER, NOW)
    for moment in (NOW, NOW + timedelta(days=1)):
        with pytest.raises(InvalidToken, match="not one that this server made"):
            at(moment).read_access(token)


def _claims() -> dict[str, Any]:
    token, _ = at(NOW).issue_access(CALLER, NOW)
    claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return claims


@pytest.mark.parametrize("claim", ["iss", "aud", "sub", "sid", "iat", "exp"])
def test_a_token_without_one_of_its_claims_is_refused(claim: str) -> None:
    tokens = at(NOW)
    claims = _claims()
    del claims[claim]
    with pytest.raises(InvalidToken, match="not one that this server made"):
        tokens.read_access(jwt.encode(claims, tokens._key, algorithm="HS256"))


@pytest.mark.parametrize(
    "change",
    [
        {"iss": "someone"},
        {"aud": "elsewhere"},
        {"sub": "nobody"},
        {"sid": 7},
        {"exp": "soon"},
        {"exp": 10**30},
    ],
)
def test_a_signed_token_with_claims_that_make_no_sense_is_refused(change: dict[str, Any]) -> None:
    tokens = at(NOW)
    with pytest.raises(InvalidToken, match="not one that this server made"):
        tokens.read_access(jwt.encode(_claims() | change, tokens._key, algorithm="HS256"))


def test_the_secret_key_itself_signs_nothing() -> None:
    forged = jwt.encode(_claims(), KEY, algorithm="HS256")
    with pytest.raises(InvalidToken):
        at(NOW).read_access(forged)


def test_a_caller_without_a_session_gets_no_token() -> None:
    with pytest.raises(ValueError, match="session"):
        at(NOW).issue_access(Caller(CALLER.user_id), NOW)


def test_a_refresh_token_names_its_session_and_only_its_hash_is_kept() -> None:
    session = SessionId(uuid4())
    token, kept = at(NOW).new_refresh(session)
    assert at(NOW).read_refresh(token) == (session, kept)
    assert kept not in token
    assert token.split(".")[1] not in kept
    another, _ = at(NOW).new_refresh(session)
    assert another != token
