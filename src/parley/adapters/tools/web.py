"""The web as tools reach it: what cannot be fetched is a failure of the tool, told to the model."""

from collections.abc import Iterator
from contextlib import contextmanager

from parley.adapters.outbound.errors import FetchFailed
from parley.adapters.outbound.fetcher import Ask, Fetcher, Reply
from parley.core.tools.model import ToolFailed


class Web:
    """Sends the requests of tools."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher

    async def send(self, ask: Ask) -> Reply:
        """The reply, whatever its status. Raises ToolFailed."""
        with failing_as_a_tool():
            return await self._fetcher.send(ask)


@contextmanager
def failing_as_a_tool() -> Iterator[None]:
    """What cannot be reached or may not be, as ToolFailed."""
    try:
        yield
    except FetchFailed as error:
        raise tool_failure(error) from None


def tool_failure(error: FetchFailed) -> ToolFailed:
    """The same in the words for a model."""
    return ToolFailed(error.detail, hint=error.hint)
