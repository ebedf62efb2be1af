"""Finds the reader of a media type and reads with it, once the content is what it claims to be."""

from collections.abc import Callable
from importlib import import_module

from parley.adapters.documents import PARSERS
from parley.adapters.documents.sniff import check_content
from parley.adapters.documents.source import Source
from parley.core.ingestion.model import ParsedDocument


def reader(media_type: str) -> Callable[[Source], ParsedDocument]:
    """Imports the reader of a media type in PARSERS."""
    module, _, function = PARSERS[media_type].partition(":")
    found: Callable[[Source], ParsedDocument] = getattr(import_module(module), function)
    return found


def read(source: Source, media_type: str) -> ParsedDocument:
    """Raises UnreadableDocument, also for content of another kind than `media_type`."""
    check_content(source, media_type)
    return reader(media_type)(source)
