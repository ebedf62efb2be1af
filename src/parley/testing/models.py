"""A language model for tests that says what it is told, and refuses to speak inside a transaction."""

import asyncio
from collections.abc import AsyncGenerator, Sequence

from parley.core.kernel.ids import WorkspaceId
from parley.core.kernel.transactions import transaction_is_open
from parley.core.llm.model import (
    Capabilities,
    ChatRequest,
    Finish,
    FinishReason,
    ModelError,
    ModelFacts,
    ModelList,
    ModelName,
    OfferedModel,
    StreamEvent,
    TextDelta,
    TokenUsage,
    ToolCall,
    UnknownModel,
)
from parley.core.llm.ports import ChatModel, ResolvedModel


class ModelCalledInTransaction(AssertionError):
    """Someone holds a database transaction across a network wait."""


class ScriptedModel:
    """Streams `parts`, each as one network read: texts, or events such as calls of tools and reasoning.
    A `ModelError` among them is raised at its place.

    With `stepwise`, it waits for `release()` before each part after the first.
    """

    capabilities = Capabilities(tools=True, images=True, thinking=True, json_schema=True)

    def __init__(
        self,
        parts: Sequence[str | StreamEvent | ModelError],
        *,
        name: str = "scripted:test",
        stepwise: bool = False,
    ) -> None:
        self.name = ModelName.parse(name)
        self.requests: list[ChatRequest] = []
        self.closed = asyncio.Event()
        """Set when a stream ends or is closed."""
        self._parts = parts
        self._steps: asyncio.Semaphore | None = asyncio.Semaphore(1) if stepwise else None

    def release(self, parts: int = 1) -> None:
        """Lets a stepwise model go on by so many parts."""
        if self._steps is not None:
            for _ in range(parts):
                self._steps.release()

    async def stream(self, request: ChatRequest) -> AsyncGenerator[list[StreamEvent], None]:
        if transaction_is_open():
            raise ModelCalledInTransaction
        self.requests.append(request)
        written, reason = 0, FinishReason.STOP
        try:
            for part in self._parts:
                if self._steps is not None:
                    await self._steps.acquire()
                if isinstance(part, ModelError):
                    raise part
                event = TextDelta(part) if isinstance(part, str) else part
                if isinstance(event, ToolCall):
                    reason = FinishReason.TOOL_CALLS
                written += len(getattr(event, "text", ""))
                yield [event]
                if transaction_is_open():
                    raise ModelCalledInTransaction
            yield [TokenUsage(input_tokens=10, output_tokens=max(written // 4, 1))]
            yield [Finish(reason)]
        finally:
            self.closed.set()


class ChangingModel:
    """One model that follows the next of these scripts at each call, and the last one from then on."""

    capabilities = Capabilities(tools=True, images=True, thinking=True, json_schema=True)

    def __init__(self, *scripts: ScriptedModel) -> None:
        self.name = scripts[0].name
        self.calls = 0
        self._scripts = scripts

    def stream(self, request: ChatRequest) -> AsyncGenerator[list[StreamEvent], None]:
        script = self._scripts[min(self.calls, len(self._scripts) - 1)]
        self.calls += 1
        return script.stream(request)

    @property
    def requests(self) -> list[ChatRequest]:
        """In order, as long as each script was followed once or is the last."""
        return [request for script in self._scripts for request in script.requests]


class ScriptedCatalogue:
    """Implements `ModelCatalogue` over the models given; the first is the default."""

    def __init__(self, *models: ChatModel) -> None:
        self._models = {str(model.name): model for model in models}
        self._default = str(models[0].name)

    async def resolve(self, name: str, workspace_id: WorkspaceId | None) -> ResolvedModel:
        try:
            return ResolvedModel(self._models[name])
        except KeyError:
            raise UnknownModel(name, "it is not scripted") from None

    def default(self) -> str:
        return self._default

    async def list(self, workspace_id: WorkspaceId | None) -> ModelList:
        offered = (
            OfferedModel(model.name, name, ModelFacts(model.capabilities, 8_192, 2_048))
            for name, model in self._models.items()
        )
        return ModelList(tuple(offered), ())
