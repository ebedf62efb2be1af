"""Reads CSV and its kin (semicolons, tabs, bars), row by row."""

import csv
import io
from collections import Counter

from parley.adapters.documents.outline import Outline
from parley.adapters.documents.source import Source
from parley.core.ingestion.model import ParsedDocument

_DELIMITERS = ",;\t|"
_SAMPLE_LINES = 20


def read(source: Source) -> ParsedDocument:
    text = source.text()
    csv.field_size_limit(source.limits.text_bytes)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    outline = Outline(source)
    try:
        outline.table(dict(enumerate(row)) for row in rows)
    except csv.Error as error:
        raise source.damaged(f"line {rows.line_num:,} is not a row of a table ({error})") from error
    return ParsedDocument(title="", blocks=outline.blocks())


def _delimiter(text: str) -> str:
    """The one that splits most of the first lines into equally many columns."""
    lines = [line for line in text[:65_536].splitlines()[:_SAMPLE_LINES] if line.strip()]

    def agreement(delimiter: str) -> tuple[int, int]:
        columns = Counter(len(next(csv.reader([line], delimiter=delimiter))) for line in lines)
        return max(((lines_, width) for width, lines_ in columns.items() if width > 1), default=(0, 0))

    return max(_DELIMITERS, key=agreement)
