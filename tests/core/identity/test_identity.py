"""Sessions over time, and callers whose account is not there."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from parley.adapters.database.connection import Database
from parley.adapters.database.identity import PostgresSessions, PostgresUsers
from parley.adapters.identity.passwords import Argon2Passwords
from parley.adapters.identity.tokens import JwtTokens
from parley.core.identity.model import Caller, InvalidToken, SignedIn
from parley.core.identity.service import SESSION_LENGTH, Identity
from parley.core.kernel.errors import NotFound
from parley.core.kernel.ids import UserId


class MovedClock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 1, 1, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
def identity(database: Database, clock: MovedClock) -> Identity:
    tokens = JwtTokens("a secret key that is long enough for it", clock)
    return Identity(database, PostgresUsers(), PostgresSessions(), Argon2Passwords(), tokens, clock)


async def _signed_in(database: Database, identity: Identity) -> SignedIn:
    user = await identity.new_user("you@example.org", "You", "three unrelated words")
    async with database.begin_identity() as tx:
        await PostgresUsers().add(tx, user)
        return await identity.start_session(tx, user)


async def test_a_session_lasts_as_long_as_it_is_refreshed(
    database: Database, identity: Identity, clock: MovedClock
) -> None:
    signed_in = await _signed_in(database, identity)
    for _ in range(3):
        clock.moment += SESSION_LENGTH - timedelta(seconds=1)
        signed_in = await identity.refresh(signed_in.refresh_token)
    clock.moment += SESSION_LENGTH
    with pytest.raises(InvalidToken, match="session has expired"):
        await identity.refresh(signed_in.refresh_token)


async def test_two_devices_have_sessions_of_their_own(database: Database, identity: Identity) -> None:
    first = await _signed_in(database, identity)
    second = await identity.login("YOU@example.org", "three unrelated words")
    await identity.refresh(first.refresh_token)
    with pytest.raises(InvalidToken, match="used before"):
        await identity.refresh(first.refresh_token)
    assert (await identity.refresh(second.refresh_token)).user.id == first.user.id


async def test_a_caller_without_an_account_is_nobody(identity: Identity) -> None:
    nobody = Caller(UserId(uuid4()))
    with pytest.raises(InvalidToken, match="no longer exists"):
        await identity.me(nobody)
    with pytest.raises(NotFound):
        await identity.rename(nobody, "Someone")


async def test_a_caller_without_a_session_has_none_to_end(database: Database, identity: Identity) -> None:
    signed_in = await _signed_in(database, identity)
    await identity.logout(Caller(signed_in.user.id))
    assert (await identity.refresh(signed_in.refresh_token)).user == signed_in.user
