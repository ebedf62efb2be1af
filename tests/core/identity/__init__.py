"""Tests of the use cases of identity, on a real database."""
