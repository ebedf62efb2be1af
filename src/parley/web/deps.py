"""Turns a request into a Caller and hands routes the use cases they call."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Query, Request, Security
from fastapi.security import OAuth2PasswordBearer

from parley.core.bots.ports import Bots
from parley.core.bots.service import BotService
from parley.core.chat.ports import Turns
from parley.core.chat.service import Chat
from parley.core.conversations.ports import Conversations, Messages
from parley.core.conversations.service import ConversationService
from parley.core.identity.model import Caller, InvalidToken
from parley.core.identity.ports import Tokens
from parley.core.identity.service import Identity
from parley.core.ingestion.ports import FileStore
from parley.core.ingestion.receive import ReceiveDocument
from parley.core.ingestion.service import DeleteCollection, DeleteDocument, RetryDocument
from parley.core.kernel.transactions import Transactions
from parley.core.knowledge.ports import ChunkIndex, Collections, Documents
from parley.core.knowledge.search import Search
from parley.core.knowledge.service import CollectionService
from parley.core.llm.ports import ModelCatalogue
from parley.core.workspaces.authorize import Authorizer
from parley.core.workspaces.members import MemberService
from parley.core.workspaces.ports import Memberships, Workspaces
from parley.core.workspaces.service import Registration, WorkspaceService


@dataclass(frozen=True, slots=True)
class PartHealth:
    """One part of the service as readiness sees it."""

    name: str
    status: str
    """`ok`, `degraded` (works with less) or `failed` (cannot serve)."""
    detail: str


@dataclass(frozen=True, slots=True)
class UseCases:
    """What acts: everything a route may ask to change or decide."""

    identity: Identity
    registration: Registration
    workspaces: WorkspaceService
    members: MemberService
    bots: BotService
    collections: CollectionService
    receive_document: ReceiveDocument
    retry_document: RetryDocument
    delete_document: DeleteDocument
    delete_collection: DeleteCollection
    search: Search
    conversations: ConversationService
    chat: Chat


@dataclass(frozen=True, slots=True)
class Reads:
    """What routes read from directly, under a scope's transaction."""

    workspaces: Workspaces
    memberships: Memberships
    bots: Bots
    collections: Collections
    documents: Documents
    chunks: ChunkIndex
    conversations: Conversations
    messages: Messages
    turns: Turns
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
    health: Callable[[], Awaitable[list[PartHealth]]]
    render_metrics: Callable[[], tuple[bytes, str]]
    upload_limit_bytes: int


_bearer = OAuth2PasswordBearer(tokenUrl="/api/v1/auth/token", auto_error=False)


# Dependencies are coroutines although they wait for nothing: FastAPI runs plain functions in a thread.


async def services(request: Request) -> Services:
    found: Services = request.app.state.services
    return found


ServicesDep = Annotated[Services, Depends(services)]


async def caller(app: ServicesDep, token: Annotated[str | None, Security(_bearer)]) -> Caller:
    """Raises InvalidToken when there is no bearer token, or it is expired or forged."""
    if token is None:
        raise InvalidToken("This needs a signed-in caller: the Authorization header has no bearer token.")
    return app.tokens.read_access(token)


CallerDep = Annotated[Caller, Depends(caller)]

CursorQuery = Annotated[str | None, Query(description="`next_cursor` of the page before.", max_length=500)]
LimitQuery = Annotated[int, Query(ge=1, le=200, description="Most items on the page.")]
