"""A request in pydantic-ai's terms: messages, settings and tools."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from parley.adapters.llm.signatures import signed_thoughts
from parley.core.llm.model import ChatMessage, ChatRequest

if TYPE_CHECKING:
    from pydantic_ai.messages import ModelMessage, ModelRequestPart, ModelResponsePart
    from pydantic_ai.models import ModelRequestParameters
    from pydantic_ai.settings import ModelSettings


def messages_of(request: ChatRequest) -> "list[ModelMessage]":
    from pydantic_ai.messages import ModelRequest, ModelResponse

    tools = {call.id: call.name for message in request.messages for call in message.tool_calls}
    told: list[ModelMessage] = []
    for message in request.messages:
        if message.role == "assistant":
            told.append(ModelResponse(parts=list(_answered(message))))
            continue
        asked = _asked(message, tools)
        if told and isinstance(told[-1], ModelRequest):
            told[-1] = ModelRequest(parts=[*told[-1].parts, asked])
        else:
            told.append(ModelRequest(parts=[asked]))
    return told


def _asked(message: ChatMessage, tools: dict[str, str]) -> "ModelRequestPart":
    from pydantic_ai.messages import BinaryContent, SystemPromptPart, ToolReturnPart, UserPromptPart

    if message.role == "system":
        return SystemPromptPart(message.text)
    if message.role == "tool":
        return ToolReturnPart(tools.get(message.tool_call_id, "tool"), message.text, message.tool_call_id)
    if not message.images:
        return UserPromptPart(message.text)
    images = [BinaryContent(image.data, media_type=image.media_type) for image in message.images]
    return UserPromptPart([message.text, *images] if message.text else images)


def _answered(message: ChatMessage) -> "Iterator[ModelResponsePart]":
    from pydantic_ai.messages import TextPart, ThinkingPart, ToolCallPart

    for text, signed in signed_thoughts("pydantic-ai", message.reasoning):
        provider, _, signature = signed.partition(":")
        yield ThinkingPart(text, signature=signature, provider_name=provider)
    if message.text:
        yield TextPart(message.text)
    for call in message.tool_calls:
        yield ToolCallPart(call.name, call.arguments, call.id)


def settings_of(request: ChatRequest, *, with_temperature: bool) -> "ModelSettings":
    from pydantic_ai.settings import ModelSettings

    settings = ModelSettings(max_retries=0)  # the policy of retries is ours
    if with_temperature:
        settings["temperature"] = request.temperature
    if request.max_output_tokens is not None:
        settings["max_tokens"] = request.max_output_tokens
    if request.top_p is not None:
        settings["top_p"] = request.top_p
    if request.stop:
        settings["stop_sequences"] = list(request.stop)
    if request.reasoning_effort is not None:
        settings["thinking"] = request.reasoning_effort
    if request.tools:
        match request.tool_choice:
            case "auto" | "required" | "none" as choice:
                settings["tool_choice"] = choice
            case name:
                settings["tool_choice"] = [name]
    return settings


def parameters_of(request: ChatRequest) -> "ModelRequestParameters":
    from pydantic_ai.models import ModelRequestParameters
    from pydantic_ai.output import OutputObjectDefinition
    from pydantic_ai.tools import ToolDefinition

    tools = [
        ToolDefinition(
            name=tool.name,
            parameters_json_schema=dict(tool.parameters),
            description=tool.description or None,
        )
        for tool in request.tools
    ]
    wanted = request.response_format
    if wanted is None:
        return ModelRequestParameters(function_tools=tools)
    schema = dict(wanted.schema) if wanted.schema is not None else {"type": "object"}
    return ModelRequestParameters(
        function_tools=tools,
        output_mode="native",
        output_object=OutputObjectDefinition(schema, wanted.name, strict=wanted.strict),
    )
