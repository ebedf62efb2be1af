"""Identifiers: UUIDv7, so that ids sort by the time they were made."""

import os
import threading
import time
from typing import NewType
from uuid import UUID

WorkspaceId = NewType("WorkspaceId", UUID)
UserId = NewType("UserId", UUID)

_lock = threading.Lock()
_last_ms = 0
_last_random = 0
_RANDOM_BITS = 74


def uuid7() -> UUID:
    """A new UUIDv7 (RFC 9562); strictly increasing within this process, also within one millisecond."""
    global _last_ms, _last_random
    with _lock:
        now_ms = time.time_ns() // 1_000_000
        random_bits = int.from_bytes(os.urandom(10), "big") >> 6
        if now_ms <= _last_ms:
            now_ms = _last_ms
            random_bits = _last_random + 1 + (random_bits & 0xFFFF)
            if random_bits >> _RANDOM_BITS:
                now_ms += 1
                random_bits = 0
        _last_ms, _last_random = now_ms, random_bits
    high = random_bits >> 62
    low = random_bits & ((1 << 62) - 1)
    return UUID(int=(now_ms & ((1 << 48) - 1)) << 80 | 0x7 << 76 | high << 64 | 0b10 << 62 | low)
