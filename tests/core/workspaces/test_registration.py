"""Signing up, where several do it in the same moment or it goes wrong half-way."""

import asyncio

import pytest
from sqlalchemy import text

from parley.adapters.database.audit import PostgresAuditLog
from parley.adapters.database.connection import Database, rows
from parley.adapters.database.identity import PostgresSessions, PostgresUsers
from parley.adapters.database.workspaces import PostgresMemberships, PostgresWorkspaces
from parley.adapters.identity.passwords import Argon2Passwords
from parley.adapters.identity.tokens import JwtTokens
from parley.core.identity.model import RegistrationClosed, SignedIn, User
from parley.core.identity.service import Identity
from parley.core.kernel.clock import SystemClock
from parley.core.kernel.transactions import Transaction
from parley.core.workspaces.model import Workspace
from parley.core.workspaces.service import OnFirstAccount, Registration, WorkspaceRecords


class Firsts:
    """Remembers whose account was the server's first."""

    def __init__(self) -> None:
        self.users: list[str] = []

    async def __call__(self, tx: Transaction, user: User, workspace: Workspace) -> None:
        self.users.append(user.email)


class Failing:
    async def __call__(self, tx: Transaction, user: User, workspace: Workspace) -> None:
        raise RuntimeError("no samples today")


def _registration(database: Database, on_first: OnFirstAccount, *, open_to_all: bool) -> Registration:
    clock = SystemClock()
    tokens = JwtTokens("a secret key that is long enough for it", clock)
    identity = Identity(database, PostgresUsers(), PostgresSessions(), Argon2Passwords(), tokens, clock)
    records = WorkspaceRecords(
        PostgresWorkspaces(), PostgresMemberships(), PostgresUsers(), PostgresAuditLog()
    )
    return Registration(database, identity, records, clock, on_first, open_to_all=open_to_all)


async def _register(registration: Registration, number: int) -> SignedIn:
    return await registration.register(
        email=f"person{number}@example.org",
        name="Person",
        password="three unrelated words",
        workspace_name="Theirs",
    )


async def test_of_many_at_once_one_is_the_first(database: Database) -> None:
    firsts = Firsts()
    registration = _registration(database, firsts, open_to_all=True)
    signed_in = await asyncio.gather(*(_register(registration, number) for number in range(6)))
    assert len({each.user.id for each in signed_in}) == 6
    assert len(firsts.users) == 1


async def test_on_a_closed_server_one_of_many_at_once_gets_in(database: Database) -> None:
    registration = _registration(database, Firsts(), open_to_all=False)
    results = await asyncio.gather(
        *(_register(registration, number) for number in range(6)), return_exceptions=True
    )
    assert sum(isinstance(result, SignedIn) for result in results) == 1
    assert sum(isinstance(result, RegistrationClosed) for result in results) == 5


async def test_an_account_whose_beginning_fails_is_not_there(database: Database) -> None:
    registration = _registration(database, Failing(), open_to_all=True)
    with pytest.raises(RuntimeError, match="no samples"):
        await _register(registration, 1)
    async with database.begin_platform() as tx:
        for table in ("users", "sessions", "workspaces", "memberships", "audit_log"):
            assert await rows(tx, text(f"SELECT 1 FROM {table}")) == [], table
    assert not (await registration.status()).has_users
