"""Reads XML as a stream of events; entities that it declares for itself, the way to bombs, are refused."""

from collections.abc import Iterable, Iterator
from typing import Protocol
from xml.parsers import expat

from parley.adapters.documents.source import Source

_MOST_NESTING = 1_000


class XmlHandler(Protocol):
    """Is told of elements in order, by their names without prefix; attributes keep theirs."""

    def start(self, tag: str, attributes: dict[str, str]) -> None: ...

    def end(self, tag: str) -> None: ...

    def text(self, text: str) -> None: ...


def read_xml(pieces: Iterable[bytes], handler: XmlHandler, source: Source) -> None:
    """Feeds `handler`. Raises UnreadableDocument: `damaged_file`, or `parser_limit` when nested too deep."""
    for _ in reading_xml(pieces, handler, source):
        pass


def reading_xml(pieces: Iterable[bytes], handler: XmlHandler, source: Source) -> Iterator[None]:
    """As `read_xml`, but stops after each piece, so that what the handler has gathered can be taken."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    on_start, on_end, depth = handler.start, handler.end, 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _MOST_NESTING:
            raise source.nested_too_deep()
        on_start(tag[tag.find(":") + 1 :], attributes)

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        on_end(tag[tag.find(":") + 1 :])

    def refuse_entity(*_declaration: object) -> None:
        raise source.damaged("it declares entities of its own, which documents of its kind never do")

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = handler.text
    parser.EntityDeclHandler = refuse_entity
    try:
        for piece in pieces:
            parser.Parse(piece, False)  # noqa: FBT003 - the signature is expat's
            yield
        parser.Parse(b"", True)  # noqa: FBT003
        yield
    except (expat.ExpatError, UnicodeError, LookupError) as error:
        line = parser.CurrentLineNumber
        raise source.damaged(f"a part of it is no valid XML at line {line:,}") from error


def relation_id(attributes: dict[str, str]) -> str | None:
    """The attribute `r:id`, whatever the prefix; a plain `id` is another thing."""
    return next((value for name, value in attributes.items() if name.endswith(":id")), None)


def value_of(attributes: dict[str, str], name: str) -> str | None:
    """The attribute called `name`, with or without a prefix."""
    found = attributes.get(name)
    if found is not None:
        return found
    ending = f":{name}"
    return next((value for full, value in attributes.items() if full.endswith(ending)), None)
