"""Tests of the tools that models call."""
