"""What made an answer, for its user and, as far as they may read its documents, for administrators."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol
from uuid import UUID

from parley.core.audit.model import AuditEntry
from parley.core.audit.ports import AuditLog
from parley.core.chat.citing import WITHHELD_ANSWER, CitedDocuments
from parley.core.chat.model import ModelCall, Receipt, ToolStep, Turn
from parley.core.chat.prompt import passage_text
from parley.core.conversations.model import Citation, Message, TurnId
from parley.core.conversations.ports import Messages
from parley.core.identity.model import Caller
from parley.core.kernel.clock import Clock
from parley.core.kernel.errors import Conflict, NotFound
from parley.core.kernel.ids import uuid7
from parley.core.kernel.transactions import Transaction, Transactions
from parley.core.llm.model import ChatMessage, Image
from parley.core.workspaces.authorize import Authorizer
from parley.core.workspaces.model import Action, ResourceKind, Role, WorkspaceScope

WITHHELD = "[This passage is withheld: its document was removed, or is not yours to read.]"


@dataclass(frozen=True, slots=True)
class StoredReceipt:
    """A turn that has ended, with its answer and what made it."""

    turn: Turn
    answer: Message | None
    """None when it failed before there was one."""
    receipt: Receipt | None
    """None while the turn is being answered, and when it failed before it began."""


@dataclass(frozen=True, slots=True)
class ShownReceipt:
    """A receipt without the passages that its reader may not read."""

    turn: Turn
    answer: Message | None
    receipt: Receipt
    withheld: frozenset[UUID]
    """Documents whose text stands nowhere in it; of somebody else's turn, then no text of the answer, of its
    prompts and of its tools either."""


class Receipts(Protocol):
    async def receipt(self, tx: Transaction, turn_id: TurnId) -> tuple[Turn, Receipt | None] | None:
        """A turn that the transaction sees, its receipt as `compact` left it; none before it has ended."""
        ...


@dataclass(frozen=True, slots=True)
class ReceiptStores:
    receipts: Receipts
    messages: Messages
    cited: CitedDocuments
    audit: AuditLog


class ReadReceipt:
    def __init__(
        self,
        transactions: Transactions,
        authorizer: Authorizer,
        stores: ReceiptStores,
        clock: Clock,
    ) -> None:
        self._transactions = transactions
        self._authorizer = authorizer
        self._stores = stores
        self._clock = clock

    async def run(self, caller: Caller, turn_id: TurnId) -> ShownReceipt:
        """Of one's own turn; administrators read everyone's, which is recorded. Raises NotFound, and
        Conflict while the turn is being answered."""
        scope = await self._authorizer.on(caller, Action.CHAT, ResourceKind.TURN, turn_id)
        stored = await self._stored(scope, turn_id)
        return await self._shown(scope, stored)

    async def own(self, caller: Caller, turn_id: TurnId) -> tuple[WorkspaceScope, ShownReceipt]:
        """As `run`, but of one's own turn alone, with the scope it was read in."""
        scope = await self._authorizer.on(caller, Action.CHAT, ResourceKind.TURN, turn_id)
        async with self._transactions.begin(scope) as tx:
            found = await self._find(tx, turn_id)
        if found is None:
            raise NotFound("turn", turn_id)
        return scope, await self._shown(scope, found)

    async def _shown(self, scope: WorkspaceScope, stored: StoredReceipt) -> ShownReceipt:
        """What of it the scope may read now."""
        receipt = stored.receipt
        if receipt is None:
            if stored.turn.state.ended:
                raise NotFound("receipt of the turn", stored.turn.id)
            raise Conflict("This turn is still being answered.", hint="Ask again when it has ended.")
        documents = {passage.document_id for passage in receipt.passages}
        if stored.turn.user_id != scope.user_id:
            # The earlier answers stand in the prompt, and this one may repeat them.
            async with self._transactions.begin_platform(scope.workspace_id) as tx:
                behind = await self._stores.cited.behind(tx, [stored.turn.user_message_id])
            documents |= behind.get(stored.turn.user_message_id, frozenset())
        async with self._transactions.begin(scope) as tx:
            withheld = frozenset(documents - (await self._stores.cited.versions(tx, documents)).keys())
        if not withheld:
            return ShownReceipt(stored.turn, stored.answer, receipt, withheld)
        receipt, answer = _without(receipt, withheld), stored.answer
        if stored.turn.user_id != scope.user_id:
            receipt = _without_words(receipt)
            answer = None if answer is None else replace(answer, text=WITHHELD_ANSWER, citations=())
        return ShownReceipt(stored.turn, answer, receipt, withheld)

    async def _stored(self, scope: WorkspaceScope, turn_id: TurnId) -> StoredReceipt:
        async with self._transactions.begin(scope) as tx:
            found = await self._find(tx, turn_id)
        if found is None and scope.role.rank >= Role.ADMIN.rank:
            async with self._transactions.begin_platform(scope.workspace_id) as tx:
                found = await self._find(tx, turn_id)
                if found is not None:
                    await self._record(tx, scope, turn_id)
        if found is None:
            raise NotFound("turn", turn_id)
        return found

    async def _find(self, tx: Transaction, turn_id: TurnId) -> StoredReceipt | None:
        found = await self._stores.receipts.receipt(tx, turn_id)
        if found is None:
            return None
        turn, receipt = found
        answer = await self._stores.messages.get(tx, turn.assistant_message_id)
        return StoredReceipt(turn, answer, None if receipt is None else with_texts(receipt, answer))

    async def _record(self, tx: Transaction, scope: WorkspaceScope, turn_id: TurnId) -> None:
        """A conversation is its user's own: that somebody else has read of it leaves a trace."""
        await self._stores.audit.append(
            tx,
            AuditEntry(
                id=uuid7(),
                at=self._clock.now(),
                workspace_id=scope.workspace_id,
                actor_id=scope.user_id,
                action="receipt.read",
                subject_id=turn_id,
            ),
        )


def compact(receipt: Receipt) -> Receipt:
    """As it is kept: the texts of passages stand in the answer's citations and the prompt, images nowhere."""
    return replace(
        receipt,
        passages=tuple(replace(passage, text="") for passage in receipt.passages),
        model_calls=tuple(_compact_call(call) for call in receipt.model_calls),
    )


def with_texts(receipt: Receipt, answer: Message | None) -> Receipt:
    """The receipt as it was before `compact`, save for the bytes of images."""
    cited = () if answer is None else answer.citations
    if not receipt.passages:
        return replace(receipt, passages=cited)
    texts = {citation.number: citation.text for citation in cited}
    passages = tuple(
        replace(passage, text=texts.get(passage.number, passage.text)) for passage in receipt.passages
    )
    return replace(receipt, passages=passages)


def _compact_call(call: ModelCall) -> ModelCall:
    messages = tuple(
        replace(message, images=tuple(Image(image.media_type, b"") for image in message.images))
        if message.images
        else message
        for message in call.request.messages
    )
    return replace(call, request=replace(call.request, messages=messages, passages=()))


def _without(receipt: Receipt, withheld: frozenset[UUID]) -> Receipt:
    texts = _texts_of(receipt, withheld)
    return replace(
        receipt,
        passages=_withheld(receipt.passages, withheld),
        model_calls=tuple(_call_without(call, texts) for call in receipt.model_calls),
        tool_steps=tuple(_step_without(step, withheld, texts) for step in receipt.tool_steps),
    )


def _texts_of(receipt: Receipt, withheld: frozenset[UUID]) -> tuple[str, ...]:
    """Everything that a passage of these documents stands in, the longest first."""
    texts = set()
    for step in receipt.tool_steps:
        if any(passage.document_id in withheld for passage in step.citations):
            texts.add(step.output)  # as a whole: it may end within a passage
    for passage in receipt.passages:
        if passage.document_id in withheld and passage.text:
            texts |= {passage_text(passage), passage.text}
    return tuple(sorted(texts, key=len, reverse=True))


def _withheld(passages: Sequence[Citation], documents: frozenset[UUID]) -> tuple[Citation, ...]:
    return tuple(
        replace(passage, text="", document_name="", heading_path=())
        if passage.document_id in documents
        else passage
        for passage in passages
    )


def _call_without(call: ModelCall, texts: Sequence[str]) -> ModelCall:
    messages = tuple(_message_without(message, texts) for message in call.request.messages)
    return replace(call, request=replace(call.request, messages=messages))


def _message_without(message: ChatMessage, texts: Sequence[str]) -> ChatMessage:
    return replace(message, text=_cleared(message.text, texts))


def _step_without(step: ToolStep, documents: frozenset[UUID], texts: Sequence[str]) -> ToolStep:
    return replace(step, output=_cleared(step.output, texts), citations=_withheld(step.citations, documents))


def _cleared(text: str, withheld: Sequence[str]) -> str:
    for passage in withheld:
        text = text.replace(passage, WITHHELD)
    return text


def _without_words(receipt: Receipt) -> Receipt:
    """Figures alone: prompts, replies and tools all may hold what a withheld document says."""
    return replace(
        receipt,
        query="",
        model_calls=tuple(_call_without_words(call) for call in receipt.model_calls),
        tool_steps=tuple(
            replace(step, output=WITHHELD, call=replace(step.call, arguments="{}"))
            for step in receipt.tool_steps
        ),
    )


def _call_without_words(call: ModelCall) -> ModelCall:
    messages = tuple(
        replace(message, text=WITHHELD, tool_calls=(), reasoning=()) for message in call.request.messages
    )
    reply = replace(call.reply, text=WITHHELD, reasoning=(), tool_calls=())
    return replace(call, request=replace(call.request, messages=messages, query=""), reply=reply)
