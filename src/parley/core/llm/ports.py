"""What the core asks of language models."""

from collections.abc import AsyncGenerator
from typing import Protocol

from parley.core.llm.model import Capabilities, ChatRequest, ModelName, StreamEvent


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


class ModelCatalogue(Protocol):
    def resolve(self, name: str) -> ChatModel:
        """The model for `provider:model`; raises UnknownModel."""
        ...

    def default(self) -> str:
        """The `provider:model` that bots use when they name none."""
        ...

    def available(self) -> tuple[tuple[ModelName, str], ...]:
        """Names that can be offered in a list, each with a label; a provider may accept more."""
        ...
