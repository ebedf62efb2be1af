"""Use cases of chat: send a message, follow its turn from any point, stop it."""

import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, replace

from parley.core.bots.model import Bot
from parley.core.bots.ports import Bots
from parley.core.chat.answer import Question
from parley.core.chat.citing import CitedDocuments, judged, judged_events
from parley.core.chat.events import TurnEvent
from parley.core.chat.history import History, HistoryReader
from parley.core.chat.live import SILENCE_S, LiveTurn
from parley.core.chat.model import (
    MAX_MESSAGE_CHARS,
    ChatCommand,
    KeyReused,
    Lease,
    Origin,
    Turn,
    TurnState,
)
from parley.core.chat.ports import Turns
from parley.core.chat.runner import TurnRunner
from parley.core.chat.signals import TurnSignals
from parley.core.chat.titles import shortened
from parley.core.conversations.model import (
    Conversation,
    ConversationId,
    Message,
    MessageId,
    MessageRole,
    MessageState,
    TitleSource,
    TurnId,
)
from parley.core.conversations.ports import Conversations, Messages
from parley.core.kernel.clock import Clock
from parley.core.kernel.errors import Conflict, InvalidInput, NotFound
from parley.core.kernel.ids import uuid7
from parley.core.kernel.transactions import Transaction, Transactions
from parley.core.workspaces.model import WorkspaceScope

LOG_PAGE = 500


@dataclass(frozen=True, slots=True)
class ChatStores:
    turns: Turns
    bots: Bots
    conversations: Conversations
    messages: Messages
    history: HistoryReader
    cited: CitedDocuments


@dataclass(frozen=True, slots=True)
class _Place:
    """How far a reader has come: the event it has last."""

    seq: int
    epoch: int


class AlreadySent(Exception):
    """The idempotency key is taken; rolls the transaction back. Never reaches a reader."""


class Chat:
    def __init__(
        self,
        transactions: Transactions,
        stores: ChatStores,
        runner: TurnRunner,
        signals: TurnSignals,
        clock: Clock,
    ) -> None:
        self._transactions = transactions
        self._stores = stores
        self._runner = runner
        self._signals = signals
        self._clock = clock

    async def send(self, scope: WorkspaceScope, command: ChatCommand) -> Turn:
        """Stores the message and its turn in one transaction; the server owns the turn from then on.

        The same idempotency key gives the same turn again. Raises NotFound, InvalidInput, KeyReused,
        and Conflict while the conversation's last answer is still being written.
        """
        text = command.text.strip()
        if not text:
            raise InvalidInput("The message is empty.", hint="Write a question.")
        if len(text) > MAX_MESSAGE_CHARS:
            raise InvalidInput(
                f"The message has {len(text)} characters; the limit is {MAX_MESSAGE_CHARS}.",
                hint="Shorten it, or upload the long part as a document.",
            )
        command = replace(command, text=text)
        try:
            turn, question = await self._store(scope, command)
        except AlreadySent:
            # Another request with the same key was quicker; its transaction has committed by now.
            async with self._transactions.begin(scope) as tx:
                earlier = await self._sent_before(tx, command)
            if earlier is None:
                raise Conflict("The same message was sent and removed.", hint="Send it anew.") from None
            return earlier
        if question is not None:
            self.start(question)
        return turn

    def start(self, question: Question) -> None:
        """Runs a turn that `store_turn` has stored, once its transaction has committed."""
        if question.turn.state is TurnState.RUNNING:
            self._runner.start(Lease(question.turn, last_seq=0), question)
        else:
            self._runner.notify()

    async def take_up(self, tx: Transaction, conversation_id: ConversationId, active: MessageId) -> None:
        """Locks the conversation for a new turn that answers `active`. Raises Conflict while one runs."""
        # Its row lock makes requests sent at once wait for each other here.
        await self._stores.conversations.touch(tx, conversation_id, self._clock.now(), active)
        if await self._stores.turns.running_in(tx, [conversation_id]):
            raise Conflict(
                "An answer is still being written in this conversation.",
                hint="Wait for it to end, or stop it first.",
            )

    async def store_turn(
        self,
        tx: Transaction,
        bot: Bot,
        conversation_id: ConversationId,
        user_message_id: MessageId,
        idempotency_key: str | None,
    ) -> Turn:
        """A new turn that answers the message, for `start`. Raises AlreadySent.

        The caller has begun the conversation or taken it up.
        """
        if tx.user_id is None:
            raise ValueError("A turn is stored in its user's transaction.")
        here = self._runner.has_room()
        turn = Turn(
            id=TurnId(uuid7()),
            workspace_id=bot.workspace_id,
            user_id=tx.user_id,
            conversation_id=conversation_id,
            bot_id=bot.id,
            bot_version=bot.version,
            user_message_id=user_message_id,
            assistant_message_id=MessageId(uuid7()),
            state=TurnState.RUNNING if here else TurnState.QUEUED,
            epoch=1 if here else 0,
            created_at=self._clock.now(),
            idempotency_key=idempotency_key,
        )
        owner = self._runner.id if here else None
        if not await self._stores.turns.add(tx, turn, owner, self._runner.limits.lease_s):
            raise AlreadySent
        return turn

    async def _store(self, scope: WorkspaceScope, command: ChatCommand) -> tuple[Turn, Question | None]:
        async with self._transactions.begin(scope) as tx:
            earlier = await self._sent_before(tx, command)
            if earlier is not None:
                return earlier, None
            bot = await self._stores.bots.get(tx, command.bot_id)
            if bot is None:
                raise NotFound("bot", command.bot_id)
            message_id = MessageId(uuid7())
            conversation_id, history = await self._place(tx, scope, command, bot, message_id)
            turn = await self.store_turn(tx, bot, conversation_id, message_id, command.idempotency_key)
            message = Message(
                id=message_id,
                conversation_id=conversation_id,
                parent_id=history.parent_id,
                role=MessageRole.USER,
                text=command.text,
                state=MessageState.COMPLETE,
                created_at=turn.created_at,
            )
            await self._stores.messages.add(tx, message)
        return turn, Question(turn, scope, bot, history.messages, message, history.summary)

    async def _sent_before(self, tx: Transaction, command: ChatCommand) -> Turn | None:
        if command.idempotency_key is None:
            return None
        turn = await self._stores.turns.by_key(tx, command.idempotency_key)
        if turn is None:
            return None
        message = await self._stores.messages.get(tx, turn.user_message_id)
        elsewhere = command.conversation_id not in {None, turn.conversation_id}
        if elsewhere or turn.bot_id != command.bot_id or message is None or message.text != command.text:
            raise KeyReused(command.idempotency_key)
        if command.parent_message_id is not None and message.parent_id != command.parent_message_id:
            raise KeyReused(command.idempotency_key)
        return turn

    async def _place(
        self, tx: Transaction, scope: WorkspaceScope, command: ChatCommand, bot: Bot, message_id: MessageId
    ) -> tuple[ConversationId, History]:
        """The conversation the message goes to, and the branch it continues."""
        now = self._clock.now()
        if command.conversation_id is None:
            if command.parent_message_id is not None:
                raise InvalidInput(
                    "The message has a parent_message_id but no conversation_id.",
                    hint="Name the parent's conversation too, or leave both out to begin a new one.",
                )
            conversation = Conversation(
                id=ConversationId(uuid7()),
                workspace_id=scope.workspace_id,
                user_id=scope.user_id,
                bot_id=bot.id,
                title=title_of(command.text),
                created_at=now,
                updated_at=now,
                active_message_id=message_id,
            )
            if command.origin is not None:
                return conversation.id, await self._begin_for_program(tx, conversation, command.origin, bot)
            await self._stores.conversations.add(tx, conversation)
            return conversation.id, History()
        conversation_id = command.conversation_id
        known = await self._stores.conversations.get(tx, conversation_id)
        if known is None or not scope.reaches_bot(known.bot_id) or not _is_its_own(known, command.origin):
            raise NotFound("conversation", conversation_id)
        await self.take_up(tx, conversation_id, message_id)
        parent_id = command.parent_message_id
        if parent_id is None and not command.from_the_start:
            leaf = await self._stores.messages.leaf(tx, conversation_id, known.active_message_id)
            parent_id = None if leaf is None else leaf.id
        history = await self._stores.history.read(tx, conversation_id, parent_id, bot.configuration)
        return conversation_id, history

    async def _begin_for_program(
        self, tx: Transaction, conversation: Conversation, origin: Origin, bot: Bot
    ) -> History:
        """Stores the conversation and what the program says was said before in it."""
        begun = replace(
            conversation,
            source=origin.source,
            external_user=origin.external_user,
            title_source=TitleSource.USER,  # nobody lists it, so no model has to think of a title
        )
        await self._stores.conversations.add(tx, begun)
        parent_id = None
        for said in origin.before:
            message = Message(
                id=MessageId(uuid7()),
                conversation_id=begun.id,
                parent_id=parent_id,
                role=said.role,
                text=said.text,
                state=MessageState.COMPLETE,
                created_at=begun.created_at,
            )
            await self._stores.messages.add(tx, message)
            parent_id = message.id
        return await self._stores.history.read(tx, begun.id, parent_id, bot.configuration)

    async def get(self, scope: WorkspaceScope, turn_id: TurnId) -> tuple[Turn, Message | None]:
        """A turn and, once it has one, its answer."""
        async with self._transactions.begin(scope) as tx:
            turn = await self._stores.turns.get(tx, turn_id)
            if turn is None:
                raise NotFound("turn", turn_id)
            message = await self._stores.messages.get(tx, turn.assistant_message_id)
            if message is not None:
                [message] = await judged(tx, self._stores.cited, [message])
        return turn, message

    async def cancel(self, scope: WorkspaceScope, turn_id: TurnId) -> Turn:
        """Asks a turn to stop; what it has written is kept. A turn that has ended stays as it is."""
        turn, _ = await self.get(scope, turn_id)
        if not turn.state.ended and not self._runner.cancel(turn_id):
            async with self._transactions.begin(scope) as tx:
                await self._stores.turns.request_cancel(tx, turn_id, self._clock.now())
            self._runner.notify()
        return turn

    async def follow(
        self, scope: WorkspaceScope, turn_id: TurnId, *, after: int = 0, epoch: int | None = None
    ) -> AsyncGenerator[list[TurnEvent], None]:
        """The turn's events after seq `after` until its terminal one, whichever process runs it; an empty
        batch now and then while it is silent.

        `epoch` is that of the last event the reader has. A reader that does not say gets everything
        since the latest `turn.restarted` again when it may have missed it. A turn that the scope
        cannot see has no events. While this process shuts down, the rest is another one's to tell.
        """
        place = _Place(after, epoch or 1)
        heard = time.monotonic()
        with self._runner.live.watching(turn_id) as watch:
            while True:
                live = self._live(scope, turn_id)
                if live is None:
                    # Asked before the log is read: a turn that ends in between has its last events there.
                    turn, seq = await self._find(scope, turn_id, place)
                    source = self._from_log(scope, turn_id, seq)
                else:
                    turn, source = live.turn, self._from_live(scope, live, place)
                async with aclosing(source) as batches:
                    async for batch in batches:
                        yield batch
                        heard = time.monotonic()
                        if batch:
                            place = _Place(batch[-1].seq, batch[-1].epoch)
                            if batch[-1].ends_the_turn:
                                return
                if live is None:
                    if turn is None or turn.state.ended or self._runner.closing:
                        return
                    await watch.wait(self._signals.poll_s)
                    if time.monotonic() - heard > SILENCE_S:
                        yield []
                        heard = time.monotonic()

    def _live(self, scope: WorkspaceScope, turn_id: TurnId) -> LiveTurn | None:
        """No database stands between a reader and the events of a turn that runs here."""
        live = self._runner.live.get(turn_id)
        if live is None or (live.turn.workspace_id, live.turn.user_id) != (scope.workspace_id, scope.user_id):
            return None
        return live

    async def _find(self, scope: WorkspaceScope, turn_id: TurnId, place: _Place) -> tuple[Turn | None, int]:
        """The turn, and the seq after which a reader at `place` goes on: before a restart it has missed.

        Events shown live but not yet in the log when their runner was lost are numbered anew by the next.
        """
        async with self._transactions.begin(scope) as tx:
            turn = await self._stores.turns.get(tx, turn_id)
            if turn is None or turn.epoch <= place.epoch:
                return turn, place.seq
            restart = await self._stores.turns.last_restart(tx, turn_id)
        if restart is None or restart[1] <= place.epoch:
            return turn, place.seq
        return turn, min(place.seq, restart[0] - 1)

    async def _from_live(
        self, scope: WorkspaceScope, live: LiveTurn, place: _Place
    ) -> AsyncGenerator[list[TurnEvent], None]:
        before = live.first_seq - 1
        after = place.seq if place.epoch >= live.turn.epoch else min(place.seq, before)
        if after < before:
            async for batch in self._from_log(scope, live.turn.id, after):
                earlier = [event for event in batch if event.seq < live.first_seq]
                if earlier:
                    yield earlier
                    after = earlier[-1].seq
        async with aclosing(live.follow(after)) as batches:
            async for batch in batches:
                yield batch

    async def _from_log(
        self, scope: WorkspaceScope, turn_id: TurnId, after: int
    ) -> AsyncGenerator[list[TurnEvent], None]:
        while events := await self._read_log(scope, turn_id, after):
            yield events
            after = events[-1].seq

    async def _read_log(self, scope: WorkspaceScope, turn_id: TurnId, after: int) -> list[TurnEvent]:
        async with self._transactions.begin(scope) as tx:
            events = await self._stores.turns.events_after(tx, turn_id, after, LOG_PAGE)
            return await judged_events(tx, self._stores.cited, events)


def _is_its_own(conversation: Conversation, origin: Origin | None) -> bool:
    """A program's user goes on with what is theirs; whose the rest is, the database knows."""
    return origin is None or conversation.external_user == origin.external_user


def title_of(text: str) -> str:
    """The first line of the first question, cut at a word."""
    return shortened(text.splitlines()[0].strip())
