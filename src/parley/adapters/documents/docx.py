"""Reads Word documents by kreuzberg's tree of the document: headings, paragraphs, tables."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kreuzberg import ConcurrencyConfig, ExtractionConfig, extract_bytes_sync
from kreuzberg.exceptions import KreuzbergError

from parley.adapters.documents.outline import Outline
from parley.adapters.documents.rows import lines_of
from parley.adapters.documents.sniff import DOCX
from parley.adapters.documents.source import Source
from parley.core.ingestion.model import ParsedDocument

if TYPE_CHECKING:
    from kreuzberg._internal_bindings import NodeContent, TableGrid

_CONFIG = ExtractionConfig(
    use_cache=False,  # its cache is a folder of its own, outside the server's control
    enable_quality_processing=False,
    include_document_structure=True,
    concurrency=ConcurrencyConfig(max_threads=1),
)


def read(source: Source) -> ParsedDocument:
    try:
        result = extract_bytes_sync(source.path.read_bytes(), DOCX, _CONFIG)
    except KreuzbergError as error:
        raise source.damaged("its text cannot be unpacked") from error
    body, margins = Outline(), Outline()
    for node in result.document["nodes"] if result.document else ():
        # Page headers, footers and notes come last, but do not belong under the last heading.
        layer = node.get("content_layer") or "body"
        _add(node["content"], body if layer == "body" else margins)
    title = str(result.metadata.get("title") or "").strip()
    return ParsedDocument(title=title or body.first_heading, blocks=body.blocks() + margins.blocks())


def _add(content: "NodeContent", outline: Outline) -> None:
    match content["node_type"]:
        case "heading":
            outline.heading(content["level"], content["text"])
        case "title":
            outline.heading(1, content["text"])
        case "table":
            outline.paragraph("\n".join(lines_of(_rows(content["grid"]))))
        case "list_item":
            outline.paragraph(f"- {content['text']}")
        case "group" | "page_break" | "image":  # a group repeats the heading that follows it
            pass
        case _:
            outline.paragraph(content.get("text") or "")


def _rows(grid: "TableGrid") -> Iterator[list[str]]:
    rows = [[""] * grid["cols"] for _ in range(grid["rows"])]
    for cell in grid["cells"]:
        rows[cell["row"]][cell["col"]] = cell["content"]
    yield from rows
