"""API keys as texts."""

import string

from parley.core.workspaces.key_secrets import hash_of, is_well_formed, new_key


def test_keys_differ_and_are_well_formed() -> None:
    keys = {new_key() for _ in range(100)}
    assert len(keys) == 100
    assert all(is_well_formed(key) and len(key) == 49 for key in keys)
    assert len({hash_of(key) for key in keys}) == 100


def test_a_misspelt_key_is_not_well_formed() -> None:
    key = new_key()
    for place in range(3, len(key)):
        wrong = string.ascii_letters[(string.ascii_letters.find(key[place]) + 1) % 52]
        if wrong != key[place]:
            assert not is_well_formed(key[:place] + wrong + key[place + 1 :])
    for other in ("", "pk_", key[:-1], key + "a", f"sk_{key[3:]}"):
        assert not is_well_formed(other)
