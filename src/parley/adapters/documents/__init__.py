"""Readers of files, one per format, each run in a limited child process; see `sandbox`.

A reader is `read(source: Source) -> ParsedDocument`. To add one: a file, a line in PARSERS,
a line in `parley.core.ingestion.formats`, and a test on `DocumentParserContract`.
"""

PARSERS: dict[str, str] = {
    "application/pdf": "parley.adapters.documents.pdf:read",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (
        "parley.adapters.documents.docx:read"
    ),
    "text/html": "parley.adapters.documents.html:read",
    "text/markdown": "parley.adapters.documents.markdown:read",
    "text/plain": "parley.adapters.documents.plain_text:read",
    "text/csv": "parley.adapters.documents.csv:read",
    "application/json": "parley.adapters.documents.json:read",
}
"""By media type; imported when a file of that type comes."""
