"""Tests of knowledge: ranking, search, collections and documents."""
