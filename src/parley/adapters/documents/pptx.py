"""Reads PowerPoint presentations slide by slide: titles as headings, text, tables, diagrams and notes."""

from parley.adapters.documents.archive import Archive
from parley.adapters.documents.ooxml import OfficeFile
from parley.adapters.documents.outline import Outline
from parley.adapters.documents.source import Source
from parley.adapters.documents.xml import read_xml, relation_id, value_of
from parley.core.ingestion.model import ParsedDocument

_PRESENTATION = "ppt/presentation.xml"
_TITLES = frozenset({"title", "ctrTitle"})
_UNREAD = frozenset({"sldNum", "ftr", "dt", "hdr", "sldImg"})
"""Placeholders that repeat on every slide, or show the slide itself on its page of notes."""


def read(source: Source) -> ParsedDocument:
    with Archive(source) as archive:
        file = OfficeFile(source, archive)
        main = file.main_part(_PRESENTATION)
        order = _SlideOrder()
        read_xml(archive.pieces(main), order, source)
        if len(order.relations) > source.limits.pages:
            raise source.too_many_pages(len(order.relations), "slides")
        relations = file.relations(main)
        outline = Outline(source)
        for number, relation in enumerate(order.relations, start=1):
            if relation in relations:
                outline.page(number)
                _read_slide(file, relations[relation].part, outline)
        title = file.title()
        title = "" if title == "PowerPoint Presentation" else title  # what PowerPoint puts there by itself
        blocks = outline.blocks()
        return ParsedDocument(title or outline.first_heading, blocks, len(order.relations))


def _read_slide(file: OfficeFile, part: str, outline: Outline) -> None:
    slide = _Shapes()
    read_xml(file.archive.pieces(part), slide, file.source)
    if slide.title:
        outline.heading(1, slide.title)
    slide.tell(outline)
    for relation in file.relations(part).values():
        if relation.kind not in {"diagramData", "notesSlide"} or relation.part not in file.archive:
            continue
        shapes = _Shapes()
        read_xml(file.archive.pieces(relation.part), shapes, file.source)
        if relation.kind == "diagramData":
            shapes.tell(outline)
        elif notes := "\n".join(shapes.texts()):
            outline.paragraph(f"Notes: {notes}")


class _SlideOrder:
    def __init__(self) -> None:
        self.relations: list[str] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "sldId" and (relation := relation_id(attributes)):
            self.relations.append(relation)

    def end(self, tag: str) -> None: ...

    def text(self, text: str) -> None: ...


class _Shapes:
    """The texts and tables of one slide, diagram or page of notes, in the file's order."""

    def __init__(self) -> None:
        self.title = ""
        self._items: list[str | _Table] = []
        self._placeholder = ""
        self._lines: list[str] = []
        self._words: list[str] = []
        self._indent = 0
        self._is_text = False
        self._table: _Table | None = None
        self._fallbacks = 0
        """Open copies of a drawing for older programs."""

    def tell(self, outline: Outline) -> None:
        for item in self._items:
            if isinstance(item, str):
                outline.paragraph(item)
            else:
                outline.table(item.rows, header=item.header)

    def texts(self) -> list[str]:
        return [item for item in self._items if isinstance(item, str)]

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if self._fallbacks or tag == "Fallback":
            self._fallbacks += tag == "Fallback"
        elif tag == "t":
            self._is_text = True
        elif tag == "br":
            self._words.append("\n")
        elif tag == "pPr":
            level = attributes.get("lvl", "0")
            self._indent = int(level) if level.isdecimal() and len(level) == 1 else 0
        elif tag == "ph":
            self._placeholder = attributes.get("type", "body")
        else:
            self._start_in_table(tag, attributes)

    def end(self, tag: str) -> None:
        if self._fallbacks:
            self._fallbacks -= tag == "Fallback"
        elif tag == "t":
            self._is_text = False
        elif tag == "p":
            self._end_paragraph()
        elif tag in {"sp", "pt"}:  # a shape, a point of a diagram
            self._end_shape()
        elif tag == "tc" and self._table:
            self._table.rows[-1][self._table.column] = "\n".join(self._lines)
            self._lines.clear()
        elif tag == "tbl" and self._table:
            self._items.append(self._table)
            self._table = None

    def text(self, text: str) -> None:
        if self._is_text and not self._fallbacks:
            self._words.append(text)

    def _start_in_table(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "tbl":
            self._lines.clear()
            self._table = _Table()
        elif self._table is None:
            return
        elif tag == "tblPr":
            self._table.header = value_of(attributes, "firstRow") in {"1", "true"} or None
        elif tag == "tr":
            self._table.begin_row()
        elif tag == "tc":
            self._table.begin_cell()
            if attributes.get("vMerge") in {"1", "true"} and self._table.above:
                self._lines.append(self._table.above)

    def _end_paragraph(self) -> None:
        line = "".join(self._words).strip()
        if line:
            self._lines.append(f"{'  ' * (self._indent - 1)}- {line}" if self._indent else line)
        self._words.clear()
        self._indent = 0

    def _end_shape(self) -> None:
        placeholder, self._placeholder = self._placeholder, ""
        lines = self._lines.copy()
        self._lines.clear()
        if placeholder in _TITLES:
            self.title = self.title or " ".join(lines)
        elif lines and placeholder not in _UNREAD:
            self._items.append("\n".join(lines))


class _Table:
    """Every column has a cell here, also those that a neighbour reaches over."""

    def __init__(self) -> None:
        self.rows: list[dict[int, str]] = []
        self.header: bool | None = None
        self.column = -1

    def begin_row(self) -> None:
        self.rows.append({})
        self.column = -1

    def begin_cell(self) -> None:
        if not self.rows:
            self.begin_row()
        self.column += 1

    @property
    def above(self) -> str:
        return self.rows[-2].get(self.column, "") if len(self.rows) > 1 else ""
