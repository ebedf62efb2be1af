"""Reads Word documents: headings, paragraphs, lists, tables, and notes beside the text they belong to."""

from parley.adapters.documents.archive import Archive
from parley.adapters.documents.ooxml import OfficeFile
from parley.adapters.documents.outline import Outline
from parley.adapters.documents.source import Source
from parley.adapters.documents.story import Story
from parley.adapters.documents.styles import Notes, Styles
from parley.adapters.documents.tables import Tables
from parley.adapters.documents.xml import read_xml
from parley.core.ingestion.model import ParsedDocument

_DOCUMENT = "word/document.xml"


def read(source: Source) -> ParsedDocument:
    with Archive(source) as archive:
        file = OfficeFile(source, archive)
        main = file.main_part(_DOCUMENT)
        parts = [each for each in file.relations(main).values() if each.part in archive]
        styles, notes = Styles(), Notes(source)
        for each in parts:
            if each.kind == "styles":
                read_xml(archive.pieces(each.part), styles, source)
            elif each.kind in {"footnotes", "endnotes"}:
                read_xml(archive.pieces(each.part), notes, source)
        outline = Outline(source)
        tables = Tables(outline)
        story = Story(tables, styles, notes.texts)
        read_xml(archive.pieces(main), story, source)
        tables.end()
        # What repeats on every page comes last, for it does not belong under the last heading.
        outline.no_heading()
        margins = {each.part for each in parts if each.kind in {"header", "footer"}}
        for part in sorted(margins):
            read_xml(archive.pieces(part), Story(tables, styles, {}), source)
        tables.end()
        title = file.title() or story.title or outline.first_heading
        return ParsedDocument(title, outline.blocks())
