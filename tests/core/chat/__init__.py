"""Tests of turns, against a real database."""
