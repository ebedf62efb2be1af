"""Passwords: argon2id, beside the event loop, so many at once and no more."""

import asyncio

import pytest

from parley.adapters.identity import passwords
from parley.adapters.identity.passwords import Argon2Passwords, TooManySignIns


async def test_a_hash_is_argon2id_salted_and_matches_its_password_alone() -> None:
    hasher = Argon2Passwords()
    first, second = await hasher.hash("three unrelated words"), await hasher.hash("three unrelated words")
    assert first.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert first != second
    assert await hasher.verify("three unrelated words", first)
    assert not await hasher.verify("three unrelated word", first)


async def test_without_an_account_or_with_a_damaged_hash_nothing_matches() -> None:
    hasher = Argon2Passwords()
    assert not await hasher.verify("anything", None)
    assert not await hasher.verify("The password of no account.", None)
    assert not await hasher.verify("anything", "not a hash")


async def test_the_loop_goes_on_while_a_password_is_hashed() -> None:
    hashing = asyncio.create_task(Argon2Passwords().hash("three unrelated words"))
    turns = 0
    while not hashing.done():
        await asyncio.sleep(0)
        turns += 1
    # In the loop's own thread it would be done after the task's first turn.
    assert turns > 10


async def test_more_than_can_wait_are_refused_at_once() -> None:
    hasher = Argon2Passwords()
    waiting = [asyncio.create_task(hasher.hash("a password")) for _ in range(passwords.MOST_WAITING)]
    await asyncio.sleep(0)
    with pytest.raises(TooManySignIns, match=str(passwords.MOST_WAITING)):
        await hasher.hash("one more")
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    assert (await hasher.hash("again")).startswith("$argon2id$")
