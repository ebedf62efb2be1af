"""Readers of documents, against real files of each format."""
