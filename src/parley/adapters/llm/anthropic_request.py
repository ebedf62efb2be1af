"""The body of a request to Anthropic's Messages API."""

import re
from base64 import b64encode
from collections.abc import Iterable
from itertools import groupby
from typing import Any

from parley.adapters.llm.facts import takes_temperature
from parley.adapters.llm.signatures import signed_thoughts
from parley.adapters.llm.tool_calls import arguments_of
from parley.core.llm.model import ChatMessage, ChatRequest, ToolSpec

MAX_OUTPUT_TOKENS = 8_192
"""The API asks for a limit; every model since Claude 3.5 can write this much."""
REDACTED = "redacted:"
"""Marks the signature of a thought that the API gives only encrypted."""

_THINKING_TOKENS = {"low": 2_048, "medium": 8_192, "high": 16_384}
_NEVER_THINKS = re.compile(r"claude-(?:2|instant|3(?!-7))")
# To version 4.5 a budget has to be given; later ones decide themselves, and from 5 on think unasked.
_THINKS_BY_BUDGET = re.compile(r"claude-(?:3-7|(?:opus|sonnet|haiku)-4(?!-[6-9])|4-)")
_JSON_OBJECT = "Answer with one JSON object and nothing else."
_NOT_IN_IDS = re.compile(r"[^a-zA-Z0-9_-]")


def body_of(model: str, request: ChatRequest) -> dict[str, Any]:
    system = [message.text for message in request.messages if message.role == "system"]
    turns = [message for message in request.messages if message.role != "system"]
    while turns[0].role != "user":
        del turns[0]  # a window of history may open with an answer, which the API refuses
    body: dict[str, Any] = {
        "model": model,
        "messages": _messages(turns),
        "max_tokens": request.max_output_tokens or MAX_OUTPUT_TOKENS,
        "stream": True,
    }
    if request.tools:
        body["tools"] = [_tool(tool) for tool in request.tools]
        body["tool_choice"] = _choice(request.tool_choice)
    if request.stop:
        body["stop_sequences"] = list(request.stop)
    if request.response_format is not None:
        if request.response_format.schema is None:
            system.append(_JSON_OBJECT)  # the API knows only schemas
        else:
            schema = {"type": "json_schema", "schema": request.response_format.schema}
            body["output_config"] = {"format": schema}
    if system:
        body["system"] = "\n\n".join(system)
    _set_thinking(body, model, request, turns)
    if "thinking" not in body and takes_temperature(model):
        # The API takes one or the other.
        if request.top_p is None:
            body["temperature"] = min(request.temperature, 1.0)  # its own upper end
        else:
            body["top_p"] = request.top_p
    return body


def _set_thinking(body: dict[str, Any], model: str, request: ChatRequest, turns: list[ChatMessage]) -> None:
    """Thinking counts against the limit of the answer, so the limit grows by as much."""
    effort = request.reasoning_effort
    if _NEVER_THINKS.match(model):
        return
    if not _THINKS_BY_BUDGET.match(model):
        body["max_tokens"] += _THINKING_TOKENS[effort or "high"]
        if effort is not None:
            # Without `display`, the later ones keep what they think to themselves.
            body["thinking"] = {"type": "adaptive", "display": "summarized"}
            body["output_config"] = {**body.get("output_config", {}), "effort": effort}
    elif effort is not None and not _forced(request) and _thoughts_are_kept(turns):
        budget = _THINKING_TOKENS[effort]
        body["max_tokens"] += budget
        body["thinking"] = {"type": "enabled", "budget_tokens": budget}


def _forced(request: ChatRequest) -> bool:
    """With a budget, the API refuses to think before a call that it has to make."""
    return bool(request.tools) and request.tool_choice not in {"auto", "none"}


def _thoughts_are_kept(turns: list[ChatMessage]) -> bool:
    """With a budget, calls since the question need the thoughts before them; another provider's are none."""
    asked = max(place for place, turn in enumerate(turns) if turn.role == "user")
    return all(signed_thoughts("anthropic", turn.reasoning) for turn in turns[asked:] if turn.tool_calls)


def _messages(turns: Iterable[ChatMessage]) -> list[dict[str, Any]]:
    """Results of tools are the user's to tell, all of a round in one message."""
    messages: list[dict[str, Any]] = []
    for role, run in groupby(turns, lambda turn: "assistant" if turn.role == "assistant" else "user"):
        said = list(run)
        if len(said) == 1 and _is_plain(said[0]):
            messages.append({"role": role, "content": said[0].text})
        elif blocks := [block for turn in said for block in _blocks(turn)]:
            messages.append({"role": role, "content": blocks})
    return messages


def _is_plain(message: ChatMessage) -> bool:
    """Just text; an answer that is empty has no place in the request."""
    return bool(message.text) and not (
        message.role == "tool" or message.images or message.tool_calls or message.reasoning
    )


def _blocks(message: ChatMessage) -> list[dict[str, Any]]:
    if message.role == "tool":
        return [{"type": "tool_result", "tool_use_id": _id(message.tool_call_id), "content": message.text}]
    blocks = [
        _thought(text, signature) for text, signature in signed_thoughts("anthropic", message.reasoning)
    ]
    for image in message.images:
        source = {"type": "base64", "media_type": image.media_type, "data": b64encode(image.data).decode()}
        blocks.append({"type": "image", "source": source})
    if message.text:
        blocks.append({"type": "text", "text": message.text})
    return blocks + [
        {"type": "tool_use", "id": _id(call.id), "name": call.name, "input": arguments_of(call)}
        for call in message.tool_calls
    ]


def _thought(text: str, signature: str) -> dict[str, Any]:
    if signature.startswith(REDACTED):
        return {"type": "redacted_thinking", "data": signature.removeprefix(REDACTED)}
    return {"type": "thinking", "thinking": text, "signature": signature}


def _id(call_id: str) -> str:
    """Other providers, whose calls a fallback may hand on, allow more in their ids."""
    return _NOT_IN_IDS.sub("_", call_id)


def _tool(tool: ToolSpec) -> dict[str, Any]:
    return {"name": tool.name, "description": tool.description, "input_schema": tool.parameters}


def _choice(choice: str) -> dict[str, str]:
    match choice:
        case "auto" | "none":
            return {"type": choice}
        case "required":
            return {"type": "any"}
        case _:
            return {"type": "tool", "name": choice}
