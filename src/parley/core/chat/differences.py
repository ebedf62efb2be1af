"""What differs between a turn as it was answered and as it would be answered now."""

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from parley.core.chat.model import ModelCall, Receipt
from parley.core.conversations.model import Citation


class PassageFate(StrEnum):
    SAME = "same"
    MOVED = "moved"
    """It has another number now."""
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class PassageChange:
    fate: PassageFate
    document_id: UUID
    document_name: str
    """Empty where it is withheld."""
    chunk: int
    number_before: int | None
    number_after: int | None
    score_before: float | None
    score_after: float | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run led to."""

    answer: str
    model: str
    cost_micros: int | None
    timings_ms: dict[str, int]


@dataclass(frozen=True, slots=True)
class Replayed:
    """A turn and its repetition, side by side."""

    live: bool
    """The real model was asked; else the recorded replies stood in."""
    before: Outcome
    after: Outcome
    passages: tuple[PassageChange, ...]
    """Those of now in their order, then those that are gone."""
    prompt_diff: str
    """Unified; empty when the models were asked the same."""
    error: str
    """Why the repetition did not come to its end, for a person; empty when it did."""

    @property
    def same(self) -> bool:
        kept = all(passage.fate is PassageFate.SAME for passage in self.passages)
        return kept and not self.prompt_diff and not self.error and self.before.answer == self.after.answer


def passage_changes(before: Receipt, after: Receipt) -> tuple[PassageChange, ...]:
    """Of the passages that were found before the model was asked; tools found others."""
    earlier = {(found.document_id, found.chunk): found for found in _retrieved(before)}
    later = {(found.document_id, found.chunk): found for found in _retrieved(after)}
    changes = [_change(earlier.get(place), found) for place, found in later.items()]
    changes += [_change(found, None) for place, found in earlier.items() if place not in later]
    return tuple(changes)


def prompt_difference(before: Receipt, after: Receipt) -> str:
    """Of everything that models were asked, as a unified diff."""
    lines = difflib.unified_diff(
        list(_asked(before.model_calls)), list(_asked(after.model_calls)), "recorded", "now", lineterm=""
    )
    return "\n".join(lines)


def _retrieved(receipt: Receipt) -> list[Citation]:
    by_tools = {passage.number for step in receipt.tool_steps for passage in step.citations}
    return [passage for passage in receipt.passages if passage.number not in by_tools]


def _change(before: Citation | None, after: Citation | None) -> PassageChange:
    known = after or before
    assert known is not None  # noqa: S101 - one of the two is there
    if before is None:
        fate = PassageFate.ADDED
    elif after is None:
        fate = PassageFate.REMOVED
    else:
        fate = PassageFate.SAME if before.number == after.number else PassageFate.MOVED
    return PassageChange(
        fate,
        known.document_id,
        known.document_name,
        known.chunk,
        None if before is None else before.number,
        None if after is None else after.number,
        None if before is None else before.score,
        None if after is None else after.score,
    )


def _asked(calls: Sequence[ModelCall]) -> Iterator[str]:
    for number, call in enumerate(calls, start=1):
        yield f"# call {number}: {call.purpose.value}"
        if call.request.tools:
            yield f"tools: {', '.join(tool.name for tool in call.request.tools)}"
        for message in call.request.messages:
            yield f"[{message.role}]"
            yield from message.text.splitlines()
            yield from (f"-> {tool_call.name} {tool_call.arguments}" for tool_call in message.tool_calls)
