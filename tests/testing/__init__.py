"""Tests of what Parley ships for tests."""
