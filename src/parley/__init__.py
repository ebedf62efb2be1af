"""Parley: a self-hosted, multi-tenant AI assistant platform."""

__version__ = "0.1.0"
