"""An upstream in OpenAI's format that does as a capable model would: calls tools, writes JSON to a schema."""

import json
import re
from typing import Any

from tests.adapters.llm.upstream import Reply

LIMITED = "Please be too busy."
BROKEN = "Please fail."
CUT = "Please break off."
ENDLESS = "Please never stop."
WORDS = ["Rayleigh ", "scattering ", "makes ", "it ", "blue."]

_NUMBER = re.compile(r"-?\d+")
_QUOTED = re.compile(r"['\"]([^'\"]+)['\"]")


async def oblige(reply: Reply) -> None:
    body = reply.body
    said = _last_of_user(body["messages"])
    if said == LIMITED:
        await _refuse(reply, 429)
    elif said == BROKEN:
        await _refuse(reply, 400)
    else:
        await reply.start()
        calls = _calls(body, said)
        if calls:
            await _chunk(reply, {"tool_calls": calls}, "tool_calls")
        elif "response_format" in body:
            await _chunk(reply, {"content": json.dumps(_instance(_schema_of(body, said), said))}, "stop")
        else:
            await _write(reply, said)
        usage = {"prompt_tokens": 12, "completion_tokens": 5, "total_tokens": 17}
        await _send(reply, {"choices": [], "usage": usage})
        await reply.raw(b"data: [DONE]\n\n")


async def _write(reply: Reply, said: str) -> None:
    while said == ENDLESS:
        await _chunk(reply, {"content": "on "})
    for word in WORDS[:2] if said == CUT else WORDS:
        await _chunk(reply, {"content": word})
    if said == CUT:
        reply.cut()
    await _chunk(reply, {}, "stop")


async def _refuse(reply: Reply, status: int) -> None:
    await reply.start(status, **{"Content-Type": "application/json", "Retry-After": "10"})
    await reply.raw(json.dumps({"error": {"message": "Not now.", "code": "no"}}).encode())


async def _chunk(reply: Reply, delta: dict[str, Any], finish: str | None = None) -> None:
    await _send(reply, {"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]})


async def _send(reply: Reply, data: dict[str, Any]) -> None:
    await reply.raw(f"data: {json.dumps(data)}\n\n".encode())


def _last_of_user(messages: list[dict[str, Any]]) -> str:
    for message in reversed(messages):
        if message["role"] == "user":
            content = message["content"]
            return content if isinstance(content, str) else " ".join(p.get("text", "") for p in content)
    return ""


def _calls(body: dict[str, Any], said: str) -> list[dict[str, Any]]:
    """All tools where the user wants both of two, else the first, or the one that has to be called."""
    tools = [tool["function"] for tool in body.get("tools", [])]
    choice = body.get("tool_choice", "auto")
    if isinstance(choice, dict):
        tools = [tool for tool in tools if tool["name"] == choice["function"]["name"]]
    elif choice == "none" or (choice == "auto" and body["messages"][-1]["role"] == "tool"):
        return []
    return [
        {
            "index": index,
            "id": f"call_{index}",
            "type": "function",
            "function": {
                "name": tool["name"],
                "arguments": json.dumps(_instance(tool.get("parameters", {}), said)),
            },
        }
        for index, tool in enumerate(tools if "both" in said else tools[:1])
    ]


def _schema_of(body: dict[str, Any], said: str) -> dict[str, Any]:
    """Without one, the keys are what the user put in quotes."""
    wanted = body["response_format"].get("json_schema", {})
    keys = {name: {"type": "string"} for name in _QUOTED.findall(said)}
    schema: dict[str, Any] = wanted.get("schema", {"type": "object", "properties": keys})
    return schema


def _instance(schema: dict[str, Any], said: str, root: dict[str, Any] | None = None) -> Any:
    """A value of the schema; numbers and quoted texts come from what the user said."""
    root = root or schema
    if "$ref" in schema:
        return _instance(root["$defs"][schema["$ref"].rsplit("/", 1)[-1]], said, root)
    if "anyOf" in schema:
        return _instance(schema["anyOf"][0], said, root)
    if schema.get("type") == "array":
        return [_instance(schema["items"], said, root)]
    if "properties" in schema or schema.get("type") == "object":
        properties = schema.get("properties", {})
        return {name: _instance(each, said, root) for name, each in properties.items()}
    return schema["enum"][0] if "enum" in schema else _scalar(str(schema.get("type")), said)


def _scalar(kind: str, said: str) -> Any:
    number, quoted = _NUMBER.search(said), _QUOTED.search(said)
    if kind in {"integer", "number"}:
        return int(number[0]) if number else 1
    return {"boolean": True, "null": None}.get(kind, quoted[1] if quoted else said)
