"""Calls of libraries that block: in a few threads, each call with a deadline."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from parley.adapters.vectors.entries import refuse_in_transaction
from parley.core.knowledge.model import VectorStoreUnavailable

_Result = TypeVar("_Result")


class BlockingCalls:
    """At most `at_once` calls run; those that wait for a thread do so within their own deadline."""

    def __init__(self, store: str, at_once: int) -> None:
        self._store = store
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix=store)

    async def run(self, call: Callable[[], _Result], timeout_s: float) -> _Result:
        """Raises VectorStoreUnavailable when it takes longer; the thread then ends in its own time."""
        refuse_in_transaction()
        try:
            async with asyncio.timeout(timeout_s):
                return await asyncio.get_running_loop().run_in_executor(self._threads, call)
        except TimeoutError as error:
            raise VectorStoreUnavailable(
                f"The vector store {self._store} did not answer within {timeout_s:g} seconds.",
                hint="Try again in a moment; if it stays, look at the load of the machine and the store.",
            ) from error

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
