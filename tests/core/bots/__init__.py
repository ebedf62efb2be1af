"""Tests of bots: what their configuration may hold."""
