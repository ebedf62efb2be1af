"""Shows what a link shares to whoever may see it, without what this reader may not read."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from parley.core.chat.citing import CitedDocuments, for_others
from parley.core.conversations.model import Message, MessageId
from parley.core.conversations.ports import Branches
from parley.core.conversations.sharing import Audience, NoSuchShare, Share, Shares, hash_of
from parley.core.identity.model import Caller, InvalidToken
from parley.core.kernel.clock import Clock
from parley.core.kernel.errors import NotFound, ParleyError
from parley.core.kernel.ids import UserId, WorkspaceId
from parley.core.kernel.paging import Page, PageRequest
from parley.core.kernel.transactions import Transaction, Transactions
from parley.core.workspaces.authorize import Authorizer
from parley.core.workspaces.model import Action, WorkspaceScope


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
        stores: tuple[Shares, Branches, CitedDocuments],
        clock: Clock,
    ) -> None:
        self._transactions = transactions
        self._authorizer = authorizer
        self._shares, self._branches, self._cited = stores
        self._clock = clock

    async def read(self, caller: Caller | None, token: str, request: PageRequest) -> SharedPage:
        """A page of what the token's link shows.

        Members of the workspace see the answers from documents that they may read, with the cited passages;
        everyone else, where the link is public and the workspace allows that, answers from documents open
        to the whole workspace with their titles, and their passages if it allows those too. Raises
        NoSuchShare, and InvalidToken where `caller` is None: who is not signed in does not learn whether
        there is such a link.
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
            drawn_on = await self._drawn_on(tx, page.items)
        async with self._transactions.begin(member or _Public(share.workspace_id)) as tx:
            shown = await for_others(tx, self._cited, page.items, drawn_on)
        if member is None and not policy.public_passages:
            shown = tuple(map(_without_passages, shown))
        return SharedPage(share, Page(shown, page.next_cursor))

    async def _drawn_on(self, tx: Transaction, branch: Sequence[Message]) -> dict[MessageId, frozenset[UUID]]:
        """The documents behind each message of a piece of a branch, oldest first."""
        if not branch:
            return {}
        drawn_on = await self._cited.behind(tx, [branch[0].id])
        so_far = drawn_on.get(branch[0].id, frozenset())
        for message in branch:
            so_far |= {citation.document_id for citation in message.citations}
            drawn_on[message.id] = so_far
        return drawn_on

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


def _without_passages(message: Message) -> Message:
    return replace(
        message, citations=tuple(replace(each, heading_path=(), text="") for each in message.citations)
    )
