"""The documentation: what it shows works."""
