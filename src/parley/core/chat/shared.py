"""Shows what a link shares to whoever may see it, without passages that this reader may not read."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from uuid import UUID

from parley.core.chat.ports import ReadableDocuments
from parley.core.conversations.model import Citation, Message
from parley.core.conversations.ports import Branches
from parley.core.conversations.sharing import Audience, NoSuchShare, Share, Shares, hash_of
from parley.core.identity.model import Caller, InvalidToken
from parley.core.kernel.clock import Clock
from parley.core.kernel.errors import NotFound, ParleyError
from parley.core.kernel.ids import UserId, WorkspaceId
from parley.core.kernel.paging import Page, PageRequest
from parley.core.kernel.transactions import Transactions
from parley.core.knowledge.model import DocumentId
from parley.core.workspaces.authorize import Authorizer
from parley.core.workspaces.model import Action, WorkspaceScope

WITHHELD = "A document that you may not read"


@dataclass(frozen=True, slots=True)
class SharedPage:
    share: Share
    messages: Page[Message]


@dataclass(frozen=True, slots=True)
class _Public:
    """Sees of a workspace's documents those that are open to all of it."""

    workspace_id: WorkspaceId
    user_id: UserId | None = None
    principals: frozenset[UUID] = frozenset()


class ReadShared:
    def __init__(
        self,
        transactions: Transactions,
        authorizer: Authorizer,
        stores: tuple[Shares, Branches, ReadableDocuments],
        clock: Clock,
    ) -> None:
        self._transactions = transactions
        self._authorizer = authorizer
        self._shares, self._branches, self._documents = stores
        self._clock = clock

    async def read(self, caller: Caller | None, token: str, request: PageRequest) -> SharedPage:
        """A page of what the token's link shows.

        Members of the workspace see the cited passages of documents that they may read; everyone else, where
        the link is public and the workspace allows that, the titles of documents open to the whole
        workspace, and their passages if it allows those too. Raises NoSuchShare, and InvalidToken where
        `caller` is None: who is not signed in does not learn whether there is such a link.
        """
        async with self._transactions.begin_platform() as tx:
            share = await self._shares.by_hash(tx, hash_of(token))
        if share is None or share.has_expired(self._clock.now()):
            raise _refused(caller)
        async with self._transactions.begin_platform(share.workspace_id) as tx:
            policy = await self._shares.policy(tx)
        member = await self._member(caller, share)
        if member is None and not (share.audience is Audience.PUBLIC and policy.public_sharing):
            raise _refused(caller)
        async with self._transactions.begin_platform(share.workspace_id) as tx:
            page = await self._branches.read(tx, share.conversation_id, share.leaf_id, request)
        cited = [DocumentId(each.document_id) for message in page.items for each in message.citations]
        async with self._transactions.begin(member or _Public(share.workspace_id)) as tx:
            readable = await self._documents.readable(tx, cited)
        with_text = member is not None or policy.public_passages
        shown = tuple(_cut(message, readable, with_text=with_text) for message in page.items)
        return SharedPage(share, Page(shown, page.next_cursor))

    async def _member(self, caller: Caller | None, share: Share) -> WorkspaceScope | None:
        if caller is None:
            return None
        try:
            return await self._authorizer.in_workspace(caller, Action.CHAT, share.workspace_id)
        except NotFound:
            return None


def _refused(caller: Caller | None) -> ParleyError:
    if caller is None:
        return InvalidToken("This link cannot be seen without signing in.")
    return NoSuchShare()


def _cut(message: Message, readable: Collection[DocumentId], *, with_text: bool) -> Message:
    return replace(
        message,
        citations=tuple(_cut_citation(each, readable, with_text=with_text) for each in message.citations),
    )


def _cut_citation(citation: Citation, readable: Collection[DocumentId], *, with_text: bool) -> Citation:
    if citation.document_id not in readable:
        return replace(citation, document_name=WITHHELD, heading_path=(), page=None, text="")
    return citation if with_text else replace(citation, heading_path=(), text="")
