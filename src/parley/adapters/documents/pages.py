"""Draws pages of a PDF and finds passages on them; runs in the limited child, as the readers do."""

import ctypes
import math
import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from parley.adapters.documents.png import png_of
from parley.adapters.documents.source import Source
from parley.core.ingestion.model import PageLayout, Rectangle, SoughtText

MOST_PIXELS = 6_000_000
MOST_SIDE = 6_000
MOST_CHARACTERS = 200_000
"""Of one page that are looked through."""
MOST_RECTANGLES = 500
_LEAST_PIECE = 12
"""Letters: a shorter piece of a passage stands in too many places to tell where the passage is."""
_FINE = 100
"""Device units for a point: pdfium gives whole ones."""
_PIECES = re.compile(r"\n+|(?<=[.!?。！？])\s*")


def picture(source: Source, page_number: int, width: int) -> bytes:
    """PNG in true colours, `width` pixels wide or as wide as the limits allow."""
    with _opened(source, page_number) as page:
        scale = _scale(*_size(page, source), width)
        # Pages are mostly plain: more effort makes them much smaller.
        return png_of(page.render(scale=scale, rev_byteorder=True), effort=6)


def layout(source: Source, page_number: int, sought: SoughtText | None) -> PageLayout:
    with _opened(source, page_number) as page:
        width, height = _size(page, source)
        rectangles = () if sought is None else tuple(_rectangles(page, sought))[:MOST_RECTANGLES]
        return PageLayout(width, height, rectangles)


@contextmanager
def _opened(source: Source, page_number: int) -> Iterator[pdfium.PdfPage]:
    try:
        with pdfium.PdfDocument(source.path) as document:
            page = document[page_number - 1]
            try:
                yield page
            finally:
                page.close()
    except (pdfium.PdfiumError, IndexError) as error:
        raise source.damaged(f"page {page_number:,} cannot be drawn") from error


def _size(page: pdfium.PdfPage, source: Source) -> tuple[float, float]:
    """In points, as it is shown, turned pages turned."""
    width, height = page.get_size()
    if not (math.isfinite(width) and math.isfinite(height) and width > 0 and height > 0):
        raise source.damaged("a page has no size")
    return width, height


def _scale(width: float, height: float, wanted: int) -> float:
    """Pixels for a point."""
    return min(
        wanted / width, MOST_SIDE / width, MOST_SIDE / height, math.sqrt(MOST_PIXELS / (width * height))
    )


def _rectangles(page: pdfium.PdfPage, sought: SoughtText) -> Iterator[Rectangle]:
    text = page.get_textpage()
    try:
        letters, places = _letters_of_page(text)
        for start, end in _ranges(letters, sought):
            first, last = places[start], places[end - 1]
            for index in range(text.count_rects(first, last - first + 1)):
                yield _as_shown(page, text.get_rect(index))
    finally:
        text.close()


def _letters_of_page(text: pdfium.PdfTextPage) -> tuple[str, list[int]]:
    """What `_letters` leaves of the page's text, with the character of the page that each letter is of."""
    letters: list[str] = []
    places: list[int] = []
    for index in range(min(text.count_chars(), MOST_CHARACTERS)):
        for letter in _letters(chr(pdfium_c.FPDFText_GetUnicode(text, index))):
            letters.append(letter)
            places.append(index)
    return "".join(letters), places


def _letters(text: str) -> str:
    """Letters and digits alone, in one form: reading joins lines, drops hyphens and draws tables."""
    composed = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in composed if character.isalnum())


def _ranges(page: str, sought: SoughtText) -> Iterator[tuple[int, int]]:
    """Where the text stands among the page's letters; piece by piece where the page has them otherwise."""
    whole = _letters(sought.text)
    if whole and (start := _nearest(page, whole, sought.near)) >= 0:
        yield start, start + len(whole)
        return
    near = sought.near
    for piece in map(_letters, _PIECES.split(sought.text)):
        if len(piece) >= _LEAST_PIECE and (start := _nearest(page, piece, near)) >= 0:
            yield start, start + len(piece)
            near = (start + len(piece)) / len(page)


def _nearest(page: str, letters: str, near: float) -> int:
    """Where the letters begin, of several places the one nearest to that part of the page; -1: nowhere."""
    best, wanted = -1, near * len(page)
    place = page.find(letters)
    while place >= 0:
        if best < 0 or abs(place - wanted) < abs(best - wanted):
            best = place
        place = page.find(letters, place + 1)
    return best


def _as_shown(page: pdfium.PdfPage, box: tuple[float, float, float, float]) -> Rectangle:
    """From the file's coordinates to those of the page as it is drawn: cropped, turned, from above."""
    width, height = page.get_size()
    corners = [_device(page, width, height, x, y) for x, y in ((box[0], box[1]), (box[2], box[3]))]
    left, right = sorted(x for x, _ in corners)
    top, bottom = sorted(y for _, y in corners)
    return Rectangle(left, top, right - left, bottom - top)


def _device(page: pdfium.PdfPage, width: float, height: float, x: float, y: float) -> tuple[float, float]:
    across, down = ctypes.c_int(), ctypes.c_int()
    size = (round(width * _FINE), round(height * _FINE))
    pdfium_c.FPDF_PageToDevice(page, 0, 0, *size, 0, x, y, across, down)
    return across.value / _FINE, down.value / _FINE
