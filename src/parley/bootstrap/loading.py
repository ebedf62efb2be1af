"""Imports what a registry names, once it is wanted."""

import importlib
from typing import Any


def load(place: str) -> Any:
    """The object at `module:name`, imported now."""
    module, _, name = place.partition(":")
    return getattr(importlib.import_module(module), name)
