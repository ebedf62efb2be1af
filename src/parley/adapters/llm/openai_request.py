"""The body of an OpenAI chat-completions request."""

import json
import re
from base64 import b64encode
from typing import Any

from parley.adapters.llm.facts import takes_temperature
from parley.adapters.llm.presets import Preset
from parley.adapters.llm.tool_calls import arguments_of
from parley.core.llm.model import ChatMessage, ChatRequest, ResponseFormat, ToolSpec

# Those that think by themselves; the servers of others may know only the limit's older name.
_THINKS = re.compile(r"(o\d|gpt-[5-9])(?!.*-chat)")
# OpenAI's own that do not, and refuse to be asked. Other servers are told of the effort.
_NEVER_THINKS = re.compile(r"gpt-[34]|chatgpt|gpt-5[\d.]*-chat")


def body_of(model: str, request: ChatRequest, preset: Preset) -> dict[str, Any]:
    body: dict[str, Any] = {
        "model": model,
        "messages": [_message(message) for message in request.messages],
        "stream": True,
    }
    if preset.usage_on_request:
        body["stream_options"] = {"include_usage": True}
    if takes_temperature(model):
        body["temperature"] = min(request.temperature, preset.highest_temperature)
        if request.top_p is not None:
            body["top_p"] = request.top_p
    if request.max_output_tokens is not None:
        limit = "max_completion_tokens" if _THINKS.match(model) else preset.limit_field
        body[limit] = request.max_output_tokens
    if request.stop:
        body["stop"] = list(request.stop)
    if request.reasoning_effort is not None and preset.takes_effort and not _NEVER_THINKS.match(model):
        body["reasoning_effort"] = request.reasoning_effort
    if request.tools:
        body["tools"] = [_tool(tool) for tool in request.tools]
        body["tool_choice"] = _choice(request.tool_choice)
    if request.response_format is not None:
        body["response_format"] = _format(request.response_format)
    return body


def _message(message: ChatMessage) -> dict[str, Any]:
    if message.role == "tool":
        return {"role": "tool", "tool_call_id": message.tool_call_id, "content": message.text}
    if message.tool_calls:
        calls = [
            {
                "id": call.id,
                "type": "function",
                # Spelled anew: servers that write the call into a prompt of their own parse it first.
                "function": {"name": call.name, "arguments": json.dumps(arguments_of(call))},
            }
            for call in message.tool_calls
        ]
        return {"role": "assistant", "content": message.text or None, "tool_calls": calls}
    if message.images:
        parts: list[dict[str, Any]] = [{"type": "text", "text": message.text}] if message.text else []
        for image in message.images:
            url = f"data:{image.media_type};base64,{b64encode(image.data).decode()}"
            parts.append({"type": "image_url", "image_url": {"url": url}})
        return {"role": message.role, "content": parts}
    return {"role": message.role, "content": message.text}


def _tool(tool: ToolSpec) -> dict[str, Any]:
    function = {"name": tool.name, "description": tool.description, "parameters": tool.parameters}
    return {"type": "function", "function": function}


def _choice(choice: str) -> Any:
    if choice in {"auto", "required", "none"}:
        return choice
    return {"type": "function", "function": {"name": choice}}


def _format(wanted: ResponseFormat) -> dict[str, Any]:
    if wanted.schema is None:
        return {"type": "json_object"}
    schema = {"name": wanted.name, "schema": wanted.schema, "strict": wanted.strict}
    return {"type": "json_schema", "json_schema": schema}
