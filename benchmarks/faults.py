"""Each provider with each fault of a model server: what a reader gets, with a fallback and without."""

import asyncio
import pkgutil

import aiohttp

from benchmarks.record import Figures, keep
from parley.adapters.llm import PROVIDERS
from parley.adapters.llm.transport import ProviderConfig
from parley.core.llm.ports import ChatModel
from parley.testing.faults import FAULTS, Outcome, ask_through
from parley.testing.upstream.process import Upstream, running_upstream

FALLBACKS = {"openai": "anthropic", "anthropic": "gemini", "gemini": "bedrock", "bedrock": "openai"}
BARS = {
    "faults_without_the_fallbacks_whole_answer": "0",
    "faults_without_a_clear_failure_when_alone": "0",
    "requests_left_in_silence": "0",
}


async def _ask(
    session: aiohttp.ClientSession, upstream: Upstream, provider: str, fallback: str | None
) -> dict[str, Outcome | None]:
    """None: nothing was heard."""

    def make(name: str, model: str, url: str) -> ChatModel:
        adapter = pkgutil.resolve_name(PROVIDERS[name])
        made: ChatModel = adapter(model, ProviderConfig(url, "bench"), session)
        return made

    async def ask(fault: str) -> Outcome | None:
        try:
            return await ask_through(make, upstream, provider, fault, fallback=fallback)
        except TimeoutError:
            return None

    return {fault: await ask(fault) for fault in FAULTS}


def _in_words(outcome: Outcome | None) -> str:
    if outcome is None:
        return "silence"
    if not outcome.whole:
        return f"{outcome.error or 'part of an answer'} after {outcome.seconds:.2f} s"
    began_anew = ", the reader told that it began anew" if outcome.restarts else ""
    return f"whole answer of {outcome.attempts[-1].model} after {outcome.seconds:.2f} s{began_anew}"


async def _measure(upstream: Upstream) -> Figures:
    tables: dict[str, dict[str, str]] = {}
    helped: list[Outcome | None] = []
    alone: list[Outcome | None] = []
    async with aiohttp.ClientSession() as session:
        for provider, fallback in FALLBACKS.items():
            with_fallback = await _ask(session, upstream, provider, fallback)
            without = await _ask(session, upstream, provider, None)
            helped += with_fallback.values()
            alone += without.values()
            tables[f"{provider}_then_{fallback}"] = {
                fault: _in_words(outcome) for fault, outcome in with_fallback.items()
            }
            tables[f"{provider}_alone"] = {fault: _in_words(outcome) for fault, outcome in without.items()}
    return {
        "requests": len(helped) + len(alone),
        "faults_without_the_fallbacks_whole_answer": sum(not (found and found.whole) for found in helped),
        "faults_without_a_clear_failure_when_alone": sum(
            not (found and found.failed_clearly) for found in alone
        ),
        "requests_left_in_silence": sum(found is None for found in helped + alone),
        **tables,
    }


def main() -> None:
    with running_upstream() as upstream:
        figures = asyncio.run(_measure(upstream))
    keep("faults", figures, BARS)


if __name__ == "__main__":
    main()
