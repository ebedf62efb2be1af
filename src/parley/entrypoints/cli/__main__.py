"""Lets `python -m parley.entrypoints.cli` do what `parley` does."""

from parley.entrypoints.cli import main

main()
