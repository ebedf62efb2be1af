"""The reranker that the settings name, if any."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from parley.adapters.rerankers import RERANKERS
from parley.adapters.rerankers.remote import RerankerServer
from parley.bootstrap.loading import load
from parley.core.knowledge.ports import Reranker
from parley.settings import Settings

_ADDRESSES = {
    "cohere": "https://api.cohere.com/v2",
    "jina": "https://api.jina.ai/v1",
    "openai": "https://api.openai.com/v1",
}


@asynccontextmanager
async def reranking(settings: Settings) -> AsyncIterator[Reranker | None]:
    if not settings.reranker:
        yield None
        return
    provider, _, model = settings.reranker.partition(":")
    key, address = settings.reranker_api_key, settings.reranker_base_url
    if provider == "openai" and address is None:
        address = settings.openai_base_url
        key = key or settings.openai_api_key
    server = RerankerServer(
        provider, model, address or _ADDRESSES[provider], None if key is None else key.get_secret_value()
    )
    adapter: Any = load(RERANKERS[provider])
    async with aiohttp.ClientSession() as session:
        reranker: Reranker = adapter(server, session)
        yield reranker
