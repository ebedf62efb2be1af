"""Use cases of conversations: rename, pin, choose a branch, remove; only their own user may."""

from dataclasses import replace

from parley.core.conversations.model import ConversationChange, ConversationId, TitleSource
from parley.core.conversations.ports import Conversations, Messages
from parley.core.identity.model import Caller
from parley.core.kernel.clock import Clock
from parley.core.kernel.errors import NotFound
from parley.core.kernel.transactions import Transactions
from parley.core.workspaces.authorize import Authorizer
from parley.core.workspaces.model import Action, ResourceKind


class ConversationService:
    def __init__(
        self,
        transactions: Transactions,
        authorizer: Authorizer,
        conversations: Conversations,
        messages: Messages,
        clock: Clock,
    ) -> None:
        self._transactions = transactions
        self._authorizer = authorizer
        self._conversations = conversations
        self._messages = messages
        self._clock = clock

    async def change(
        self, caller: Caller, conversation_id: ConversationId, change: ConversationChange
    ) -> None:
        """A title given here is kept from then on. Raises NotFound, also for a conversation of someone else
        and for a message of another conversation."""
        scope = await self._authorizer.on(caller, Action.CHAT, ResourceKind.CONVERSATION, conversation_id)
        async with self._transactions.begin(scope) as tx:
            conversation = await self._conversations.get(tx, conversation_id)
            if conversation is None:
                raise NotFound("conversation", conversation_id)
            if change.title is not None:
                conversation = replace(conversation, title=change.title, title_source=TitleSource.USER)
            if change.pinned is not None and change.pinned != (conversation.pinned_at is not None):
                pinned_at = self._clock.now() if change.pinned else None
                conversation = replace(conversation, pinned_at=pinned_at)
            if change.active_message_id is not None:
                message = await self._messages.get(tx, change.active_message_id)
                if message is None or message.conversation_id != conversation_id:
                    raise NotFound("message", change.active_message_id)
                conversation = replace(conversation, active_message_id=message.id)
            if not await self._conversations.save(tx, conversation):
                raise NotFound("conversation", conversation_id)

    async def remove(self, caller: Caller, conversation_id: ConversationId) -> None:
        """Removes it with its messages and turns; a turn that is running ends. Raises NotFound."""
        scope = await self._authorizer.on(caller, Action.CHAT, ResourceKind.CONVERSATION, conversation_id)
        async with self._transactions.begin(scope) as tx:
            if not await self._conversations.remove(tx, conversation_id):
                raise NotFound("conversation", conversation_id)
