"""Arguments of tools as typed values: one class makes the schema that models see and reads what they send."""

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from parley.core.tools.model import ToolFailed

T = TypeVar("T", bound=msgspec.Struct)


class Arguments(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base of every tool's arguments; fields carry `msgspec.Meta(description=…)` for the model."""


def schema_of(arguments: type[Arguments]) -> Mapping[str, Any]:
    """The JSON Schema of the class, as one object without references."""
    _, parts = msgspec.json.schema_components([arguments])
    schema: dict[str, Any] = {
        key: value for key, value in parts[arguments.__name__].items() if key != "title"
    }
    schema.pop("description", None)  # the docstring, which is for readers of the code
    return schema


def read(kind: type[T], arguments: Mapping[str, Any]) -> T:
    """Raises ToolFailed in words that help the model to call again."""
    try:
        return msgspec.convert(dict(arguments), kind)
    except msgspec.ValidationError as error:
        raise ToolFailed(f"The arguments do not fit: {error}.", hint="Call again with other ones.") from None
