"""Checks the arguments of a call against a tool's JSON Schema, within bounds that no schema can break."""

from collections.abc import Iterator, Mapping
from typing import Any

import jsonschema  # type: ignore[import-untyped]
from referencing import Registry
from referencing.exceptions import Unresolvable

from parley.core.tools.model import ToolFailed

_MOST_STEPS = 10_000

Found = Iterator[jsonschema.ValidationError] | None
_RULES = jsonschema.Draft202012Validator.VALIDATORS


class _TooManySteps(Exception):
    """The schema refers to itself in ways that would never end."""


_UNFOLLOWABLE = (
    _TooManySteps,
    RecursionError,
    Unresolvable,
    jsonschema.exceptions.UnknownType,
    # Where a schema has something else than its rules ask for, such as a number for its properties.
    TypeError,
    AttributeError,
    ValueError,
)


def check(schema: Mapping[str, Any], arguments: Mapping[str, Any]) -> None:
    """Raises ToolFailed in words that help the model to call again.

    A schema may come from a server that nobody here controls: patterns are not run (a regular expression can
    take hours), references are followed inside the schema alone, and the work is bounded.
    """
    steps = 0

    def referred(validator: Any, reference: str, instance: Any, part: Any) -> Found:
        nonlocal steps
        steps += 1
        if steps > _MOST_STEPS:
            raise _TooManySteps
        found: Found = _RULES["$ref"](validator, reference, instance, part)
        return found

    def additional(validator: Any, value: Any, instance: Any, part: Any) -> Found:
        if "patternProperties" in part:
            return None
        found: Found = _RULES["additionalProperties"](validator, value, instance, part)
        return found

    bounded = jsonschema.validators.extend(
        jsonschema.Draft202012Validator,
        {
            "$ref": referred,
            "additionalProperties": additional,
            "pattern": _skipped,
            "patternProperties": _skipped,
            "propertyNames": _skipped,
            "unevaluatedProperties": _skipped,
            "unevaluatedItems": _skipped,
            "$dynamicRef": _skipped,
        },
    )
    try:
        errors = bounded(dict(schema), registry=Registry()).iter_errors(dict(arguments))
        worst = jsonschema.exceptions.best_match(errors)
    except _UNFOLLOWABLE:
        raise ToolFailed("The schema of this tool cannot be followed.", hint="Use another tool.") from None
    if worst is not None:
        where = ".".join(str(part) for part in worst.absolute_path)
        raise ToolFailed(
            f"The arguments do not fit{f' at {where}' if where else ''}: {worst.message[:300]}.",
            hint="Call again with other ones.",
        )


def _skipped(validator: Any, value: Any, instance: Any, part: Any) -> Found:
    return None
