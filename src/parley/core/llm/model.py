"""Values of the model layer: requests, streamed events, capabilities, errors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

from parley.core.kernel.errors import ErrorKind, ParleyError, as_sentence


@dataclass(frozen=True, slots=True)
class ModelName:
    """`provider:model`, as a bot's configuration spells it; the model part may hold more colons."""

    provider: str
    model: str

    @classmethod
    def parse(cls, text: str) -> "ModelName":
        provider, colon, model = text.partition(":")
        if not (provider and colon and model):
            raise UnknownModel(text, "it is not of the form provider:model")
        return cls(provider, model)

    def __str__(self) -> str:
        return f"{self.provider}:{self.model}"


@dataclass(frozen=True, slots=True)
class Image:
    """An image in a prompt."""

    media_type: str
    """`image/png`, `image/jpeg`, `image/webp` or `image/gif`."""
    data: bytes


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """A tool as a model is told of it."""

    name: str
    description: str
    parameters: Mapping[str, Any]
    """JSON Schema of the arguments, an object."""


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A model asks for a tool. Whole: adapters put its pieces together."""

    id: str
    """As the provider named it, else made up by the adapter; unique within one answer."""
    name: str
    arguments: str
    """JSON as the model wrote it, `{}` when it wrote nothing; may be invalid."""
    signature: str = ""
    """What the provider wants back unchanged with the call (Gemini's thought signature)."""


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One message of a prompt. `tool` messages follow the assistant's message whose call they answer."""

    role: Literal["system", "user", "assistant", "tool"]
    text: str
    images: tuple[Image, ...] = ()
    """Of a user's message."""
    tool_calls: tuple[ToolCall, ...] = ()
    """Of an assistant's message."""
    tool_call_id: str = ""
    """Of a `tool` message: the call that `text` is the result of."""
    reasoning: tuple["ReasoningDelta", ...] = ()
    """Of an assistant's message: the thinking before its tool calls, for providers that want it back."""


@dataclass(frozen=True, slots=True)
class ResponseFormat:
    """The answer is to be JSON; without a schema, any object."""

    name: str = "answer"
    schema: Mapping[str, Any] | None = None
    strict: bool = True


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage that retrieval found for the question; `number` is what a citation marker `[n]` refers to."""

    number: int
    title: str
    text: str
    score: float
    """0 to 1, best 1."""


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """One call of a model.

    `passages` are already part of the system message for models that read prompts;
    the extractive answerer works from them directly.
    """

    messages: tuple[ChatMessage, ...]
    temperature: float
    passages: tuple[Passage, ...] = ()
    query: str = ""
    """The question as retrieval asked it: a follow-up with the question it follows. Empty: as it stands."""
    max_output_tokens: int | None = None
    tools: tuple[ToolSpec, ...] = ()
    tool_choice: str = "auto"
    """`auto`, `required`, `none`, or the name of one tool."""
    response_format: ResponseFormat | None = None
    reasoning_effort: Literal["low", "medium", "high"] | None = None
    """None: as the provider does by default."""
    top_p: float | None = None
    stop: tuple[str, ...] = ()

    @property
    def question(self) -> str:
        """The user's latest words."""
        return next((message.text for message in reversed(self.messages) if message.role == "user"), "")


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a model can do; a request that asks for more is refused before it is sent."""

    tools: bool = False
    images: bool = False
    thinking: bool = False
    json_schema: bool = False

    def lacking(self, request: ChatRequest) -> tuple[str, ...]:
        """What the request asks for beyond them, in words. Effort at thinking is no more than a wish."""
        asked = (
            (bool(request.tools) and not self.tools, "call tools"),
            (any(message.images for message in request.messages) and not self.images, "read images"),
            (request.response_format is not None and not self.json_schema, "be held to JSON"),
        )
        return tuple(words for lacks, words in asked if lacks)


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What is known of a model, or supposed where nothing is."""

    capabilities: Capabilities
    context_tokens: int
    """Of prompt and answer together."""
    max_output_tokens: int


@dataclass(frozen=True, slots=True)
class OfferedModel:
    name: ModelName
    label: str
    facts: ModelFacts


@dataclass(frozen=True, slots=True)
class ProviderProblem:
    """Why a provider's models are not in a list."""

    provider: str
    detail: str
    hint: str


@dataclass(frozen=True, slots=True)
class ModelList:
    models: tuple[OfferedModel, ...]
    problems: tuple[ProviderProblem, ...]


@dataclass(frozen=True, slots=True)
class TextDelta:
    text: str


@dataclass(frozen=True, slots=True)
class ReasoningDelta:
    text: str
    signature: str = ""
    """What the provider wants back unchanged with this piece of thinking; such a piece may have no text."""


@dataclass(frozen=True, slots=True)
class TokenUsage:
    """Tokens as the provider counted them, or estimated (`estimated=True`) when it does not say."""

    input_tokens: int
    output_tokens: int
    estimated: bool = False
    cached_tokens: int = 0
    """Of `input_tokens`: those the provider had read before, and bills for less."""


class FinishReason(StrEnum):
    STOP = "stop"
    LENGTH = "length"
    CONTENT_FILTER = "content_filter"
    TOOL_CALLS = "tool_calls"
    """The model waits for the results of its calls."""
    NOT_IN_DOCUMENTS = "not_in_documents"
    """The extractive answerer's own: the passages do not hold an answer."""


@dataclass(frozen=True, slots=True)
class Finish:
    """The last event of every complete stream."""

    reason: FinishReason


StreamEvent = TextDelta | ReasoningDelta | ToolCall | TokenUsage | Finish


@dataclass(frozen=True, slots=True)
class AnswerBegins:
    """A route's own event: what follows comes from `model`, and what came before is void."""

    model: ModelName
    restarts_because: str = ""
    """In words for the reader; empty when nothing that a reader sees came before."""


RoutedEvent = StreamEvent | AnswerBegins


@dataclass(frozen=True, slots=True)
class Attempt:
    """One call of one model, as the receipt keeps it."""

    model: str
    """`provider:model`."""
    error: str | None
    """The code of what ended it, `interrupted` when that came from outside; None: it answered."""
    detail: str
    seconds: float


class ModelError(ParleyError):
    """A model could not answer. `retryable` says whether the same call may succeed later."""

    code = "model_failed"
    kind = ErrorKind.UNAVAILABLE

    def __init__(
        self, detail: str, *, hint: str = "", retryable: bool = False, retry_after_s: float | None = None
    ) -> None:
        super().__init__(detail, hint=hint)
        self.retryable = retryable
        self.retry_after_s = retry_after_s


class ModelLimited(ModelError):
    """The provider takes no more requests for now."""

    code = "model_limited"


class ModelSilent(ModelError):
    """A model sent nothing until its deadline."""

    code = "model_silent"

    def __init__(self, name: ModelName, deadline_s: float) -> None:
        super().__init__(
            f"The model {name} sent nothing for {deadline_s:g} seconds.",
            hint="Ask again, or choose another model for this bot.",
            retryable=True,
        )


class ModelUnable(ModelError):
    """The request asks for what this model cannot do; nothing was sent."""

    code = "model_unable"
    kind = ErrorKind.INVALID

    def __init__(self, name: ModelName, lacking: Sequence[str]) -> None:
        super().__init__(
            f"The model {name} cannot {' or '.join(lacking)}, which this request needs.",
            hint="Choose another model for this bot, or a fallback that can.",
        )


class ModelPaused(ModelError):
    """A model failed so often that it is left alone for a while."""

    code = "model_paused"

    def __init__(self, name: ModelName, seconds: float) -> None:
        super().__init__(
            f"The model {name} failed several times in a row and is left alone for now.",
            hint=f"Ask again in {max(seconds, 1):.0f} seconds, or choose another model for this bot.",
            retry_after_s=seconds,
        )


class EveryModelFailed(ModelError):
    """No model of a route answered: the code, detail and hint of the last error, and what was tried."""

    def __init__(self, last: ParleyError, attempts: Sequence[Attempt]) -> None:
        tried = ", ".join(f"{attempt.model} ({attempt.error})" for attempt in attempts)
        super().__init__(f"{as_sentence(last.detail)} Tried in turn: {tried}.", hint=last.hint)
        self.code, self.kind = last.code, last.kind


class UnknownModel(ParleyError):
    """The bot names a model that no configured provider has."""

    code = "unknown_model"
    kind = ErrorKind.INVALID

    def __init__(self, name: str, why: str) -> None:
        super().__init__(
            f"The model {name!r} cannot be used: {why}.",
            hint="Choose a model of a configured provider; `parley doctor` checks each.",
        )
