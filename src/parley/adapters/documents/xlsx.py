"""Reads Excel workbooks sheet by sheet, row by row; only cells with content cost anything."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from parley.adapters.documents.archive import Archive
from parley.adapters.documents.cells import CellFormats, CellStyles, SharedTexts, column_of
from parley.adapters.documents.ooxml import OfficeFile
from parley.adapters.documents.outline import Outline
from parley.adapters.documents.source import Source, in_words
from parley.adapters.documents.xml import XmlHandler, read_xml, reading_xml, relation_id
from parley.core.ingestion.model import ParsedDocument

_WORKBOOK = "xl/workbook.xml"
_SHEET = "worksheet"


@dataclass(frozen=True, slots=True)
class _Sheet:
    number: int
    """From 1, by its place in the workbook."""
    name: str
    relation: str | None
    is_hidden: bool


def read(source: Source) -> ParsedDocument:
    with Archive(source) as archive:
        file = OfficeFile(source, archive)
        workbook_part = file.main_part(_WORKBOOK)
        workbook = _Workbook()
        read_xml(archive.pieces(workbook_part), workbook, source)
        if len(workbook.sheets) > source.limits.pages:
            raise source.too_many_pages(len(workbook.sheets), "sheets")
        relations = file.relations(workbook_part)
        parts = {each.kind: each.part for each in relations.values()}
        texts, styles = SharedTexts(source), CellStyles()
        for kind, handler in _shared(texts, styles):
            if parts.get(kind, "") in archive:
                read_xml(archive.pieces(parts[kind]), handler, source)
        formats = CellFormats(styles.formats(), has_1904_dates=workbook.has_1904_dates)
        outline = Outline(source)
        for sheet in workbook.sheets:
            relation = relations.get(sheet.relation or "")
            if relation is None or relation.kind != _SHEET or sheet.is_hidden:
                continue  # a chart, or what whoever made the workbook does not show
            outline.page(sheet.number)
            outline.heading(1, sheet.name)
            rows = _Rows(texts.texts, formats)
            outline.table(rows.read(archive.pieces(relation.part), source))
        return ParsedDocument(file.title(), outline.blocks(), len(workbook.sheets), _notice(workbook))


def _shared(texts: SharedTexts, styles: CellStyles) -> Iterator[tuple[str, XmlHandler]]:
    yield "sharedStrings", texts
    yield "styles", styles


def _notice(workbook: "_Workbook") -> str:
    hidden = [sheet.number for sheet in workbook.sheets if sheet.is_hidden]
    if not hidden:
        return ""
    what = "Sheet {} is hidden and was" if len(hidden) == 1 else "Sheets {} are hidden and were"
    return f"{what.format(in_words(hidden))} not read."


class _Workbook:
    def __init__(self) -> None:
        self.sheets: list[_Sheet] = []
        self.has_1904_dates = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "workbookPr":
            self.has_1904_dates = attributes.get("date1904") in {"1", "true"}
        elif tag == "sheet":
            number = len(self.sheets) + 1
            self.sheets.append(
                _Sheet(
                    number,
                    attributes.get("name") or f"Sheet {number}",
                    relation_id(attributes),
                    attributes.get("state", "visible") != "visible",
                )
            )

    def end(self, tag: str) -> None: ...

    def text(self, text: str) -> None: ...


class _Rows:
    """The rows of one sheet, given away a few at a time."""

    def __init__(self, shared: list[str], formats: CellFormats) -> None:
        self._shared = shared
        self._formats = formats
        self._complete: list[dict[int, str]] = []
        self._row: dict[int, str] = {}
        self._column = -1
        self._kind = ""
        self._style = ""
        self._words: list[str] = []
        self._is_value = False

    def read(self, pieces: Iterable[bytes], source: Source) -> Iterator[dict[int, str]]:
        for _ in reading_xml(pieces, self, source):
            yield from self._complete
            self._complete.clear()

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "c":
            place = attributes.get("r")
            self._column = column_of(place) if place else self._column + 1
            self._kind = attributes.get("t", "n")
            self._style = attributes.get("s", "")
        elif tag in {"v", "t"}:
            self._is_value = True
        elif tag == "row":
            self._row = {}
            self._column = -1

    def end(self, tag: str) -> None:
        if tag in {"v", "t"}:
            self._is_value = False
        elif tag == "c":
            if self._words:
                text = self._text("".join(self._words))
                if text:
                    self._row[self._column] = text
                self._words.clear()
        elif tag == "row" and self._row:
            self._complete.append(self._row)

    def text(self, text: str) -> None:
        if self._is_value:
            self._words.append(text)

    def _text(self, value: str) -> str:
        if self._kind == "n":
            return self._formats.text_of(value, self._style)
        if self._kind == "s":
            return self._shared[int(value)] if value.isdecimal() and int(value) < len(self._shared) else ""
        if self._kind == "b":
            return "TRUE" if value == "1" else "FALSE"
        return value
