"""What is made of conversations, over the database: branches, shares, search, titles and summaries."""

from collections.abc import Callable

from parley.adapters.database.audit import PostgresAuditLog
from parley.adapters.database.branches import PostgresBranches, PostgresSummaries
from parley.adapters.database.citations import PostgresCitedDocuments
from parley.adapters.database.conversations import PostgresConversations, PostgresMessages
from parley.adapters.database.documents import PostgresDocuments
from parley.adapters.database.feedback import PostgresFeedback
from parley.adapters.database.message_backlog import PostgresMessageBacklog
from parley.adapters.database.message_index import PostgresMessageIndex
from parley.adapters.database.shares import PostgresShares
from parley.adapters.database.usage import PostgresUsage
from parley.adapters.database.workspaces import PostgresMemberships
from parley.adapters.llm.facts import facts_of
from parley.bootstrap.parts import Parts
from parley.core.chat.citing import ReadCitation
from parley.core.chat.follow_up import FollowUps, FollowUpStores, Writers
from parley.core.chat.history import HistoryBudget, HistoryReader
from parley.core.chat.indexing import IndexMessagesJob
from parley.core.chat.paying import Models
from parley.core.chat.regenerate import RegenerateAnswer
from parley.core.chat.search import SearchConversations
from parley.core.chat.service import Chat, ChatStores
from parley.core.chat.shared import ReadShared
from parley.core.chat.summary import SummariseConversation
from parley.core.chat.titles import NameConversation
from parley.core.chat.writing import ShortTexts
from parley.core.conversations.branching import BranchConversation
from parley.core.conversations.feedback import GiveFeedback
from parley.core.conversations.service import ConversationService
from parley.core.conversations.sharing import ShareConversation
from parley.core.kernel.telemetry import Log
from parley.core.llm.model import ModelName
from parley.core.workspaces.authorize import Authorizer
from parley.settings import Settings
from parley.web.deps import ConversationUses

EXTRACTIVE = "extractive"


def history_reader(settings: Settings, default_model: Callable[[], str]) -> HistoryReader:
    def context_of(model: str | None) -> int | None:
        name = ModelName.parse(model or default_model())
        return None if name.provider == EXTRACTIVE else facts_of(name.provider, name.model).context_tokens

    budget = HistoryBudget(settings.history_tokens, context_of)
    return HistoryReader(PostgresMessages(), PostgresSummaries(), budget)


def conversation_uses(parts: Parts, chat: Chat, stores: ChatStores) -> ConversationUses:
    database, clock = parts.database, parts.clock
    authorizer = Authorizer(database, PostgresMemberships())
    conversations, messages = PostgresConversations(), PostgresMessages()
    branches, shares = PostgresBranches(), PostgresShares()
    return ConversationUses(
        service=ConversationService(database, authorizer, conversations, messages, clock),
        branch=BranchConversation(database, conversations, branches, clock),
        regenerate=RegenerateAnswer(database, stores, branches, chat),
        search=SearchConversations(
            database, PostgresMessageIndex(), parts.queue, parts.analyzer, parts.embedder
        ),
        sharing=ShareConversation(database, (conversations, messages, shares), PostgresAuditLog(), clock),
        read_shared=ReadShared(database, authorizer, (shares, branches, PostgresCitedDocuments()), clock),
        feedback=GiveFeedback(database, messages, PostgresFeedback(), clock),
        read_citation=ReadCitation(
            database, authorizer, (messages, PostgresDocuments(), PostgresCitedDocuments())
        ),
    )


def follow_ups(
    settings: Settings, parts: Parts, models: Models, history: HistoryReader, log: Log
) -> FollowUps:
    """What the server does beside the turns that it has run."""
    database, conversations = parts.database, PostgresConversations()
    texts = ShortTexts(database, models, PostgresUsage(), (parts.clock, log))
    writers = Writers(
        texts,
        NameConversation(database, conversations, texts) if settings.titles == "model" else None,
        SummariseConversation(database, PostgresSummaries(), history, texts, parts.clock),
    )
    stores = FollowUpStores(conversations, PostgresMessages())
    return FollowUps(database, stores, writers, log)


def index_messages_job(parts: Parts) -> IndexMessagesJob:
    """What the worker does for search over conversations."""
    return IndexMessagesJob(parts.database, PostgresMessageBacklog(), parts.analyzer, parts.embedder)
