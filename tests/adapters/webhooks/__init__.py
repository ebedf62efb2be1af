"""Tests of the adapters that tell webhooks."""
