"""How turns end: the state and the message that each end leaves, and the ends that are Parley's own fault."""

from datetime import datetime

from parley.core.chat.draft import Draft
from parley.core.chat.events import TerminalEvent, TurnCancelled, TurnFailed, TurnFinished
from parley.core.chat.model import Turn, TurnState
from parley.core.conversations.model import Message, MessageRole, MessageState
from parley.core.kernel.errors import ErrorKind, ParleyError


class InternalFault(ParleyError):
    """A fault of ours while answering; the log has the rest."""

    code = "internal_error"
    kind = ErrorKind.UNAVAILABLE


class TooOftenTaken(ParleyError):
    """One runner after the other stopped while it answered."""

    code = "turn_given_up"
    kind = ErrorKind.UNAVAILABLE

    def __init__(self, runners: int) -> None:
        super().__init__(
            f"The server stopped {runners} times while it answered this.",
            hint="Ask again; if it stays, the administrator finds the cause in the server's log.",
        )


def state_after(end: TerminalEvent) -> TurnState:
    match end:
        case TurnFinished():
            return TurnState.DONE
        case TurnFailed():
            return TurnState.FAILED
        case TurnCancelled():
            return TurnState.CANCELLED


def message_of(turn: Turn, draft: Draft, state: MessageState, at: datetime) -> Message:
    """The answer as far as it came."""
    return Message(
        id=turn.assistant_message_id,
        conversation_id=turn.conversation_id,
        parent_id=turn.user_message_id,
        role=MessageRole.ASSISTANT,
        text=draft.text,
        state=state,
        created_at=at,
        citations=draft.citations,
        turn_id=turn.id,
    )
