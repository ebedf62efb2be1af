"""Assistants: their configuration, versioned and immutable per version."""
