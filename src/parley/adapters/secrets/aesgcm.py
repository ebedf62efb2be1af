"""Secrets encrypted with AES-256-GCM under a key derived from PARLEY_SECRET_KEY."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from parley.core.kernel.secrets import SecretUnreadable

_FORMAT = b"\x01"
_NONCE_BYTES = 12
_KEY_BYTES = 32


class AesGcmBox:
    """Implements `SecretBox`. A sealed secret is a format byte, a random nonce, and the ciphertext."""

    def __init__(self, server_key: str) -> None:
        # Derived, so that this use of the server's key and the signing of tokens cannot weaken each other.
        derivation = HKDF(SHA256(), _KEY_BYTES, salt=None, info=b"parley secrets at rest 1")
        self._cipher = AESGCM(derivation.derive(server_key.encode()))

    def seal(self, plain: str, context: str) -> bytes:
        nonce = os.urandom(_NONCE_BYTES)
        return _FORMAT + nonce + self._cipher.encrypt(nonce, plain.encode(), context.encode())

    def open(self, sealed: bytes, context: str) -> str:
        kind, nonce, body = sealed[:1], sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        if kind != _FORMAT or not body:
            raise SecretUnreadable
        try:
            return self._cipher.decrypt(nonce, body, context.encode()).decode()
        except InvalidTag:
            raise SecretUnreadable from None
