"""Tests of rerankers, against scripted servers."""
