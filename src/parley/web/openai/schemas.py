"""Bodies of POST /v1/chat/completions; fields that OpenAI has and Parley does not know are ignored."""

import base64
import binascii
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator

from parley.core.llm.model import Image

MAX_MESSAGES = 1_000
MAX_TOOLS = 128
MAX_BODY_BYTES = 20 << 20
"""Images come inside the body."""

_IMAGE_TYPES = ("image/png", "image/jpeg", "image/webp", "image/gif")
_TOOL_NAME = r"^[a-zA-Z0-9_.-]{1,64}$"


class TextPart(BaseModel):
    type: Literal["text"]
    text: str


class RefusalPart(BaseModel):
    type: Literal["refusal"]
    refusal: str


class ImageUrl(BaseModel):
    url: str = Field(description="A `data:` URL with base64: addresses are not fetched.")

    @field_validator("url")
    @classmethod
    def _readable(cls, url: str) -> str:
        image_of(url)
        return url


class ImagePart(BaseModel):
    type: Literal["image_url"]
    image_url: ImageUrl


UserPart = Annotated[TextPart | ImagePart, Field(discriminator="type")]
AssistantPart = Annotated[TextPart | RefusalPart, Field(discriminator="type")]


def _as_parts(content: object) -> object:
    return [{"type": "text", "text": content}] if isinstance(content, str) else content


# A text counts as one part, so that an error names the part that is wrong.
Texts = Annotated[list[TextPart], BeforeValidator(_as_parts, json_schema_input_type=str | list[TextPart])]
UserParts = Annotated[list[UserPart], BeforeValidator(_as_parts, json_schema_input_type=str | list[UserPart])]
AssistantParts = Annotated[
    list[AssistantPart],
    BeforeValidator(_as_parts, json_schema_input_type=str | list[AssistantPart]),
]


class SystemMessage(BaseModel):
    role: Literal["system", "developer"]
    content: Texts


class UserMessage(BaseModel):
    role: Literal["user"]
    content: UserParts


class CalledFunction(BaseModel):
    name: str
    arguments: str


class CallBody(BaseModel):
    id: str = Field(min_length=1, max_length=200)
    type: Literal["function"] = "function"
    function: CalledFunction
    extra_content: dict[str, Any] | None = Field(
        None, description="As the answer with the call had it: some providers sign their calls."
    )


class AssistantMessage(BaseModel):
    role: Literal["assistant"]
    content: AssistantParts | None = None
    tool_calls: list[CallBody] | None = None


class ToolMessage(BaseModel):
    role: Literal["tool"]
    tool_call_id: str
    content: Texts


MessageBody = Annotated[
    SystemMessage | UserMessage | AssistantMessage | ToolMessage, Field(discriminator="role")
]


class FunctionBody(BaseModel):
    name: str = Field(pattern=_TOOL_NAME)
    description: str = ""
    parameters: dict[str, Any] = Field(default_factory=lambda: {"type": "object", "properties": {}})


class ToolBody(BaseModel):
    type: Literal["function"]
    function: FunctionBody


class ChosenFunction(BaseModel):
    name: str = Field(pattern=_TOOL_NAME)


class ChosenTool(BaseModel):
    type: Literal["function"]
    function: ChosenFunction


class SchemaBody(BaseModel):
    model_config = ConfigDict(populate_by_name=True)

    name: str = Field(pattern=_TOOL_NAME)
    json_schema: dict[str, Any] | None = Field(None, alias="schema")
    strict: bool | None = None


class TextFormat(BaseModel):
    type: Literal["text"]


class JsonFormat(BaseModel):
    type: Literal["json_object"]


class JsonSchemaFormat(BaseModel):
    type: Literal["json_schema"]
    json_schema: SchemaBody


class StreamOptions(BaseModel):
    include_usage: bool = False


def _refused(why: str) -> BeforeValidator:
    """For what OpenAI takes and Parley cannot do: better an error than an answer that ignores it."""

    def check(value: object) -> object:
        if value in (None, False, [], 0, "none"):
            return None
        raise ValueError(why)

    return BeforeValidator(check)


class CompletionBody(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "model": "help-desk",
                "messages": [{"role": "user", "content": "How long is the warranty?"}],
            }
        }
    )

    model: str = Field(max_length=300, description="A bot: its name as /v1/models gives it, or its id.")
    messages: list[MessageBody] = Field(min_length=1, max_length=MAX_MESSAGES)
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    max_tokens: int | None = Field(None, ge=1)
    max_completion_tokens: int | None = Field(None, ge=1)
    temperature: float | None = Field(None, ge=0, le=2)
    top_p: float | None = Field(None, gt=0, le=1)
    stop: str | list[str] | None = Field(None, max_length=400)
    tools: list[ToolBody] | None = Field(None, max_length=MAX_TOOLS)
    tool_choice: Literal["none", "auto", "required"] | ChosenTool | None = None
    parallel_tool_calls: bool | None = None
    response_format: Annotated[
        TextFormat | JsonFormat | JsonSchemaFormat | None, Field(discriminator="type")
    ] = None
    reasoning_effort: str | None = None
    n: int | None = None
    logprobs: Annotated[bool | None, _refused("is not supported: models do not tell it alike")] = None
    top_logprobs: Annotated[int | None, _refused("is not supported: models do not tell it alike")] = None
    functions: Annotated[list[Any] | None, _refused("was replaced by tools; send those")] = None
    function_call: Annotated[Any, _refused("was replaced by tool_choice; send that")] = None
    audio: Annotated[Any, _refused("is not supported: bots answer in text")] = None

    @field_validator("n")
    @classmethod
    def _one(cls, n: int | None) -> int | None:
        if n not in (None, 1):
            raise ValueError("must be 1; ask again for another answer")
        return n

    @field_validator("stop")
    @classmethod
    def _few(cls, stop: str | list[str] | None) -> str | list[str] | None:
        if isinstance(stop, list) and len(stop) > 4:
            raise ValueError("takes at most 4 sequences")
        return stop


def image_of(url: str) -> Image:
    """The image inside a `data:` URL. Raises ValueError."""
    if url.startswith(("http://", "https://")):
        raise ValueError("is an address, which is not fetched; send the image itself as a data: URL")
    kind, comma, encoded = url.removeprefix("data:").partition(";base64,")
    if not url.startswith("data:") or not comma or kind not in _IMAGE_TYPES:
        raise ValueError(f"must be data:TYPE;base64,… with one of the types {', '.join(_IMAGE_TYPES)}")
    try:
        return Image(kind, base64.b64decode(encoded, validate=True))
    except binascii.Error:
        raise ValueError("is not base64") from None
