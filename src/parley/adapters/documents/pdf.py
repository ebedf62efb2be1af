"""Reads PDF with pdfium, page by page, and joins the lines of a page back into paragraphs."""

import re

import pypdfium2 as pdfium

from parley.adapters.documents.source import Source, TextBudget
from parley.core.ingestion.model import Block, ParsedDocument, UnreadableDocument

_WRONG_PASSWORD = 4  # FPDF_ERR_PASSWORD
_UNSUPPORTED_SECURITY = 5  # FPDF_ERR_SECURITY
_HYPHEN_AT_LINE_END = re.compile(r"[\x02\ufffe\xad]\r?\n?")
_MACHINE_TITLE = re.compile(
    r"^(untitled|microsoft (word|powerpoint|excel) - )|\.(docx?|pdf|indd|tex|dvi)$", re.IGNORECASE
)
_FIRST_IDEOGRAPH = "\u2e80"


def read(source: Source) -> ParsedDocument:
    with _open(source) as document:
        page_count = len(document)
        if page_count > source.limits.pages:
            raise UnreadableDocument(
                "too_many_pages",
                f"{source.name!r} has {page_count:,} pages; the limit is {source.limits.pages:,}.",
                hint="Split it into several files.",
            )
        budget = TextBudget(source)
        blocks = tuple(
            Block(budget.spend(_text_of_page(document, number, source)), page=number)
            for number in range(1, page_count + 1)
        )
        return ParsedDocument(title=_title(document), blocks=blocks, page_count=page_count)


def _open(source: Source) -> pdfium.PdfDocument:
    try:
        return pdfium.PdfDocument(source.path)
    except pdfium.PdfiumError as error:
        if error.err_code in {_WRONG_PASSWORD, _UNSUPPORTED_SECURITY}:
            raise source.encrypted() from error
        raise source.damaged("its pages cannot be found") from error


def _text_of_page(document: pdfium.PdfDocument, number: int, source: Source) -> str:
    try:
        page = document[number - 1]
        text = page.get_textpage()
    except pdfium.PdfiumError as error:
        raise source.damaged(f"page {number:,} cannot be read") from error
    try:
        return _paragraphs(text.get_text_range())
    finally:
        text.close()
        page.close()


def _title(document: pdfium.PdfDocument) -> str:
    """What the author called it; names that programs put there by themselves are none."""
    title = " ".join(document.get_metadata_value("Title").split())
    return "" if _MACHINE_TITLE.search(title) else title


def _paragraphs(page: str) -> str:
    """A line that fills the page's width goes on in the next; a shorter one ends a paragraph, row or item."""
    lines = [line.strip() for line in _HYPHEN_AT_LINE_END.sub("", page).splitlines()]
    lengths = sorted(len(line) for line in lines if line)
    if not lengths:
        return ""
    full = 0.7 * lengths[len(lengths) * 9 // 10]
    text = ""
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if len(line) < full or not following:
            text += line + "\n"
        elif line[-1] >= _FIRST_IDEOGRAPH and following[0] >= _FIRST_IDEOGRAPH:
            text += line
        else:
            text += line + " "
    return text.strip()
