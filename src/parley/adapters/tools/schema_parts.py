"""Schemas of an OpenAPI document as JSON Schema without references, which every model provider takes."""

from collections.abc import Mapping
from typing import Any

from parley.core.kernel.errors import InvalidInput

_MOST_DEPTH = 12
_MOST_NODES = 3_000
"""Of one operation: references within references would grow without end."""
_MOST_NODES_OF_ALL = 30_000
"""Of all operations, those too that cannot be called: a short document may refer to much from each."""
_KEPT = (
    *("type", "description", "enum", "const", "default", "format", "required"),
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    *("minLength", "maxLength", "minItems", "maxItems", "uniqueItems"),
)
_MOST_DESCRIPTION = 500


class SchemaReader:
    """Reads the schemas of a document, one operation after the other."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document
        self._nodes = 0
        self._nodes_before = 0

    def begin_operation(self) -> None:
        """What is read from now on counts as another one's."""
        self._nodes_before = self._nodes

    def resolved(self, part: Any) -> Mapping[str, Any]:
        """`part`, or what it refers to within the document. Raises InvalidInput for any other place."""
        for _ in range(_MOST_DEPTH):
            if not isinstance(part, Mapping):
                return {}
            reference = part.get("$ref")
            if reference is None:
                return part
            part = self._at(reference)
        raise InvalidInput("The document has references that lead in a circle.", hint="Mend the document.")

    def schema(self, part: Any, depth: int = 0) -> dict[str, Any]:
        """A schema with everything inlined; what lies deeper than the limit takes any value."""
        self._nodes += 1
        if self._nodes > _MOST_NODES_OF_ALL:
            raise InvalidInput(
                f"The parameters and bodies of all operations have more than {_MOST_NODES_OF_ALL} parts.",
                hint="Give a document with the operations that bots need.",
            )
        if self._nodes - self._nodes_before > _MOST_NODES:
            raise InvalidInput(
                f"An operation's parameters and body have more than {_MOST_NODES} parts.",
                hint="Give a document with the operations that bots need, in a simpler form.",
            )
        if depth > _MOST_DEPTH:
            return {}
        part = self.resolved(part)
        kept = {key: part[key] for key in _KEPT if key in part}
        if isinstance(kept.get("description"), str):
            kept["description"] = kept["description"][:_MOST_DESCRIPTION]
        return _as_json_schema(kept, part) | self._children(part, depth + 1)

    def _children(self, part: Mapping[str, Any], depth: int) -> dict[str, Any]:
        children: dict[str, Any] = {}
        properties = part.get("properties")
        if isinstance(properties, Mapping):
            children["properties"] = {
                name: self.schema(each, depth)
                for name, each in properties.items()
                if not self.resolved(each).get("readOnly")
            }
        for key in ("items", "additionalProperties", "not"):
            if isinstance(part.get(key), Mapping):
                children[key] = self.schema(part[key], depth)
        if part.get("additionalProperties") is False:
            children["additionalProperties"] = False
        for key in ("allOf", "anyOf", "oneOf"):
            if isinstance(part.get(key), list):
                children[key] = [self.schema(each, depth) for each in part[key]]
        return children

    def _at(self, reference: Any) -> Any:
        if not (isinstance(reference, str) and reference.startswith("#/")):
            raise InvalidInput(
                f"The document refers to {reference!r}; only references within it are followed.",
                hint="Bundle the document into one file.",
            )
        place: Any = self._document
        for step in reference[2:].split("/"):
            key = step.replace("~1", "/").replace("~0", "~")
            if not isinstance(place, Mapping) or key not in place:
                raise InvalidInput(f"The document refers to {reference!r}, which it does not have.")
            place = place[key]
        return place


def _as_json_schema(kept: dict[str, Any], part: Mapping[str, Any]) -> dict[str, Any]:
    """OpenAPI 3.0 says some things otherwise than JSON Schema, which 3.1 follows."""
    for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if isinstance(kept.get(exclusive), bool) and kept.pop(exclusive) and bound in kept:
            kept[exclusive] = kept.pop(bound)
    if part.get("nullable") is True and isinstance(kept.get("type"), str):
        kept["type"] = [kept["type"], "null"]
        if isinstance(kept.get("enum"), list) and None not in kept["enum"]:
            kept["enum"] = [*kept["enum"], None]
    properties = part.get("properties")
    read_only = {
        name
        for name, each in (properties if isinstance(properties, Mapping) else {}).items()
        if isinstance(each, Mapping) and each.get("readOnly")
    }
    if isinstance(kept.get("required"), list):
        kept["required"] = [
            name for name in kept["required"] if isinstance(name, str) and name not in read_only
        ]
    return kept
