"""Tests of the text analyser."""
