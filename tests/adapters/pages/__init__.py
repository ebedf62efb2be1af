"""Tests of the adapters that fetch pages for import."""
