"""Filters by metadata as Pinecone and S3 Vectors both describe them."""

from collections.abc import Mapping
from typing import Any


def passes(metadata: Mapping[str, Any], condition: Mapping[str, Any]) -> bool:
    [(field, wanted)] = condition.items()
    if field == "$and":
        assert wanted
        return all(passes(metadata, each) for each in wanted)
    value = metadata.get(field)
    if value is None:
        return False
    values = set(value if isinstance(value, list) else [value])
    [(operator, operand)] = wanted.items()
    if operator == "$eq":
        return operand in values
    assert operator == "$in", operator
    assert operand
    return not values.isdisjoint(operand)


def inner_product(one: list[float], other: list[float]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))
