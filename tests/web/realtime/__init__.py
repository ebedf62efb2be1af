"""Tests of parley.web.realtime."""
