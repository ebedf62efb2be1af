"""Tests of the use cases of webhooks."""
