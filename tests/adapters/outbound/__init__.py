"""Tests of what asks other machines."""
