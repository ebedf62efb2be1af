"""Models that pydantic-ai speaks to and Parley does not: an optional extra, used at the level of models."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any

from parley.adapters.llm.facts import facts_of, takes_temperature
from parley.adapters.llm.pydantic_ai_request import messages_of, parameters_of, settings_of
from parley.adapters.llm.signatures import mark
from parley.core.kernel.transactions import transaction_is_open
from parley.core.llm.model import (
    ChatRequest,
    Finish,
    FinishReason,
    ModelError,
    ModelLimited,
    ModelName,
    ReasoningDelta,
    StreamEvent,
    TextDelta,
    TokenUsage,
    ToolCall,
)

if TYPE_CHECKING:
    from pydantic_ai.exceptions import AgentRunError, UserError
    from pydantic_ai.models import Model, StreamedResponse

_FINISH = {
    "stop": FinishReason.STOP,
    "length": FinishReason.LENGTH,
    "content_filter": FinishReason.CONTENT_FILTER,
    "tool_call": FinishReason.TOOL_CALLS,
}


def infer(name: str) -> "Model":
    """pydantic-ai's own way from `provider:model` to a model; it reads the keys from the environment."""
    from pydantic_ai.models import infer_model

    return infer_model(name)


class PydanticAi:
    """A model that pydantic-ai calls `provider:model`."""

    def __init__(self, model: str, make: Callable[[str], "Model"] = infer) -> None:
        self.name = ModelName("pydantic-ai", model)
        provider, _, its_name = model.partition(":")
        self.capabilities = facts_of(provider, its_name).capabilities
        self._make = make
        self._model: Model | None = None

    async def stream(self, request: ChatRequest) -> AsyncGenerator[list[StreamEvent], None]:
        """Each piece is a list of its own: pydantic-ai does not tell what one network read brought."""
        if transaction_is_open():
            raise RuntimeError("A model was called inside a database transaction.")
        model = await self._loaded()
        from pydantic_ai.exceptions import AgentRunError, UserError

        try:
            async with AsyncExitStack() as stack:
                answer = await stack.enter_async_context(self._open(model, request))
                async for event in answer:
                    if said := list(_said(event)):
                        yield said
                yield self._end(answer)
        except (AgentRunError, UserError) as error:
            raise self._failure(error) from error

    async def _loaded(self) -> "Model":
        """Made in a thread: pydantic-ai and the SDK behind it take their time to import."""
        if self._model is None:
            try:
                self._model = await asyncio.to_thread(self._made)
            except ImportError as error:
                provider = self.name.model.partition(":")[0]
                raise ModelError(
                    f"{self.name} needs a package that is not installed: {error}",
                    hint='Run `pip install "parley-chat[pydantic-ai]"`, and for this provider '
                    f'`pip install "pydantic-ai-slim[{provider}]"`.',
                ) from error
        return self._model

    def _made(self) -> "Model":
        from pydantic_ai.exceptions import UserError

        try:
            return self._make(self.name.model)
        except (UserError, ValueError) as error:
            raise ModelError(
                f"{self.name} cannot be set up: {error}",
                hint="Check PARLEY_PYDANTIC_AI_MODELS and the variables that pydantic-ai reads.",
            ) from error

    def _open(self, model: "Model", request: ChatRequest) -> Any:
        from pydantic_ai.direct import model_request_stream

        return model_request_stream(
            model,
            messages_of(request),
            model_settings=settings_of(request, with_temperature=takes_temperature(self.name.model)),
            model_request_parameters=parameters_of(request),
        )

    def _end(self, answer: "StreamedResponse") -> list[StreamEvent]:
        """Raises ModelError where the stream ended before the answer did."""
        reason = _FINISH.get(answer.finish_reason or "")
        if reason is None:
            raise ModelError(
                f"The answer of {self.name} broke off before its end.", hint="Ask again.", retryable=True
            )
        # Pieces of parallel calls may be mixed: they are whole only now.
        calls: list[StreamEvent] = [
            ToolCall(call.tool_call_id, call.tool_name, call.args_as_json_str() or "{}")
            for call in answer.get().tool_calls
        ]
        usage = answer.usage
        counted = TokenUsage(usage.input_tokens, usage.output_tokens, cached_tokens=usage.cache_read_tokens)
        return [*calls, *([counted] if usage.has_values() else []), Finish(reason)]

    def _failure(self, error: "AgentRunError | UserError") -> ModelError:
        from pydantic_ai import exceptions as known

        kind, retryable, hint = ModelError, False, "Ask again; if it stays, look at the provider's status."
        match error:
            case known.ModelAuthenticationError():
                # Its own words may quote the key.
                said = "its provider does not accept this server's key, or not for this model."
                hint = "Check the key among the variables that pydantic-ai reads."
            case known.ModelRateLimitError():
                kind, retryable, said = ModelLimited, True, f"its provider takes no more: {_words_of(error)}"
                hint = "Wait a moment, then ask again."
            case known.ModelTimeoutError():
                retryable, said = True, "it did not answer in time."
            case known.ModelConnectionError():
                retryable, said = True, f"its provider cannot be reached or broke off: {error}"
                hint = "Check the address among the variables that pydantic-ai reads, then ask again."
            case known.ModelUnavailableError() | known.ModelServerError():
                retryable, said = True, _words_of(error)
            case _ if isinstance(error, known.UnexpectedModelBehavior) or isinstance(
                error.__cause__, ValueError
            ):
                said = f"it sent something that is not part of an answer: {error}"
                hint = "Check the address among the variables that pydantic-ai reads."
            case _:
                said = _words_of(error)
        return kind(
            f"{self.name} failed: {said}", hint=hint, retryable=retryable, retry_after_s=_retry_after(error)
        )


def _said(event: Any) -> Iterator[StreamEvent]:
    from pydantic_ai import messages as told

    match event:
        case told.PartStartEvent(part=told.TextPart(content=text)) if text:
            yield TextDelta(text)
        case told.PartStartEvent(part=told.ThinkingPart(content=text)) if text:
            yield ReasoningDelta(text)
        case told.PartDeltaEvent(delta=told.TextPartDelta(content_delta=text)) if text:
            yield TextDelta(text)
        case told.PartDeltaEvent(delta=told.ThinkingPartDelta(content_delta=text)) if text:
            yield ReasoningDelta(text)
        case told.PartEndEvent(part=told.ThinkingPart(signature=signature, provider_name=provider)) if (
            signature
        ):
            yield ReasoningDelta("", mark("pydantic-ai", f"{provider}:{signature}"))
        case _:
            pass


def _words_of(error: Exception) -> str:
    """The provider's own, where the body of its refusal has them; else pydantic-ai's."""
    body = getattr(error, "body", None)
    if not isinstance(body, dict):
        return str(error)
    inner = body.get("error")
    said = inner.get("message") if isinstance(inner, dict) else body.get("message")
    status = getattr(error, "status_code", None)
    return f"HTTP {status}: {said}" if isinstance(said, str) else f"HTTP {status}"


def _retry_after(error: Exception) -> float | None:
    value = (getattr(error, "headers", None) or {}).get("retry-after")
    try:
        return None if value is None else max(float(value), 0.0)
    except ValueError:
        return None
