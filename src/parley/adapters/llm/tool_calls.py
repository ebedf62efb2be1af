"""Puts the pieces of streamed tool calls together, and gives their arguments as the object they spell."""

from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import msgspec

from parley.adapters.llm.transport import ProviderFault
from parley.core.llm.model import ToolCall

LONGEST_ARGUMENTS = 1 << 20
MOST_CALLS = 128


@dataclass(slots=True)
class _Pieces:
    id: str
    name: str
    arguments: list[str] = field(default_factory=list)


class PendingCalls:
    """The calls of one answer that are still being written, by the place that the adapter gives each."""

    def __init__(self) -> None:
        self.began = 0
        """Calls so far, whether or not they have ended."""
        self._open: dict[int, _Pieces] = {}
        self._ids: set[str] = set()
        self._length = 0

    def begin(self, place: int, call_id: str, name: str) -> None:
        """An id that is missing or taken is made up. Raises ProviderFault."""
        if not name:
            raise ProviderFault("it called a tool without naming it.")
        self.began += 1
        if self.began > MOST_CALLS:
            raise ProviderFault(f"it called more than {MOST_CALLS} tools at once.", retryable=False)
        if not call_id or call_id in self._ids:
            call_id = f"call_{uuid4().hex}"
        self._ids.add(call_id)
        self._open[place] = _Pieces(call_id, name)

    def add(self, place: int, piece: str) -> None:
        """Raises ProviderFault."""
        if place not in self._open:
            raise ProviderFault("it wrote arguments for a call of a tool that never began.")
        self._length += len(piece)
        if self._length > LONGEST_ARGUMENTS:
            raise ProviderFault(
                f"its calls of tools are longer than {LONGEST_ARGUMENTS} characters.", retryable=False
            )
        self._open[place].arguments.append(piece)

    def end(self, place: int, *, signature: str = "") -> list[ToolCall]:
        """The whole call; none where none is open at this place."""
        pieces = self._open.pop(place, None)
        if pieces is None:
            return []
        arguments = "".join(pieces.arguments).strip() or "{}"
        return [ToolCall(pieces.id, pieces.name, arguments, signature)]

    def end_all(self) -> list[ToolCall]:
        """In the order of their places."""
        return [call for place in sorted(self._open) for call in self.end(place)]


def arguments_of(call: ToolCall) -> dict[str, Any]:
    """As an object. What spells none is given as text within one, so that the model sees its mistake."""
    try:
        return msgspec.json.decode(call.arguments, type=dict[str, Any])
    except msgspec.DecodeError:
        return {"unreadable_arguments": call.arguments}
