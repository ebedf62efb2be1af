"""The vector store in memory keeps the contract of the real ones."""

import pytest

from parley.testing.mirror import MemoryMirror
from parley.testing.vectors import VectorStoreContract


@pytest.fixture
def store() -> MemoryMirror:
    return MemoryMirror()


@pytest.fixture
def unreachable() -> MemoryMirror:
    mirror = MemoryMirror()
    mirror.down = True
    return mirror


class TestMemoryMirror(VectorStoreContract):
    pass
