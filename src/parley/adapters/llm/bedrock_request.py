"""The body of a request to Bedrock's Converse API."""

import json
from base64 import b64encode
from collections.abc import Iterable, Iterator
from typing import Any

from parley.adapters.llm.facts import facts_of, takes_temperature
from parley.adapters.llm.signatures import signed_thoughts
from parley.adapters.llm.tool_calls import arguments_of
from parley.core.llm.model import ChatMessage, ChatRequest, Image, ReasoningDelta, ResponseFormat

REDACTED = "redacted:"
"""Begins the signature of thinking that only the provider can read; the rest is that thinking."""

_THINKING_TOKENS = {"low": 1_024, "medium": 4_096, "high": 16_384}
_ANSWER_TOKENS = 4_096
"""Beside the thinking, where a request sets no limit."""


def body_of(model: str, request: ChatRequest) -> dict[str, Any]:
    body: dict[str, Any] = {"messages": _messages(request.messages)}
    system = [{"text": message.text} for message in request.messages if message.role == "system"]
    if request.response_format is not None and request.response_format.schema is None:
        system.append({"text": "Answer with one JSON object and nothing else."})
    if system:
        body["system"] = system
    output = {} if request.response_format is None else _json_output(request.response_format)
    inference = _inference(model, request)
    if request.reasoning_effort is not None and facts_of("bedrock", model).capabilities.thinking:
        _think(model, request.reasoning_effort, body, inference, output)
    if inference:
        body["inferenceConfig"] = inference
    if output:
        body["outputConfig"] = output
    tools = _tools(request)
    if tools:
        body["toolConfig"] = tools
    return body


def _messages(messages: Iterable[ChatMessage]) -> list[dict[str, Any]]:
    """In turns, as the API wants them: it opens with the user, and what one side says in a row is one."""
    turns: list[dict[str, Any]] = []
    for message in messages:
        if message.role == "system":
            continue
        role = "assistant" if message.role == "assistant" else "user"
        if not turns and role == "assistant":
            continue  # a window of history may open with an answer, which the API refuses
        content = list(_content(message))
        if turns and turns[-1]["role"] == role:
            turns[-1]["content"] += content
        elif content:
            turns.append({"role": role, "content": content})
    return turns


def _content(message: ChatMessage) -> Iterator[dict[str, Any]]:
    if message.role == "tool":
        result = [{"text": message.text}] if message.text.strip() else []
        yield {"toolResult": {"toolUseId": message.tool_call_id, "content": result}}
        return
    yield from _thinking(message.reasoning)
    for image in message.images:
        yield _image(image)
    if message.text.strip():  # the API refuses blank text
        yield {"text": message.text}
    for call in message.tool_calls:
        yield {"toolUse": {"toolUseId": call.id, "name": call.name, "input": arguments_of(call)}}


def _thinking(pieces: Iterable[ReasoningDelta]) -> Iterator[dict[str, Any]]:
    """Blocks as the model signed them; thinking without a signature cannot be given back."""
    for text, signature in signed_thoughts("bedrock", pieces):
        if signature.startswith(REDACTED):
            yield {"reasoningContent": {"redactedContent": signature.removeprefix(REDACTED)}}
        else:
            yield {"reasoningContent": {"reasoningText": {"text": text, "signature": signature}}}


def _image(image: Image) -> dict[str, Any]:
    return {
        "image": {
            "format": image.media_type.removeprefix("image/"),
            "source": {"bytes": b64encode(image.data).decode("ascii")},
        }
    }


def _inference(model: str, request: ChatRequest) -> dict[str, Any]:
    inference: dict[str, Any] = {}
    if request.max_output_tokens is not None:
        inference["maxTokens"] = request.max_output_tokens
    if takes_temperature(model):
        # Claude refuses both at once; all models of Bedrock take temperatures up to 1.
        if request.top_p is not None:
            inference["topP"] = request.top_p
        else:
            inference["temperature"] = min(request.temperature, 1.0)
    if request.stop:
        inference["stopSequences"] = list(request.stop)
    return inference


def _json_output(wanted: ResponseFormat) -> dict[str, Any]:
    if wanted.schema is None:
        return {}
    schema = {"name": wanted.name, "schema": json.dumps(wanted.schema)}
    return {"textFormat": {"type": "json_schema", "structure": {"jsonSchema": schema}}}


def _think(
    model: str, effort: str, body: dict[str, Any], inference: dict[str, Any], output: dict[str, Any]
) -> None:
    """Claude thinks within a budget, its later models and others by effort, each spelled its own way."""
    if "claude" not in model:
        body["additionalModelRequestFields"] = {"reasoning_effort": effort}
        return
    inference.pop("temperature", None)  # thinking has its own
    inference.pop("topP", None)
    if not takes_temperature(model):
        body["additionalModelRequestFields"] = {"thinking": {"type": "adaptive"}}
        output["effort"] = effort
        return
    budget = _THINKING_TOKENS[effort]
    body["additionalModelRequestFields"] = {"thinking": {"type": "enabled", "budget_tokens": budget}}
    inference["maxTokens"] = budget + inference.get("maxTokens", _ANSWER_TOKENS)


def _tools(request: ChatRequest) -> dict[str, Any]:
    """The API cannot forbid calls: `none` leaves the tools out, where no message speaks of them."""
    used = any(message.tool_calls for message in request.messages)
    if not request.tools or (request.tool_choice == "none" and not used):
        return {}
    tools = [
        {
            "toolSpec": {
                "name": tool.name,
                "description": tool.description or tool.name,
                "inputSchema": {"json": tool.parameters},
            }
        }
        for tool in request.tools
    ]
    match request.tool_choice:
        case "auto" | "none":
            return {"tools": tools}
        case "required":
            return {"tools": tools, "toolChoice": {"any": {}}}
        case name:
            return {"tools": tools, "toolChoice": {"tool": {"name": name}}}
