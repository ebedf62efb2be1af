"""Reads Markdown: headings become heading paths, tables named rows; other text stays as it was written."""

import re
from collections.abc import Iterator

from parley.adapters.documents.outline import Outline
from parley.adapters.documents.source import Source
from parley.core.ingestion.model import ParsedDocument

_ATX_HEADING = re.compile(r" {0,3}(#{1,6})(?=[ \t]|$)")
_UNDERLINE = re.compile(r" {0,3}(=+|-{2,})[ \t]*$")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_NO_PARAGRAPH = re.compile(r" {0,3}([-*+>|]|\d+[.)])\s|\s*$| {4}|\t")
_TABLE_RULE = re.compile(r" {0,3}\|?(?:[ \t]*:?-+:?[ \t]*\|)*(?:[ \t]*:?-+:?[ \t]*)?$")
_CELL_END = re.compile(r"(?<!\\)\|")
_TEXT, _ROW = 0, -1
_FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|$)", re.DOTALL)
_FRONT_MATTER_TITLE = re.compile(r"""^title:[ \t]*(["']?)(.+?)\1[ \t]*$\n?""", re.MULTILINE)


def read(source: Source) -> ParsedDocument:
    text = source.text().replace("\r\n", "\n").replace("\r", "\n")
    outline = Outline(source)
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
    table: list[str] = []
    for kind, line in _marked_lines(text.split("\n")):
        if table and kind != _ROW:
            outline.table(map(_cells, table), header=True)
            table.clear()
        if kind == _TEXT:
            body.append(line)
            continue
        _flush(body, outline)
        if kind == _ROW:
            table.append(line)
        else:
            outline.heading(kind, line)
    _flush(body, outline)
    outline.table(map(_cells, table), header=True)


def _flush(body: list[str], outline: Outline) -> None:
    outline.paragraph("\n".join(body).strip("\n"))
    body.clear()


def _marked_lines(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Each line with its heading level, _TEXT or _ROW; lines inside a code fence are always text."""
    fence = ""
    skip_following = in_table = False
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if skip_following:
            skip_following = False
            continue
        in_table = in_table and "|" in line
        opening = None if fence else _FENCE.match(line)
        if fence or opening:
            yield _TEXT, line
            fence = opening[1] if opening else _fence_after(fence, line)
            in_table = False
        elif in_table or _begins_table(line, following):
            yield _ROW, line
            in_table, skip_following = True, not in_table
        else:
            level, text, skip_following = _heading_in(line, following)
            yield level, text


def _fence_after(fence: str, line: str) -> str:
    closes = line.strip().startswith(fence) and not line.strip().strip(fence[0])
    return "" if closes else fence


def _heading_in(line: str, following: str) -> tuple[int, str, bool]:
    """The level, or _TEXT, the line without marks, and whether the following one only underlines it."""
    if atx := _ATX_HEADING.match(line):
        return len(atx[1]), _without_closing_marks(line[atx.end() :].strip()), False
    if (underline := _UNDERLINE.match(following)) and not _NO_PARAGRAPH.match(line):
        return (1 if underline[1][0] == "=" else 2), line, True
    return _TEXT, line, False


def _without_closing_marks(heading: str) -> str:
    text = heading.rstrip("#")
    return heading if text and not text[-1].isspace() else text.rstrip()


def _begins_table(line: str, following: str) -> bool:
    """A row with a rule of as many columns below it."""
    if "|" not in line or "-" not in following or not _TABLE_RULE.match(following):
        return False
    return len(_cells(line)) == len(_cells(following))


def _cells(line: str) -> dict[int, str]:
    inside = line.strip().removeprefix("|")
    cells = [cell.replace("\\|", "|") for cell in _CELL_END.split(inside)]
    if len(cells) > 1 and not cells[-1].strip():
        cells.pop()
    return dict(enumerate(cells))
