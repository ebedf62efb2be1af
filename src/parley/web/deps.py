"""Turns a request into a Caller and hands routes the use cases they call."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Query, Request, Security
from fastapi.security import OAuth2PasswordBearer, SecurityScopes

from parley.core.bots.ports import Bots
from parley.core.bots.service import BotService
from parley.core.chat.approvals import Approvals
from parley.core.chat.citing import CitedDocuments, ReadCitation
from parley.core.chat.completion import Completions
from parley.core.chat.ports import PastSteps, Turns
from parley.core.chat.receipts import ReadReceipt
from parley.core.chat.regenerate import RegenerateAnswer
from parley.core.chat.replay import ReplayTurn
from parley.core.chat.search import SearchConversations
from parley.core.chat.service import Chat
from parley.core.chat.shared import ReadShared
from parley.core.conversations.branching import BranchConversation
from parley.core.conversations.feedback import Feedbacks, GiveFeedback
from parley.core.conversations.ports import Branches, Conversations, ExternalMessages, Messages
from parley.core.conversations.service import ConversationService
from parley.core.conversations.sharing import ShareConversation
from parley.core.identity.model import Caller, InvalidApiKey, InvalidToken, KeyGrant, KeyScope, MissingScope
from parley.core.identity.ports import Tokens
from parley.core.identity.service import Identity
from parley.core.ingestion.imports import Imports, ImportSitemap
from parley.core.ingestion.pages import ShowPages
from parley.core.ingestion.ports import FileStore
from parley.core.ingestion.receive import ReceiveDocument
from parley.core.ingestion.service import ChangeDocuments, DeleteCollection, RereadCollection
from parley.core.ingestion.web_pages import ImportPage
from parley.core.kernel.clock import Clock
from parley.core.kernel.transactions import Transactions
from parley.core.knowledge.access import DocumentAccess
from parley.core.knowledge.embedding import EmbedTexts
from parley.core.knowledge.playground import SearchPlayground
from parley.core.knowledge.ports import ChunkIndex, Collections, Documents
from parley.core.knowledge.search import Search
from parley.core.knowledge.service import CollectionService
from parley.core.knowledge.spaces import WorkspaceEmbedders
from parley.core.llm.ports import ModelCatalogue
from parley.core.llm.provider_keys import ProviderKeyService
from parley.core.tools.ports import Toolbox
from parley.core.tools.service import ToolServerService
from parley.core.usage.ports import Budgets, PriceBook, UsageLedger
from parley.core.usage.service import SetBudget
from parley.core.webhooks.service import WebhookService
from parley.core.workspaces.api_keys import ApiKeyService
from parley.core.workspaces.authorize import Authorizer
from parley.core.workspaces.groups import GroupService
from parley.core.workspaces.key_secrets import KEY_PREFIX
from parley.core.workspaces.members import MemberService
from parley.core.workspaces.ports import ApiKeys, GroupMembers, Groups, Memberships, Workspaces
from parley.core.workspaces.service import Registration, WorkspaceService


@dataclass(frozen=True, slots=True)
class PartHealth:
    """One part of the service as readiness sees it."""

    name: str
    status: str
    """`ok`, `degraded` (works with less) or `failed` (cannot serve)."""
    detail: str


@dataclass(frozen=True, slots=True)
class AccessUses:
    """What decides who may read what."""

    groups: GroupService
    documents: DocumentAccess


@dataclass(frozen=True, slots=True)
class DocumentUses:
    """What can be done with documents."""

    receive: ReceiveDocument
    change: ChangeDocuments
    reread: RereadCollection


@dataclass(frozen=True, slots=True)
class ImportUses:
    """What is taken in from the web."""

    page: ImportPage
    sitemap: ImportSitemap
    of_collection: Imports


@dataclass(frozen=True, slots=True)
class ConversationUses:
    """What can be done with conversations, besides going on in them."""

    service: ConversationService
    branch: BranchConversation
    regenerate: RegenerateAnswer
    search: SearchConversations
    sharing: ShareConversation
    read_shared: ReadShared
    feedback: GiveFeedback
    read_citation: ReadCitation


@dataclass(frozen=True, slots=True)
class UseCases:
    """What acts: everything a route may ask to change or decide."""

    identity: Identity
    registration: Registration
    workspaces: WorkspaceService
    members: MemberService
    access: AccessUses
    pages: ShowPages
    api_keys: ApiKeyService
    bots: BotService
    collections: CollectionService
    documents: DocumentUses
    delete_collection: DeleteCollection
    search: Search
    playground: SearchPlayground
    embed_texts: EmbedTexts
    embedding: WorkspaceEmbedders
    tool_servers: ToolServerService
    webhooks: WebhookService
    imports: ImportUses
    conversations: ConversationUses
    chat: Chat
    approvals: Approvals
    completions: Completions
    set_budget: SetBudget
    read_receipt: ReadReceipt
    replay: ReplayTurn


@dataclass(frozen=True, slots=True)
class Reads:
    """What routes read from directly, under a scope's transaction."""

    workspaces: Workspaces
    memberships: Memberships
    groups: Groups
    group_members: GroupMembers
    api_keys: ApiKeys
    bots: Bots
    collections: Collections
    documents: Documents
    chunks: ChunkIndex
    conversations: Conversations
    messages: Messages
    external_messages: ExternalMessages
    cited: CitedDocuments
    branches: Branches
    feedback: Feedbacks
    turns: Turns
    tool_steps: PastSteps
    usage: UsageLedger
    budgets: Budgets
    files: FileStore


@dataclass(frozen=True, slots=True)
class Services:
    """Built once by `parley.bootstrap`; every route works through it."""

    use: UseCases
    read: Reads
    transactions: Transactions
    authorizer: Authorizer
    tokens: Tokens
    models: ModelCatalogue
    provider_keys: ProviderKeyService
    prices: PriceBook
    toolbox: Toolbox
    clock: Clock
    health: Callable[[], Awaitable[list[PartHealth]]]
    render_metrics: Callable[[], tuple[bytes, str]]
    upload_limit_bytes: int


_bearer = OAuth2PasswordBearer(
    tokenUrl="/api/v1/auth/token",
    description="An access token; where a scope is named, an API key that has it does too.",
    auto_error=False,
)


# Dependencies are coroutines although they wait for nothing: FastAPI runs plain functions in a thread.


async def services(request: Request) -> Services:
    found: Services = request.app.state.services
    return found


ServicesDep = Annotated[Services, Depends(services)]


async def caller(
    app: ServicesDep, declared: SecurityScopes, token: Annotated[str | None, Security(_bearer)]
) -> Caller:
    """Raises InvalidToken when there is no bearer token, or it is expired or forged; for an API key that
    may not be used here InvalidApiKey and MissingScope."""
    if token is None:
        raise InvalidToken("This needs a signed-in caller: the Authorization header has no bearer token.")
    return await caller_of(app, token, declared.scopes)


async def caller_of(app: Services, token: str, scopes: Sequence[str]) -> Caller:
    """Who an access token or an API key speaks for. The key needs every one of `scopes`, and is refused
    where there is none: what takes keys has to say so."""
    if not token.startswith(KEY_PREFIX):
        return app.tokens.read_access(token)
    found = await app.use.api_keys.authenticate(token)
    held = frozenset[str]() if found.key is None else found.key.scopes
    missing = next((scope for scope in scopes if scope not in held), None)
    if missing is not None or not scopes:
        raise MissingScope(missing)
    return found


async def caller_if_any(
    app: ServicesDep, declared: SecurityScopes, token: Annotated[str | None, Security(_bearer)]
) -> Caller | None:
    """None when there is no bearer token; one that is no good is refused as everywhere."""
    return None if token is None else await caller_of(app, token, declared.scopes)


CallerDep = Annotated[Caller, Security(caller)]
"""Someone who is signed in; no API key."""
OptionalCallerDep = Annotated[Caller | None, Security(caller_if_any)]
"""The same, or nobody."""
ChatCallerDep = Annotated[Caller, Security(caller, scopes=[KeyScope.CHAT.value])]
ModelsCallerDep = Annotated[Caller, Security(caller, scopes=[KeyScope.MODELS.value])]
EmbeddingsCallerDep = Annotated[Caller, Security(caller, scopes=[KeyScope.EMBEDDINGS.value])]
ReaderDep = Annotated[Caller, Security(caller, scopes=[KeyScope.DOCUMENTS_READ.value])]
WriterDep = Annotated[Caller, Security(caller, scopes=[KeyScope.DOCUMENTS_WRITE.value])]


def grant_of(caller: Caller) -> KeyGrant:
    """What the key reaches, where only a key will do: it names the workspace. Raises InvalidApiKey."""
    if caller.key is None:
        raise InvalidApiKey(
            "This takes an API key, not an access token: the key says which workspace is meant."
        )
    return caller.key


CursorQuery = Annotated[str | None, Query(description="`next_cursor` of the page before.", max_length=500)]
LimitQuery = Annotated[int, Query(ge=1, le=200, description="Most items on the page.")]
