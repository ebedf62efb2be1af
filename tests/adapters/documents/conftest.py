"""One sandboxed parser for all tests of the family: starting one costs more than most of them."""

import asyncio
from collections.abc import Iterator

import pytest

from parley.adapters.documents.sandbox import SandboxedParser


@pytest.fixture(scope="session")
def parser() -> Iterator[SandboxedParser]:
    shared = SandboxedParser()
    yield shared
    asyncio.run(shared.close())
