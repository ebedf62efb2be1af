"""Tests of model adapters."""
