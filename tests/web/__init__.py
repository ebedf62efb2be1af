"""Tests of the HTTP interface, each against the whole server over a real database."""
