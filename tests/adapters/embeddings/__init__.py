"""Tests of the embedders, on the real model."""
