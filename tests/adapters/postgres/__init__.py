"""Tests of the embedded PostgreSQL, on real processes."""
