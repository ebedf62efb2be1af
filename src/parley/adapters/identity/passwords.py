"""Passwords as argon2id hashes, made beside the event loop and only so many at once."""

import asyncio
from collections.abc import Callable
from functools import cached_property
from typing import TypeVar

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher

from parley.core.kernel.errors import ErrorKind, ParleyError

T = TypeVar("T")

# OWASP's least for argon2id: 19 MiB, two passes, one lane.
_MEMORY_KIB = 19 * 1024
_PASSES = 2
_LANES = 1

_AT_ONCE = 2
MOST_WAITING = 100


class TooManySignIns(ParleyError):
    code = "too_many_sign_ins"
    kind = ErrorKind.UNAVAILABLE

    def __init__(self) -> None:
        super().__init__(
            f"More than {MOST_WAITING} people are signing in at this moment.",
            hint="Try again in a few seconds.",
        )


class Argon2Passwords:
    """Two hashes at once use two cores and 38 MiB; the others wait, up to a bound."""

    def __init__(self) -> None:
        self._hasher = PasswordHash((Argon2Hasher(_PASSES, _MEMORY_KIB, _LANES),))
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._waiting = 0

    async def hash(self, password: str) -> str:
        """Raises TooManySignIns."""
        return await self._aside(lambda: self._hasher.hash(password))

    async def verify(self, password: str, password_hash: str | None) -> bool:
        """Raises TooManySignIns."""
        return await self._aside(lambda: self._matches(password, password_hash))

    def _matches(self, password: str, password_hash: str | None) -> bool:
        try:
            matches = self._hasher.verify(password, password_hash or self._nobodys_hash)
        except UnknownHashError:
            return False
        return matches and password_hash is not None

    @cached_property
    def _nobodys_hash(self) -> str:
        return self._hasher.hash("The password of no account.")

    async def _aside(self, work: Callable[[], T]) -> T:
        if self._waiting >= MOST_WAITING:
            raise TooManySignIns
        self._waiting += 1
        try:
            async with self._slots:
                return await asyncio.to_thread(work)
        finally:
            self._waiting -= 1
