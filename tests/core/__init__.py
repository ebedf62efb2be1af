"""Tests of the nouns and use cases."""
