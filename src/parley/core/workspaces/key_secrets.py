"""What an API key looks like: `pk_`, 40 random characters, and 6 that show a misspelt one at once."""

import hashlib
import secrets
import string
import zlib

KEY_PREFIX = "pk_"
SHOWN_CHARS = 9
"""Of a key, the `pk_` included: what lists show of it."""

_ALPHABET = string.digits + string.ascii_letters
_RANDOM_CHARS = 40
"""238 random bits."""
_CHECKSUM_CHARS = 6


def new_key() -> str:
    random = "".join(secrets.choice(_ALPHABET) for _ in range(_RANDOM_CHARS))
    return f"{KEY_PREFIX}{random}{_checksum(random)}"


def is_well_formed(key: str) -> bool:
    """False for what no server ever gave out; a scanner can tell leaked keys from chance by it, too."""
    random, checksum = key[len(KEY_PREFIX) : -_CHECKSUM_CHARS], key[-_CHECKSUM_CHARS:]
    return key.startswith(KEY_PREFIX) and len(random) == _RANDOM_CHARS and _checksum(random) == checksum


def hash_of(key: str) -> str:
    # A plain hash is enough: no one can guess through 238 random bits, so there is nothing to slow down.
    return hashlib.sha256(key.encode()).hexdigest()


def _checksum(random: str) -> str:
    number, characters = zlib.crc32(random.encode()), ""
    for _ in range(_CHECKSUM_CHARS):
        number, digit = divmod(number, len(_ALPHABET))
        characters += _ALPHABET[digit]
    return characters
