"""Tests of the use cases of workspaces, on a real database."""
