"""The adapters, each against the real thing where it can be had."""
