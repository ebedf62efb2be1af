"""What a request asks of a model, read from each provider's format."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Said = tuple[Literal["words", "calls", "result"], str]
"""A user's words, an assistant's calls of tools, or the result of one."""


@dataclass(frozen=True, slots=True)
class OfferedTool:
    name: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    model: str
    question: str
    """The user's last words."""
    rounds: int
    """Of tool calls since then."""
    results: tuple[str, ...]
    """Of the tools called since then."""
    tools: tuple[OfferedTool, ...]
    schema: Mapping[str, Any] | None
    """Of the answer."""


def _asked(
    model: str, said: Iterator[Said], tools: Iterator[OfferedTool], schema: Mapping[str, Any] | None
) -> Asked:
    question, rounds = "", 0
    results: list[str] = []
    for kind, text in said:
        match kind:
            case "words":
                question, rounds, results = text, 0, []
            case "calls":
                rounds += 1
            case "result":
                results.append(text)
    return Asked(model, question, rounds, tuple(results), tuple(tools), schema)


def read_openai(model: str, body: Mapping[str, Any]) -> Asked:
    def said() -> Iterator[Said]:
        for message in body["messages"]:
            match message["role"]:
                case "user":
                    yield "words", _text(message["content"])
                case "tool":
                    yield "result", _text(message["content"])
                case _:
                    if message.get("tool_calls"):
                        yield "calls", ""

    functions = (tool["function"] for tool in body.get("tools", ()))
    tools = (OfferedTool(function["name"], function["parameters"]) for function in functions)
    schema = body.get("response_format", {}).get("json_schema", {}).get("schema")
    return _asked(model, said(), tools, schema)


def read_anthropic(model: str, body: Mapping[str, Any]) -> Asked:
    def said() -> Iterator[Said]:
        for message in body["messages"]:
            blocks = _blocks(message["content"])
            if any(block["type"] == "tool_use" for block in blocks):
                yield "calls", ""
            for block in blocks:
                if block["type"] == "tool_result":
                    yield "result", _text(block["content"])
                elif block["type"] == "text" and message["role"] == "user":
                    yield "words", block["text"]

    tools = (OfferedTool(tool["name"], tool["input_schema"]) for tool in body.get("tools", ()))
    return _asked(model, said(), tools, body.get("output_config", {}).get("format", {}).get("schema"))


def read_gemini(model: str, body: Mapping[str, Any]) -> Asked:
    def said() -> Iterator[Said]:
        for content in body["contents"]:
            if any("functionCall" in part for part in content["parts"]):
                yield "calls", ""
            for part in content["parts"]:
                if "functionResponse" in part:
                    yield "result", _text(part["functionResponse"]["response"])
                elif "text" in part and content["role"] == "user":
                    yield "words", part["text"]

    declared = (tool["functionDeclarations"] for tool in body.get("tools", ()))
    tools = (
        OfferedTool(tool["name"], tool.get("parametersJsonSchema") or tool.get("parameters") or {})
        for declarations in declared
        for tool in declarations
    )
    return _asked(model, said(), tools, body.get("generationConfig", {}).get("responseJsonSchema"))


def read_bedrock(model: str, body: Mapping[str, Any]) -> Asked:
    def said() -> Iterator[Said]:
        for message in body["messages"]:
            if any("toolUse" in block for block in message["content"]):
                yield "calls", ""
            for block in message["content"]:
                if "toolResult" in block:
                    yield "result", _text(block["toolResult"]["content"])
                elif "text" in block and message["role"] == "user":
                    yield "words", block["text"]

    specs = (tool["toolSpec"] for tool in body.get("toolConfig", {}).get("tools", ()) if "toolSpec" in tool)
    tools = (OfferedTool(spec["name"], spec["inputSchema"]["json"]) for spec in specs)
    structure = body.get("outputConfig", {}).get("textFormat", {}).get("structure", {})
    spelled = structure.get("jsonSchema", {}).get("schema")
    return _asked(model, said(), tools, None if spelled is None else json.loads(spelled))


Read = Callable[[str, Mapping[str, Any]], Asked]


def _blocks(content: Any) -> list[dict[str, Any]]:
    return [{"type": "text", "text": content}] if isinstance(content, str) else content


def _text(content: Any) -> str:
    """All the text within, wherever the format puts it."""
    match content:
        case str():
            return content
        case list():
            return "".join(map(_text, content))
        case {"text": text}:
            return _text(text)
        case {"type": _}:
            return ""  # an image
        case dict():
            return "".join(map(_text, content.values()))
        case _:
            return str(content)
