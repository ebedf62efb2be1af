"""The body of a request to the Gemini API."""

import re
from base64 import b64encode
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

from parley.adapters.llm.signatures import own, signed_thoughts
from parley.adapters.llm.tool_calls import arguments_of
from parley.core.llm.model import ChatMessage, ChatRequest, ToolSpec

_THINKING_TOKENS = {"low": 1_024, "medium": 8_192, "high": 24_576}
_NEVER_THINKS = re.compile(r"gemini-(?:1|2\.0)|gemma|learnlm")
_THINKS_BY_BUDGET = re.compile(r"gemini-2\.5")
_UNSIGNED = "skip_thought_signature_validator"
"""The API's own word for a call that another provider's model made."""


def body_of(model: str, request: ChatRequest) -> dict[str, Any]:
    body: dict[str, Any] = {
        "contents": _contents(request.messages),
        "generationConfig": _generation(model, request),
    }
    system = [{"text": message.text} for message in request.messages if message.role == "system"]
    if system:
        body["systemInstruction"] = {"parts": system}
    if request.tools:
        body["tools"] = [{"functionDeclarations": [_declaration(tool) for tool in request.tools]}]
        body["toolConfig"] = {"functionCallingConfig": _calling(request.tool_choice)}
    return body


def _generation(model: str, request: ChatRequest) -> dict[str, Any]:
    generation: dict[str, Any] = {"temperature": request.temperature}
    if request.top_p is not None:
        generation["topP"] = request.top_p
    if request.max_output_tokens is not None:
        generation["maxOutputTokens"] = request.max_output_tokens
    if request.stop:
        generation["stopSequences"] = list(request.stop)
    if request.response_format is not None:
        generation["responseMimeType"] = "application/json"
        if request.response_format.schema is not None:
            generation["responseJsonSchema"] = request.response_format.schema
    effort = request.reasoning_effort
    if effort is not None and not _NEVER_THINKS.match(model):
        thinks = (
            {"thinkingBudget": _THINKING_TOKENS[effort]}
            if _THINKS_BY_BUDGET.match(model)
            else {"thinkingLevel": effort}
        )
        generation["thinkingConfig"] = {"includeThoughts": True, **thinks}
        if request.max_output_tokens is not None:
            # Thinking counts against the limit of the answer.
            generation["maxOutputTokens"] += _THINKING_TOKENS[effort]
    return generation


def _contents(messages: Iterable[ChatMessage]) -> list[dict[str, Any]]:
    """The results of all calls of a round go into one content, where the API counts them."""
    called: dict[str, str] = {}
    contents: list[dict[str, Any]] = []
    for role, run in groupby((message for message in messages if message.role != "system"), _role):
        for message in (said := list(run)):
            called |= {call.id: call.name for call in message.tool_calls}
        if role == "tool":
            contents.append({"role": "user", "parts": [_result(message, called) for message in said]})
            continue
        contents += [{"role": role, "parts": parts} for message in said if (parts := _parts(message))]
    return contents


def _role(message: ChatMessage) -> str:
    return "model" if message.role == "assistant" else message.role


def _result(message: ChatMessage, called: Mapping[str, str]) -> dict[str, Any]:
    name = called.get(message.tool_call_id, "unknown_tool")
    return {"functionResponse": {"name": name, "response": {"output": message.text}}}


def _parts(message: ChatMessage) -> list[dict[str, Any]]:
    parts: list[dict[str, Any]] = [
        {"text": text, "thought": True, "thoughtSignature": signature}
        for text, signature in signed_thoughts("gemini", message.reasoning)
    ]
    for image in message.images:
        data = b64encode(image.data).decode()
        parts.append({"inlineData": {"mimeType": image.media_type, "data": data}})
    if message.text:
        parts.append({"text": message.text})
    for place, call in enumerate(message.tool_calls):
        part: dict[str, Any] = {"functionCall": {"name": call.name, "args": arguments_of(call)}}
        # Of calls made at once, the first is signed for all.
        if signature := own("gemini", call.signature) or ("" if place else _UNSIGNED):
            part["thoughtSignature"] = signature
        parts.append(part)
    return parts


def _declaration(tool: ToolSpec) -> dict[str, Any]:
    return {"name": tool.name, "description": tool.description, "parametersJsonSchema": tool.parameters}


def _calling(choice: str) -> dict[str, Any]:
    match choice:
        case "auto" | "none":
            return {"mode": choice.upper()}
        case "required":
            return {"mode": "ANY"}
        case _:
            return {"mode": "ANY", "allowedFunctionNames": [choice]}
