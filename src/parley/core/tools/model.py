"""Values of tools: their description for the model, one invocation, its output, and errors."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from parley.core.kernel.errors import ErrorKind, ParleyError
from parley.core.workspaces.model import WorkspaceScope


@dataclass(frozen=True, slots=True)
class ToolDescription:
    """What a tool is, for the model that calls it and the people who allow it."""

    name: str
    """Letters, digits, `_` and `-`, at most 64: what every provider takes."""
    description: str
    parameters: Mapping[str, Any]
    """JSON Schema of the arguments, an object."""
    changes_things: bool
    """It has side effects: the user is asked first, unless the bot's owner allows it."""


@dataclass(frozen=True, slots=True)
class Invocation:
    """One call of a tool on behalf of a user; the arguments match the tool's schema."""

    arguments: Mapping[str, Any]
    scope: WorkspaceScope
    collections: tuple[UUID, ...] = ()
    """Of the bot; empty means every collection of the workspace."""


@dataclass(frozen=True, slots=True)
class FoundPassage:
    """A passage of a document that a tool found; the turn gives it the number that answers cite it by."""

    document_id: UUID
    document_name: str
    chunk: int
    """The chunk's ordinal in its document."""
    page: int | None
    heading_path: tuple[str, ...]
    char_start: int
    char_end: int
    text: str
    score: float


@dataclass(frozen=True, slots=True)
class ToolOutput:
    """What a tool found or did, as text for the model."""

    text: str
    passages: tuple[FoundPassage, ...] = ()
    """Told to the model after the text, each with its number: the text does not repeat them."""


class ToolFailed(ParleyError):
    """The tool could not do it. The detail is told to the model, which may try another way."""

    code = "tool_failed"
    kind = ErrorKind.UNAVAILABLE
