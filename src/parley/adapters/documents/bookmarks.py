"""Headings of a PDF, which it has where its outline (the bookmarks) gives them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import pypdfium2 as pdfium

from parley.adapters.documents.outline import MAX_HEADING_CHARS

_MOST_BOOKMARKS = 10_000
_NUMBER = re.compile(r"^(?:(?:chapter|section|part|appendix)\s+)?(?:\d+[\d.]*|[ivxlc]+\.)[:.)]?\s+")
_BETWEEN_WORDS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class _Bookmark:
    level: int
    title: str


@dataclass(frozen=True, slots=True)
class Section:
    """What stands under the same headings on one page."""

    text: str
    headings: tuple[str, ...]
    begins_with_heading: bool
    """Its first line is the last of the headings."""


class Bookmarks:
    """Asked page by page, in order: what stands under which headings goes on from page to page."""

    def __init__(self, document: pdfium.PdfDocument) -> None:
        self._by_page: dict[int, list[_Bookmark]] = {}
        self._path: list[_Bookmark] = []
        for number, bookmark in _bookmarks_in(document):
            self._by_page.setdefault(number, []).append(bookmark)

    def split(self, number: int, text: str) -> Iterator[Section]:
        """The sections of the text of page `number`, cut where their headings stand as lines.

        A heading that is no line of the page, because it is set over two, say, counts from the page's
        beginning if it is the first there, else from the next page on.
        """
        start, found, late = 0, False, []
        for bookmark in self._by_page.get(number, ()):
            place = _line_of(bookmark.title, text, start)
            if place is None:
                if not found:
                    self._go_to(bookmark)
                else:
                    late.append(bookmark)
                continue
            if text[start:place].strip():
                yield Section(text[start:place], self._headings(), found)
            start, found = place, True
            self._go_to(bookmark)
        yield Section(text[start:], self._headings(), found)
        for bookmark in late:
            self._go_to(bookmark)

    def _headings(self) -> tuple[str, ...]:
        return tuple(bookmark.title for bookmark in self._path)

    def _go_to(self, bookmark: _Bookmark) -> None:
        while self._path and self._path[-1].level >= bookmark.level:
            self._path.pop()
        self._path.append(bookmark)


def _bookmarks_in(document: pdfium.PdfDocument) -> Iterator[tuple[int, _Bookmark]]:
    """Those that lead to a page, with its number from 1."""
    for bookmark in islice(document.get_toc(), _MOST_BOOKMARKS):
        title = " ".join(bookmark.get_title().split())[:MAX_HEADING_CHARS]
        target = bookmark.get_dest()
        index = target.get_index() if target else None
        if title and index is not None:
            yield index + 1, _Bookmark(bookmark.level, title)


def _line_of(title: str, text: str, start: int) -> int | None:
    """Where the line begins that reads like `title`, with or without a number before it."""
    wanted = _spellings(title)
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        if end - start <= 2 * len(title) + 20 and wanted & _spellings(text[start:end]):
            return start
        start = end + 1
    return None


def _spellings(line: str) -> set[str]:
    plain = line.casefold().strip()
    return {_BETWEEN_WORDS.sub(" ", each).strip() for each in (plain, _NUMBER.sub("", plain))} - {""}
