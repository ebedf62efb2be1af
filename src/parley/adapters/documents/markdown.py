"""Reads Markdown: its headings become heading paths, the text below them stays as it was written."""

import re
from collections.abc import Iterator

from parley.adapters.documents.outline import Outline
from parley.adapters.documents.source import Source
from parley.core.ingestion.model import ParsedDocument

_ATX_HEADING = re.compile(r" {0,3}(#{1,6})(?=[ \t]|$)")
_UNDERLINE = re.compile(r" {0,3}(=+|-{2,})[ \t]*$")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_NO_PARAGRAPH = re.compile(r" {0,3}([-*+>|]|\d+[.)])\s|\s*$| {4}|\t")
_FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|$)", re.DOTALL)
_FRONT_MATTER_TITLE = re.compile(r"""^title:[ \t]*(["']?)(.+?)\1[ \t]*$\n?""", re.MULTILINE)


def read(source: Source) -> ParsedDocument:
    text = source.text().replace("\r\n", "\n").replace("\r", "\n")
    outline = Outline()
    title = ""
    if front_matter := _FRONT_MATTER.match(text):
        text = text[front_matter.end() :]
        facts = front_matter[1]
        if named := _FRONT_MATTER_TITLE.search(facts):
            title = named[2]
            facts = facts[: named.start()] + facts[named.end() :]
        outline.paragraph(facts)
    _outline(text, outline)
    return ParsedDocument(title=title or outline.first_heading, blocks=outline.blocks())


def _outline(text: str, outline: Outline) -> None:
    body: list[str] = []
    for heading, line in _marked_lines(text.split("\n")):
        if heading is None:
            body.append(line)
            continue
        _flush(body, outline)
        outline.heading(heading, line)
    _flush(body, outline)


def _flush(body: list[str], outline: Outline) -> None:
    outline.paragraph("\n".join(body).strip("\n"))
    body.clear()


def _marked_lines(lines: list[str]) -> Iterator[tuple[int | None, str]]:
    """Each line with its heading level, or None for text; lines inside a code fence are always text."""
    fence = ""
    skip_underline = False
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if skip_underline:
            skip_underline = False
            continue
        if fence:
            yield None, line
            if line.strip().startswith(fence) and not line.strip().strip(fence[0]):
                fence = ""
        elif opening := _FENCE.match(line):
            fence = opening[1]
            yield None, line
        elif atx := _ATX_HEADING.match(line):
            yield len(atx[1]), _without_closing_marks(line[atx.end() :].strip())
        elif (underline := _UNDERLINE.match(following)) and not _NO_PARAGRAPH.match(line):
            skip_underline = True
            yield (1 if underline[1][0] == "=" else 2), line
        else:
            yield None, line


def _without_closing_marks(heading: str) -> str:
    text = heading.rstrip("#")
    return heading if text and not text[-1].isspace() else text.rstrip()
