"""Readers of files, one per format, each run in a limited child process; see `sandbox`.

A reader is `read(source: Source) -> ParsedDocument`. To add one: a file, a line in PARSERS,
a line in `parley.core.ingestion.formats`, and a test on `DocumentParserContract`.
"""

_OFFICE = "application/vnd.openxmlformats-officedocument."
_PACKAGE = "parley.adapters.documents."

PARSERS: dict[str, str] = {
    "application/pdf": f"{_PACKAGE}pdf:read",
    f"{_OFFICE}wordprocessingml.document": f"{_PACKAGE}docx:read",
    f"{_OFFICE}presentationml.presentation": f"{_PACKAGE}pptx:read",
    f"{_OFFICE}spreadsheetml.sheet": f"{_PACKAGE}xlsx:read",
    "application/epub+zip": f"{_PACKAGE}epub:read",
    "message/rfc822": f"{_PACKAGE}eml:read",
    "text/html": f"{_PACKAGE}html:read",
    "text/markdown": f"{_PACKAGE}markdown:read",
    "text/plain": f"{_PACKAGE}plain_text:read",
    "text/csv": f"{_PACKAGE}csv:read",
    "application/json": f"{_PACKAGE}json:read",
    "image/png": f"{_PACKAGE}pictures:read",
    "image/jpeg": f"{_PACKAGE}pictures:read",
    "image/tiff": f"{_PACKAGE}pictures:read",
}
"""By media type; imported when a file of that type comes."""
