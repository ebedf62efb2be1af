"""What the core asks of language models."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from parley.core.kernel.ids import WorkspaceId
from parley.core.llm.model import Capabilities, ChatRequest, ModelList, ModelName, StreamEvent


class ChatModel(Protocol):
    @property
    def name(self) -> ModelName: ...

    @property
    def capabilities(self) -> Capabilities: ...

    def stream(self, request: ChatRequest) -> AsyncGenerator[list[StreamEvent], None]:
        """One list per network read, in order; the last event is `Finish`.

        Raises ModelError, also when the stream ends without its final event. Closing the
        generator closes the upstream request.
        """
        ...


class Timer(Protocol):
    """Waiting as a port, so that tests need not wait."""

    def monotonic(self) -> float:
        """Seconds since any fixed moment; never goes back."""
        ...

    async def sleep(self, seconds: float) -> None: ...


@dataclass(frozen=True, slots=True)
class ResolvedModel:
    model: ChatModel
    key_id: UUID | None = None
    """Of the workspace's own key that it is asked with; None: with what the server has."""


class ModelCatalogue(Protocol):
    async def resolve(self, name: str, workspace_id: WorkspaceId | None) -> ResolvedModel:
        """The model for `provider:model`, with the workspace's own key where it has one.

        Raises UnknownModel, and SecretUnreadable for a key that this server cannot decrypt.
        """
        ...

    def default(self) -> str:
        """The `provider:model` that bots use when they name none."""
        ...

    async def list(self, workspace_id: WorkspaceId | None) -> ModelList:
        """What can be offered to a workspace, the default first; a provider may accept more. A provider
        that does not tell its models in time is among the problems."""
        ...
