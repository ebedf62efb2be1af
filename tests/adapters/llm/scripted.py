"""What the tests of all providers share: the adapter over a scripted upstream."""

from contextlib import AbstractAsyncContextManager
from typing import Protocol

import aiohttp

from parley.adapters.llm.transport import ProviderConfig
from parley.core.llm.ports import ChatModel
from parley.testing.providers import ProviderContract
from parley.testing.scripted_providers import KEY, Script
from tests.adapters.llm.upstream import Upstream, upstream


class Adapter(Protocol):
    """How each adapter is made."""

    def __call__(
        self, model: str, config: ProviderConfig, session: aiohttp.ClientSession, /
    ) -> ChatModel: ...


class ScriptedContract(ProviderContract):
    """A subclass names its `adapter`, its `wire`, how to `read` its requests, and its `variables`."""

    adapter: Adapter

    def model(
        self,
        url: str,
        session: aiohttp.ClientSession,
        *,
        name: str = "small",
        key: str | None = KEY,
        read_timeout_s: float = 5.0,
    ) -> ChatModel:
        return self.adapter(name, ProviderConfig(url, key, 2, read_timeout_s), session)

    def serve(self, script: Script) -> AbstractAsyncContextManager[Upstream]:
        return upstream(script)
