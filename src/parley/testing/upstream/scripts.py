"""What the scripted model server does for each name of a model, without I/O."""

import json
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from parley.core.llm.model import FinishReason, ToolCall
from parley.testing.upstream.requests import Asked
from parley.testing.upstream.wires import USED, Wire

MOST_TOKENS = 100_000
FAULTY_TOKENS = 10
_NAME = re.compile(r"(?P<kind>[a-z]+)(?:-(?P<count>\d+))?(?:-(?P<pause>\d+)ms)?")
_REFUSAL = re.compile(r"fault-(?P<status>[45]\d\d)(?:-(?P<retry_after>\d+)s)?")

End = Literal["complete", "hang", "drop"]
"""`hang` says nothing more until the reader goes; `drop` resets the connection."""


@dataclass(frozen=True, slots=True)
class Script:
    """A response, piece by piece."""

    pieces: Iterable[bytes]
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = ""
    """Empty: as the wire has it."""
    pause_s: float = 0.0
    """Before each piece but the first."""
    end: End = "complete"


def script(asked: Asked, wire_of: type[Wire]) -> Script:
    """What the model of this name answers; a name that says nothing is refused with 404."""
    if refusal := _REFUSAL.fullmatch(asked.model):
        return _refuse(wire_of, int(refusal["status"]), "as scripted", refusal["retry_after"])
    if asked.model.startswith("fault-"):
        return _fault(asked.model.removeprefix("fault-"), wire_of)
    name = _NAME.fullmatch(asked.model)
    if name is None or name["kind"] not in _ANSWERS:
        return _refuse(wire_of, 404, f"there is no model {asked.model!r}")
    count = min(int(name["count"] or 1), MOST_TOKENS)
    return Script(_ANSWERS[name["kind"]](asked, wire_of, count), pause_s=int(name["pause"] or 0) / 1000)


def numbers(count: int) -> list[str]:
    """The tokens of `numbers-COUNT`."""
    return [f"{number} " for number in range(count)]


def echo(question: str, count: int) -> list[str]:
    """The tokens of `echo-COUNT`."""
    return [f"{question}/{number} " for number in range(count)]


def _numbers(asked: Asked, wire_of: type[Wire], count: int) -> tuple[bytes, ...]:
    return _whole(wire_of, numbers(count))


def _echo(asked: Asked, wire_of: type[Wire], count: int) -> tuple[bytes, ...]:
    return _whole(wire_of, echo(asked.question, count))


def _thinking(asked: Asked, wire_of: type[Wire], count: int) -> tuple[bytes, ...]:
    return _whole(wire_of, numbers(count), thought="I count.")


def _tools(asked: Asked, wire_of: type[Wire], count: int) -> tuple[bytes, ...]:
    return _answer_with_results(asked, wire_of) if asked.rounds else _call(asked, wire_of, count)


def _rounds(asked: Asked, wire_of: type[Wire], count: int) -> tuple[bytes, ...]:
    return _call(asked, wire_of, 1) if asked.rounds < count else _answer_with_results(asked, wire_of)


def _clock(asked: Asked, wire_of: type[Wire], count: int) -> Iterator[bytes]:
    wire = wire_of(replace(USED, output_tokens=count))
    if opening := wire.opening():  # Gemini has none
        yield opening
    for _ in range(count):
        yield wire.text(f"{time.monotonic_ns()} ")
    yield wire.ending(FinishReason.STOP)


def _json_answer(asked: Asked, wire_of: type[Wire], count: int) -> tuple[bytes, ...]:
    whole = json.dumps(_instance_of(asked.schema or {"type": "object"}))
    return _whole(wire_of, [whole[start : start + 4] for start in range(0, len(whole), 4)])


_ANSWERS: Mapping[str, Callable[[Asked, type[Wire], int], Iterable[bytes]]] = {
    "numbers": _numbers,
    "echo": _echo,
    "clock": _clock,
    "thinking": _thinking,
    "tools": _tools,
    "rounds": _rounds,
    "json": _json_answer,
}


def _whole(wire_of: type[Wire], tokens: Iterable[str], *, thought: str = "") -> tuple[bytes, ...]:
    tokens = list(tokens)
    wire = wire_of(replace(USED, output_tokens=len(tokens)))
    reasoning = [wire.reasoning(thought, signature="c2lnbmVk")] if thought else []
    said = [wire.opening(), *reasoning, *map(wire.text, tokens), wire.ending(FinishReason.STOP)]
    return tuple(piece for piece in said if piece)


def _call(asked: Asked, wire_of: type[Wire], count: int) -> tuple[bytes, ...]:
    if not asked.tools:
        return _whole(wire_of, ["No ", "tools ", "were ", "offered."])
    wire = wire_of(replace(USED, output_tokens=count))
    offered = [asked.tools[place % len(asked.tools)] for place in range(count)]
    calls = [
        ToolCall(
            f"call_{asked.rounds}_{place}",
            tool.name,
            json.dumps(_instance_of(tool.parameters)),
            signature="" if place else "c2lnbmVk",  # Gemini signs the first of parallel calls
        )
        for place, tool in enumerate(offered)
    ]
    return (
        wire.opening() + wire.reasoning("I need a tool.", signature="c2lnbmVk"),
        wire.tool_calls(calls),
        wire.ending(FinishReason.TOOL_CALLS),
    )


def _answer_with_results(asked: Asked, wire_of: type[Wire]) -> tuple[bytes, ...]:
    return _whole(wire_of, ["The tools said: ", *(f"{result}; " for result in asked.results)])


def _fault(kind: str, wire_of: type[Wire]) -> Script:
    wire = wire_of()
    said = [wire.opening(), *map(wire.text, numbers(FAULTY_TOKENS // 2))]
    half = tuple(piece for piece in said if piece)  # Gemini has no opening
    page = (b"<!doctype html>\n\n", b"data: <p>Not a model.</p>\n\n")
    faults = {
        "silent": Script((), end="hang"),
        "hang": Script(half, end="hang"),
        "drop": Script(half, end="drop"),
        "truncated": Script(half),
        "overloaded": Script((*half, wire.fault("overloaded as scripted"))),
        "garbage": Script(page, content_type="text/html"),
    }
    return faults.get(kind) or _refuse(wire_of, 404, f"there is no fault {kind!r}")


def _refuse(wire_of: type[Wire], status: int, message: str, retry_after: str | None = None) -> Script:
    return Script(
        (wire_of().refusal(status, message),),
        status=status,
        headers={} if retry_after is None else {"Retry-After": retry_after},
        content_type="application/json",
    )


def _instance_of(schema: Mapping[str, Any]) -> Any:
    """Something that fits the schema, as far as the simple ones go that tools have."""
    if "enum" in schema:
        return schema["enum"][0]
    match schema.get("type"):
        case "object":
            properties = schema.get("properties", {})
            return {
                name: _instance_of(properties.get(name, {})) for name in schema.get("required", properties)
            }
        case "array":
            return [_instance_of(schema.get("items", {}))]
        case "integer" | "number":
            return 7
        case "boolean":
            return True
        case _:
            return "7"
