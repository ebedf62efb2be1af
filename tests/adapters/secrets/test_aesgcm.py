"""Secrets at rest: readable again in their own place with the right key, and in no other way."""

import pytest

from parley.adapters.secrets.aesgcm import AesGcmBox
from parley.core.kernel.secrets import SecretUnreadable

BOX = AesGcmBox("a key of more than thirty-two characters")
PLACE = "tool_servers:1"


@pytest.mark.parametrize("plain", ["sk-very-secret", "", "Größe ✓", "x" * 10_000])
def test_a_sealed_secret_opens_in_its_own_place(plain: str) -> None:
    assert BOX.open(BOX.seal(plain, PLACE), PLACE) == plain


def test_the_sealed_bytes_do_not_hold_the_secret_and_differ_each_time() -> None:
    first, second = BOX.seal("sk-very-secret", PLACE), BOX.seal("sk-very-secret", PLACE)
    assert b"sk-very" not in first
    assert first != second


@pytest.mark.parametrize("cut", [b"", b"\x01", b"\x01" + b"n" * 12, b"\x02" + b"n" * 40])
def test_what_was_never_sealed_is_refused(cut: bytes) -> None:
    with pytest.raises(SecretUnreadable):
        BOX.open(cut, PLACE)


def test_a_changed_byte_is_noticed() -> None:
    sealed = bytearray(BOX.seal("sk-very-secret", PLACE))
    sealed[-1] ^= 1
    with pytest.raises(SecretUnreadable):
        BOX.open(bytes(sealed), PLACE)


def test_a_secret_moved_to_another_place_is_refused() -> None:
    with pytest.raises(SecretUnreadable):
        BOX.open(BOX.seal("sk-very-secret", PLACE), "tool_servers:2")


def test_another_key_opens_nothing_and_the_error_says_what_to_do() -> None:
    with pytest.raises(SecretUnreadable, match="PARLEY_SECRET_KEY"):
        AesGcmBox("another key of more than thirty-two").open(BOX.seal("x", PLACE), PLACE)
