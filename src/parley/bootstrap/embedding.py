"""Which workspace is embedded with what, and who pays for it."""

from dataclasses import dataclass

from parley.adapters.database.budgets import PostgresBudgets
from parley.adapters.database.embedding_spaces import PostgresChunkVectors, PostgresEmbeddingSpaces
from parley.adapters.database.usage import PostgresUsage
from parley.adapters.llm.prices import Prices, read_prices
from parley.adapters.telemetry.metrics import PrometheusMetrics
from parley.bootstrap.parts import Parts
from parley.bootstrap.providers import known_providers
from parley.core.ingestion.reembedding import BuildLimits, Embedding, KeepEmbeddings, SpaceStores
from parley.core.kernel.telemetry import Log, Metrics
from parley.core.knowledge.embedding import EmbeddingAccounts, EmbedTexts, is_of_this_machine
from parley.core.knowledge.ports import TokenMatcher
from parley.core.knowledge.remembered import RememberingEmbedders
from parley.core.knowledge.space import Embedders
from parley.core.knowledge.spaces import WorkspaceEmbedders
from parley.core.usage.guard import BudgetGuard
from parley.core.usage.ports import PriceBook
from parley.settings import Settings

_REMOTE_LIMITS = BuildLimits(chunks_at_once=384, rest=0.0)
"""Four requests at once, and the waiting for them costs this machine nothing."""


@dataclass(frozen=True, slots=True)
class Purse:
    """What every call of a model is paid through; one for each process."""

    guard: BudgetGuard
    prices: PriceBook


def purse_of(settings: Settings, parts: Parts, telemetry: tuple[Log, Metrics]) -> Purse:
    """Raises WrongPrices when the file of PARLEY_PRICES cannot be used."""
    log, metrics = telemetry
    addresses = {provider.name: provider.config.base_url for provider in known_providers(settings)}
    prices = Prices(read_prices(settings.prices), addresses)
    return Purse(BudgetGuard(parts.database, PostgresBudgets(), parts.clock, log, metrics), prices)


@dataclass(frozen=True, slots=True)
class QuestionEmbedding:
    """How the server embeds what people and programs send."""

    of_workspaces: WorkspaceEmbedders
    texts: EmbedTexts


def question_embedding(parts: Parts, purse: Purse, metrics: Metrics) -> QuestionEmbedding:
    accounts = _accounts(parts, purse)
    remembering = RememberingEmbedders(parts.embedders, metrics)
    return QuestionEmbedding(
        _of_workspaces(parts, remembering, accounts), EmbedTexts(parts.embedders.configured, accounts)
    )


def _accounts(parts: Parts, purse: Purse) -> EmbeddingAccounts:
    return EmbeddingAccounts(parts.database, purse.guard, purse.prices, PostgresUsage(), parts.clock)


def _of_workspaces(parts: Parts, embedders: Embedders, accounts: EmbeddingAccounts) -> WorkspaceEmbedders:
    return WorkspaceEmbedders(parts.database, PostgresEmbeddingSpaces(), embedders, accounts, parts.clock)


@dataclass(frozen=True, slots=True)
class Upkeep:
    """How the worker embeds."""

    for_documents: WorkspaceEmbedders
    keep: KeepEmbeddings


def embedding_upkeep(settings: Settings, parts: Parts, matcher: TokenMatcher | None, log: Log) -> Upkeep:
    """Raises WrongPrices when the file of PARLEY_PRICES cannot be used."""
    accounts = _accounts(parts, purse_of(settings, parts, (log, PrometheusMetrics())))
    spaces = PostgresEmbeddingSpaces()
    configured = parts.embedders.configured
    local = configured is None or is_of_this_machine(configured.model)
    keep = KeepEmbeddings(
        parts.database,
        SpaceStores(spaces, spaces, PostgresChunkVectors()),
        Embedding(parts.embedders, accounts, matcher),
        (parts.clock, log),
        BuildLimits() if local else _REMOTE_LIMITS,
    )
    return Upkeep(_of_workspaces(parts, parts.embedders, accounts), keep)
