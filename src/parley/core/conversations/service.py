"""Use cases of conversations: rename and remove; only their own user may."""

from parley.core.conversations.model import ConversationId
from parley.core.conversations.ports import Conversations
from parley.core.identity.model import Caller
from parley.core.kernel.errors import NotFound
from parley.core.kernel.transactions import Transactions
from parley.core.workspaces.authorize import Authorizer
from parley.core.workspaces.model import Action, ResourceKind


class ConversationService:
    def __init__(
        self, transactions: Transactions, authorizer: Authorizer, conversations: Conversations
    ) -> None:
        self._transactions = transactions
        self._authorizer = authorizer
        self._conversations = conversations

    async def rename(self, caller: Caller, conversation_id: ConversationId, title: str) -> None:
        """Raises NotFound, also for a conversation of someone else."""
        scope = await self._authorizer.on(caller, Action.CHAT, ResourceKind.CONVERSATION, conversation_id)
        async with self._transactions.begin(scope) as tx:
            if not await self._conversations.rename(tx, conversation_id, title):
                raise NotFound("conversation", conversation_id)

    async def remove(self, caller: Caller, conversation_id: ConversationId) -> None:
        """Removes it with its messages and turns; a turn that is running ends. Raises NotFound."""
        scope = await self._authorizer.on(caller, Action.CHAT, ResourceKind.CONVERSATION, conversation_id)
        async with self._transactions.begin(scope) as tx:
            if not await self._conversations.remove(tx, conversation_id):
                raise NotFound("conversation", conversation_id)
