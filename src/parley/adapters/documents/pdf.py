"""Reads PDF with pdfium, page by page, and joins the lines of a page back into paragraphs."""

import re
from itertools import islice
from math import sqrt

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from parley.adapters.documents.bookmarks import Bookmarks, Section
from parley.adapters.documents.png import png_of
from parley.adapters.documents.source import Source, TextBudget, in_words
from parley.core.ingestion.model import Block, ParsedDocument

_WRONG_PASSWORD = 4  # FPDF_ERR_PASSWORD
_UNSUPPORTED_SECURITY = 5  # FPDF_ERR_SECURITY
_HYPHEN_AT_LINE_END = re.compile(r"[\x02\ufffe\xad]\r?\n?")
_MACHINE_TITLE = re.compile(
    r"^(untitled|microsoft (word|powerpoint|excel) - )|\.(docx?|pdf|indd|tex|dvi)$", re.IGNORECASE
)
_MOST_STAMP_CHARS = 20
_MUCH_OF_A_PAGE = 0.3
_MOST_OBJECTS = 2_000
_DOTS_PER_POINT = 200 / 72
_MOST_PIXELS = 20_000_000
_FIRST_IDEOGRAPH = "\u2e80"


def read(source: Source) -> ParsedDocument:
    with _open(source) as document:
        page_count = len(document)
        if page_count > source.limits.pages:
            raise source.too_many_pages(page_count)
        bookmarks = Bookmarks(document)
        budget = TextBudget(source)
        blocks: list[Block] = []
        pictures = _Pictures(source)
        for number in range(1, page_count + 1):
            text = budget.spend(_text_of_page(document, number, source, pictures))
            full = _full_line(text)
            blocks += (
                Block(_paragraphs(section, full), section.headings, number)
                for section in bookmarks.split(number, text)
            )
        return ParsedDocument(_title(document), tuple(blocks), page_count, pictures.notice())


def _open(source: Source) -> pdfium.PdfDocument:
    try:
        return pdfium.PdfDocument(source.path if source.content is None else source.content)
    except pdfium.PdfiumError as error:
        if error.err_code in {_WRONG_PASSWORD, _UNSUPPORTED_SECURITY}:
            raise source.encrypted() from error
        raise source.damaged("its pages cannot be found") from error


def _text_of_page(document: pdfium.PdfDocument, number: int, source: Source, pictures: "_Pictures") -> str:
    try:
        page = document[number - 1]
    except pdfium.PdfiumError as error:
        raise source.damaged(f"page {number:,} cannot be read") from error
    try:
        text_page = page.get_textpage()
        try:
            text = _HYPHEN_AT_LINE_END.sub("", text_page.get_text_range())
        finally:
            text_page.close()
        recognized = pictures.text_of(page, number) if _is_picture(page, text) else ""
        return f"{text}\n\n{recognized}".strip()
    except pdfium.PdfiumError as error:
        raise source.damaged(f"page {number:,} cannot be read") from error
    finally:
        page.close()


def _is_picture(page: pdfium.PdfPage, text: str) -> bool:
    """Pictures cover much of it, and beside them stands at most a page number or a stamp."""
    if len("".join(text.split())) > _MOST_STAMP_CHARS:
        return False
    width, height = page.get_size()
    covered = 0.0
    for picture in islice(page.get_objects([pdfium_c.FPDF_PAGEOBJ_IMAGE], max_depth=3), _MOST_OBJECTS):
        left, bottom, right, top = picture.get_bounds()
        covered += max(0.0, right - left) * max(0.0, top - bottom)
    return bool(covered >= _MUCH_OF_A_PAGE * width * height > 0)


class _Pictures:
    """The pages that are pictures, and what came of recognising their text."""

    def __init__(self, source: Source) -> None:
        self._recognizer = source.recognizer
        self._recognized: list[int] = []
        self._unread: list[int] = []

    def text_of(self, page: pdfium.PdfPage, number: int) -> str:
        pages = self._recognizer.pages_of(_picture_of(page)) if self._recognizer else None
        (self._unread if pages is None else self._recognized).append(number)
        return "\n\n".join(pages or ())

    def notice(self) -> str:
        said = []
        if self._unread:
            one, many = "is a picture without text; it needs OCR", "are pictures without text; they need OCR"
            said.append(f"{_pages(self._unread)} {one if len(self._unread) == 1 else many}.")
        if self._recognized:
            said.append(f"{_pages(self._recognized)}: text recognised in pictures, which may have mistakes.")
        return " ".join(said)


def _pages(numbers: list[int]) -> str:
    return f"Page{'s' if len(numbers) > 1 else ''} {in_words(numbers)}"


def _picture_of(page: pdfium.PdfPage) -> bytes:
    width, height = page.get_size()
    scale = min(_DOTS_PER_POINT, sqrt(_MOST_PIXELS / (width * height)))
    bitmap = page.render(scale=scale, grayscale=True)
    try:
        return png_of(bitmap)
    finally:
        bitmap.close()


def _title(document: pdfium.PdfDocument) -> str:
    """What the author called it; names that programs put there by themselves are none."""
    title = " ".join(document.get_metadata_value("Title").split())
    return "" if _MACHINE_TITLE.search(title) else title


def _full_line(page: str) -> float:
    """How long a line is at least that fills the page's width."""
    lengths = sorted(len(line.strip()) for line in page.splitlines() if line.strip())
    return 0.7 * lengths[len(lengths) * 9 // 10] if lengths else 0.0


def _paragraphs(section: Section, full: float) -> str:
    """A line of `full` length goes on in the next; a shorter one ends a paragraph, row or item."""
    lines = [line.strip() for line in section.text.splitlines()] or [""]
    text = ""
    for number, (line, following) in enumerate(zip(lines, [*lines[1:], ""], strict=True)):
        if len(line) < full or not following or (number == 0 and section.begins_with_heading):
            text += line + "\n"
        elif line[-1] >= _FIRST_IDEOGRAPH and following[0] >= _FIRST_IDEOGRAPH:
            text += line
        else:
            text += line + " "
    return text.strip()
