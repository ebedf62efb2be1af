"""What asks models on somebody's account: prices, budgets, kept answers, and the use cases around them."""

from dataclasses import dataclass

from parley.adapters.database.audit import PostgresAuditLog
from parley.adapters.database.bots import PostgresBots
from parley.adapters.database.budgets import PostgresBudgets
from parley.adapters.database.cached_answers import PostgresAnswerCache
from parley.adapters.database.citations import PostgresCitedDocuments
from parley.adapters.database.conversations import PostgresMessages
from parley.adapters.database.turns import PostgresTurns
from parley.adapters.database.usage import PostgresUsage
from parley.adapters.database.workspaces import PostgresMemberships
from parley.bootstrap.embedding import Purse, QuestionEmbedding
from parley.bootstrap.parts import Parts
from parley.bootstrap.providers import configured_providers
from parley.core.chat.cached import KeptAnswers
from parley.core.chat.history import HistoryReader
from parley.core.chat.paying import PaidModels
from parley.core.chat.receipts import ReadReceipt, ReceiptStores
from parley.core.chat.replay import ReplayStores, ReplayTurn
from parley.core.kernel.telemetry import Metrics
from parley.core.knowledge.search import Search
from parley.core.llm.routing import ModelRouter
from parley.core.usage.model import Tokens
from parley.core.usage.ports import PriceBook
from parley.core.usage.service import SetBudget
from parley.core.workspaces.authorize import Authorizer
from parley.settings import Settings


@dataclass(frozen=True, slots=True)
class Spending:
    """One for each process."""

    models: PaidModels
    prices: PriceBook
    kept: KeptAnswers
    set_budget: SetBudget
    embedding: QuestionEmbedding


@dataclass(frozen=True, slots=True)
class Explaining:
    """What shows how an answer came about."""

    read_receipt: ReadReceipt
    replay: ReplayTurn


def explaining(parts: Parts, search: Search, models: PaidModels, history: HistoryReader) -> Explaining:
    database, messages, bots = parts.database, PostgresMessages(), PostgresBots()
    read_receipt = ReadReceipt(
        database,
        Authorizer(database, PostgresMemberships()),
        ReceiptStores(PostgresTurns(), messages, PostgresCitedDocuments(), PostgresAuditLog()),
        parts.clock,
    )
    stores = ReplayStores(bots, messages, history, PostgresUsage())
    return Explaining(read_receipt, ReplayTurn(database, read_receipt, stores, search, models, parts.clock))


def spending(
    settings: Settings,
    parts: Parts,
    router: ModelRouter,
    paying: tuple[Purse, QuestionEmbedding],
    metrics: Metrics,
) -> Spending:
    purse, embedding = paying
    database, guard, prices = parts.database, purse.guard, purse.prices
    for provider in configured_providers(settings):
        # The list takes 0.2 s to load, which no turn should wait for.
        prices.cost_micros(f"{provider.name}:{provider.model}", Tokens())
    authorizer = Authorizer(database, PostgresMemberships())
    return Spending(
        models=PaidModels(router, guard, prices, metrics),
        prices=prices,
        kept=KeptAnswers(database, PostgresAnswerCache(), parts.clock, metrics),
        set_budget=SetBudget(database, authorizer, PostgresBudgets(), guard, PostgresAuditLog(), parts.clock),
        embedding=embedding,
    )
