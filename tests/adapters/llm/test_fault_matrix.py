"""Each provider with each fault of a real server process: an answer or a clear failure, never silence."""

import asyncio
import pkgutil
from collections.abc import AsyncIterator, Iterator

import aiohttp
import pytest

from parley.adapters.llm import PROVIDERS
from parley.adapters.llm.transport import ProviderConfig
from parley.core.llm.ports import ChatModel
from parley.testing.faults import FAULTS, MIDWAY, MakeModel, Outcome, ask_through
from parley.testing.upstream.process import Upstream, running_upstream

FALLBACKS = {"openai": "anthropic", "anthropic": "gemini", "gemini": "bedrock", "bedrock": "openai"}


@pytest.fixture(scope="module")
def served() -> Iterator[Upstream]:
    with running_upstream() as upstream:
        yield upstream


@pytest.fixture
async def make() -> AsyncIterator[MakeModel]:
    async with aiohttp.ClientSession() as session:

        def made(provider: str, model: str, url: str) -> ChatModel:
            adapter = pkgutil.resolve_name(PROVIDERS[provider])
            found: ChatModel = adapter(model, ProviderConfig(url, "a key"), session)
            return found

        yield made


async def outcomes(
    make: MakeModel, served: Upstream, provider: str, fallback: str | None
) -> dict[str, Outcome]:
    asked = (ask_through(make, served, provider, fault, fallback=fallback) for fault in FAULTS)
    return dict(zip(FAULTS, await asyncio.gather(*asked), strict=True))


@pytest.mark.parametrize("provider", FALLBACKS)
async def test_with_a_fallback_every_fault_ends_in_its_whole_answer(
    make: MakeModel, served: Upstream, provider: str
) -> None:
    found = await outcomes(make, served, provider, FALLBACKS[provider])
    assert {fault: outcome.error for fault, outcome in found.items() if not outcome.whole} == {}
    assert {fault for fault, outcome in found.items() if outcome.restarts} == MIDWAY
    assert all(outcome.attempts[-1].error is None for outcome in found.values())


@pytest.mark.parametrize("provider", FALLBACKS)
async def test_alone_every_fault_ends_in_a_failure_that_says_what_to_do(
    make: MakeModel, served: Upstream, provider: str
) -> None:
    found = await outcomes(make, served, provider, None)
    assert {fault: outcome.text for fault, outcome in found.items() if not outcome.failed_clearly} == {}
    assert found["429"].error == "model_limited"
    assert found["silence"].error == found["hang"].error == "model_silent"


async def test_what_is_given_up_is_closed_at_the_model_server(make: MakeModel, served: Upstream) -> None:
    for fault in ("silence", "hang"):
        await ask_through(make, served, "openai", fault, fallback=None)
    seen = await asyncio.to_thread(served.seen_when_idle)
    hung = [request for request in seen if request["model"] in {"fault-hang", "fault-silent"}]
    assert {request["ended"] for request in hung} == {"by the reader"}
