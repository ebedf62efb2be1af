"""Declares every table: some stand in the file of their noun, which a test need not have imported."""

import pkgutil
from importlib import import_module

from parley.adapters import database

for module in pkgutil.iter_modules(database.__path__):
    import_module(f"{database.__name__}.{module.name}")
