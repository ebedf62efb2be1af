"""Links that show a conversation as it was when it was shared, read-only, until revoked."""

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType, Protocol
from uuid import UUID

from parley.core.audit.model import AuditEntry
from parley.core.audit.ports import AuditLog
from parley.core.conversations.model import ConversationId, MessageId
from parley.core.conversations.ports import Conversations, Messages
from parley.core.kernel.clock import Clock
from parley.core.kernel.errors import Conflict, ErrorKind, NotFound, ParleyError
from parley.core.kernel.ids import UserId, WorkspaceId, uuid7
from parley.core.kernel.transactions import Transaction, Transactions
from parley.core.workspaces.model import WorkspaceScope

ShareId = NewType("ShareId", UUID)

TOKEN_BYTES = 32
MOST_SHARES = 20
"""Of one conversation, at a time."""


class Audience(StrEnum):
    WORKSPACE = "workspace"
    """Signed-in members of the conversation's workspace."""
    PUBLIC = "public"
    """Whoever has the link, while the workspace allows it."""


@dataclass(frozen=True, slots=True)
class Share:
    """A link. Its token is nowhere stored, only the hash."""

    id: ShareId
    workspace_id: WorkspaceId
    user_id: UserId
    conversation_id: ConversationId
    leaf_id: MessageId
    """The branch up to this message is shown; messages never change."""
    title: str
    audience: Audience
    token_hash: bytes
    created_at: datetime
    expires_at: datetime | None = None

    def has_expired(self, now: datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= now


@dataclass(frozen=True, slots=True)
class SharingPolicy:
    """What a workspace lets its members show to the public; everything else is off."""

    public_sharing: bool = False
    public_passages: bool = False
    """Whether public links show the text of cited passages, beside the titles of their documents."""


@dataclass(frozen=True, slots=True)
class ShareRequest:
    conversation_id: ConversationId
    audience: Audience = Audience.WORKSPACE
    leaf_id: MessageId | None = None
    """The branch through this message; None: the one last used."""
    lifetime: timedelta | None = None
    """None: until revoked."""
    idempotency_key: str | None = None


class Shares(Protocol):
    async def put(self, tx: Transaction, share: Share, idempotency_key: str | None) -> Share | None:
        """Stores it; under a key that is taken, the share of that key gets the new token and stays as it
        is otherwise. None, and nothing stored, when that one was revoked."""
        ...

    async def of_conversation(
        self, tx: Transaction, conversation_id: ConversationId, now: datetime
    ) -> tuple[Share, ...]:
        """Those that still show something, newest first."""
        ...

    async def by_hash(self, tx: Transaction, token_hash: bytes) -> Share | None:
        """Unless it was revoked, or who shared it has left the workspace."""
        ...

    async def revoke(self, tx: Transaction, conversation_id: ConversationId, at: datetime) -> int:
        """Revokes all of a conversation's; tells how many that were."""
        ...

    async def policy(self, tx: Transaction) -> SharingPolicy:
        """Of the transaction's workspace."""
        ...

    async def set_policy(self, tx: Transaction, policy: SharingPolicy) -> None: ...


class PublicSharingOff(ParleyError):
    code = "public_sharing_off"
    kind = ErrorKind.FORBIDDEN

    def __init__(self) -> None:
        super().__init__(
            "This workspace does not allow links that anyone can open.",
            hint="Share with the workspace, or ask an admin to allow public links.",
        )


class TooManyShares(ParleyError):
    code = "too_many_shares"
    kind = ErrorKind.CONFLICT

    def __init__(self) -> None:
        super().__init__(
            f"This conversation has {MOST_SHARES} links already.", hint="Revoke them, then share it anew."
        )


class NoSuchShare(ParleyError):
    """Says nothing of the token, which must reach no log."""

    code = "not_found"
    kind = ErrorKind.NOT_FOUND

    def __init__(self) -> None:
        super().__init__(
            "This link shows nothing that you can see.",
            hint="It may have been revoked or have expired; ask who sent it for a new one.",
        )


def hash_of(token: str) -> bytes:
    """Fast on purpose: a token has 256 random bits, which no guessing reaches."""
    return hashlib.sha256(token.encode()).digest()


class ShareConversation:
    def __init__(
        self,
        transactions: Transactions,
        stores: tuple[Conversations, Messages, Shares],
        audit: AuditLog,
        clock: Clock,
    ) -> None:
        self._transactions = transactions
        self._conversations, self._messages, self._shares = stores
        self._audit = audit
        self._clock = clock

    async def share(self, scope: WorkspaceScope, request: ShareRequest) -> tuple[Share, str]:
        """The link and its token, which is shown this once.

        The same idempotency key gives the same link with a new token, and the old token ends: whoever
        asks twice has not got it. Raises NotFound, PublicSharingOff, TooManyShares, and Conflict for a
        conversation without messages.
        """
        now = self._clock.now()
        token = secrets.token_urlsafe(TOKEN_BYTES)
        async with self._transactions.begin(scope) as tx:
            if request.audience is Audience.PUBLIC and not (await self._shares.policy(tx)).public_sharing:
                raise PublicSharingOff
            conversation = await self._conversations.get(tx, request.conversation_id)
            if conversation is None:
                raise NotFound("conversation", request.conversation_id)
            through = request.leaf_id or conversation.active_message_id
            leaf = await self._messages.leaf(tx, conversation.id, through)
            if leaf is None and request.leaf_id is not None:
                raise NotFound("message", request.leaf_id)
            if leaf is None:
                raise Conflict("The conversation has no messages to share.", hint="Ask something first.")
            if len(await self._shares.of_conversation(tx, conversation.id, now)) >= MOST_SHARES:
                raise TooManyShares
            share = Share(
                id=ShareId(uuid7()),
                workspace_id=scope.workspace_id,
                user_id=scope.user_id,
                conversation_id=conversation.id,
                leaf_id=leaf.id,
                title=conversation.title,
                audience=request.audience,
                token_hash=hash_of(token),
                created_at=now,
                expires_at=None if request.lifetime is None else now + request.lifetime,
            )
            stored = await self._shares.put(tx, share, request.idempotency_key)
            if (
                stored is None
                or stored.conversation_id != conversation.id
                or stored.audience is not share.audience
            ):
                raise Conflict(
                    "The Idempotency-Key was sent before, for another link or one that was revoked.",
                    hint="Use a new key for each new link.",
                )
            await self._note(tx, scope, "conversation.shared", conversation.id, share.audience)
        return replace(stored, token_hash=share.token_hash), token

    async def revoke(self, scope: WorkspaceScope, conversation_id: ConversationId) -> None:
        """Ends every link of a conversation, also when there is none. Raises NotFound."""
        async with self._transactions.begin(scope) as tx:
            if await self._conversations.get(tx, conversation_id) is None:
                raise NotFound("conversation", conversation_id)
            if await self._shares.revoke(tx, conversation_id, self._clock.now()):
                await self._note(tx, scope, "conversation.unshared", conversation_id)

    async def list(self, scope: WorkspaceScope, conversation_id: ConversationId) -> tuple[Share, ...]:
        """The conversation's links that still show something, newest first. Raises NotFound."""
        async with self._transactions.begin(scope) as tx:
            if await self._conversations.get(tx, conversation_id) is None:
                raise NotFound("conversation", conversation_id)
            return await self._shares.of_conversation(tx, conversation_id, self._clock.now())

    async def policy(self, scope: WorkspaceScope) -> SharingPolicy:
        async with self._transactions.begin(scope) as tx:
            return await self._shares.policy(tx)

    async def change_policy(
        self, scope: WorkspaceScope, *, public_sharing: bool | None, public_passages: bool | None
    ) -> SharingPolicy:
        """What the workspace allows from now on, for the links that are there too; None leaves as it is."""
        async with self._transactions.begin(scope) as tx:
            policy = await self._shares.policy(tx)
            if public_sharing is not None:
                policy = replace(policy, public_sharing=public_sharing)
            if public_passages is not None:
                policy = replace(policy, public_passages=public_passages)
            await self._shares.set_policy(tx, policy)
            detail = {
                "public_sharing": str(policy.public_sharing).lower(),
                "public_passages": str(policy.public_passages).lower(),
            }
            await self._audit.append(
                tx, _entry(self._clock.now(), scope, "workspace.sharing_changed", detail=detail)
            )
        return policy

    async def _note(
        self,
        tx: Transaction,
        scope: WorkspaceScope,
        action: str,
        conversation_id: ConversationId,
        audience: Audience | None = None,
    ) -> None:
        detail = {} if audience is None else {"audience": audience.value}
        await self._audit.append(tx, _entry(self._clock.now(), scope, action, conversation_id, detail))


def _entry(
    at: datetime,
    scope: WorkspaceScope,
    action: str,
    subject_id: UUID | None = None,
    detail: dict[str, str] | None = None,
) -> AuditEntry:
    return AuditEntry(uuid7(), at, scope.workspace_id, scope.user_id, action, subject_id, detail or {})
