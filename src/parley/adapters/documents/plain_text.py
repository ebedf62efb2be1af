"""Reads plain text in any encoding."""

from parley.adapters.documents.source import Source
from parley.core.ingestion.model import Block, ParsedDocument


def read(source: Source) -> ParsedDocument:
    return ParsedDocument(title="", blocks=(Block(source.text()),))
