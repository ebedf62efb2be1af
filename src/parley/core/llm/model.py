"""Values of the model layer: requests, streamed events, capabilities, errors."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from parley.core.kernel.errors import ErrorKind, ParleyError


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
class ChatMessage:
    role: Literal["system", "user", "assistant"]
    text: str


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
    """One call of a model. The last message is the user's question.

    `passages` are already part of the system message for models that read prompts;
    the extractive answerer works from them directly.
    """

    messages: tuple[ChatMessage, ...]
    temperature: float
    passages: tuple[Passage, ...] = ()
    query: str = ""
    """The question as retrieval asked it: a follow-up with the question it follows. Empty: as it stands."""
    max_output_tokens: int | None = None

    @property
    def question(self) -> str:
        return self.messages[-1].text


@dataclass(frozen=True, slots=True)
class Capabilities:
    tools: bool = False
    images: bool = False
    thinking: bool = False
    json_schema: bool = False


@dataclass(frozen=True, slots=True)
class TextDelta:
    text: str


@dataclass(frozen=True, slots=True)
class ReasoningDelta:
    text: str


@dataclass(frozen=True, slots=True)
class TokenUsage:
    """Tokens as the provider counted them, or estimated (`estimated=True`) when it does not say."""

    input_tokens: int
    output_tokens: int
    estimated: bool = False


class FinishReason(StrEnum):
    STOP = "stop"
    LENGTH = "length"
    CONTENT_FILTER = "content_filter"
    NOT_IN_DOCUMENTS = "not_in_documents"
    """The extractive answerer's own: the passages do not hold an answer."""


@dataclass(frozen=True, slots=True)
class Finish:
    """The last event of every complete stream."""

    reason: FinishReason


StreamEvent = TextDelta | ReasoningDelta | TokenUsage | Finish


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


class UnknownModel(ParleyError):
    """The bot names a model that no configured provider has."""

    code = "unknown_model"
    kind = ErrorKind.INVALID

    def __init__(self, name: str, why: str) -> None:
        super().__init__(
            f"The model {name!r} cannot be used: {why}.",
            hint="Choose a model of a configured provider; `parley doctor` checks each.",
        )
