"""Reads JSON and JSON Lines: a line "path: value" for each value, a paragraph for each record of a list."""

import json
from collections.abc import Iterator

from parley.adapters.documents.source import Source, TextBudget
from parley.core.ingestion.model import Block, ParsedDocument

Json = dict[str, "Json"] | list["Json"] | str | float | bool | None


def read(source: Source) -> ParsedDocument:
    budget = TextBudget(source)
    try:
        paragraphs = [budget.spend(paragraph) for paragraph in _paragraphs(_content(source.text()))]
    except json.JSONDecodeError as error:
        raise source.damaged(f"it is no valid JSON at line {error.lineno:,}: {error.msg}") from error
    except RecursionError as error:
        raise source.nested_too_deep() from error
    return ParsedDocument(title="", blocks=(Block("\n\n".join(paragraphs)),))


def _content(text: str) -> Json:
    """One value or, where each line is one (JSON Lines), the list of them."""
    try:
        return _value(text)
    except json.JSONDecodeError as error:
        if not error.msg.startswith("Extra data") or "\n" not in text[: error.pos]:
            raise
        try:
            return [_value(line) for line in text.splitlines() if line.strip()]
        except json.JSONDecodeError:
            raise error from None  # its line number is that of the file


def _value(text: str) -> Json:
    # Numbers stay as they are written: nobody computes with them, and huge ones are slow to read.
    value: Json = json.loads(text, parse_int=str, parse_float=str)
    return value


def _paragraphs(content: Json) -> Iterator[str]:
    records = content if isinstance(content, list) else [content]
    for record in records:
        yield "\n".join(_lines(record, ""))


def _lines(value: Json, path: str) -> Iterator[str]:
    """Lists of plain values stand on one line; other nesting lengthens the path."""
    match value:
        case dict():
            for key, inner in value.items():
                yield from _lines(inner, f"{path}.{key}" if path else key)
        case list() if any(isinstance(inner, dict | list) for inner in value):
            for number, inner in enumerate(value, start=1):
                yield from _lines(inner, f"{path} {number}".strip())
        case list():
            yield from _lines(", ".join(map(_plain, value)), path)
        case _:
            if plain := _plain(value):
                yield f"{path}: {plain}" if path else plain


def _plain(value: Json) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
