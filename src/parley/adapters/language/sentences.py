"""Where sentences begin and end, in prose and in the plain-text structure of Markdown."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum, auto

import regex

from parley.adapters.language.words import ENGLISH

Range = tuple[int, int]

LONGEST_WHOLE_BLOCK = 400
"""Characters of a list item, row or code block that stays in one piece; a longer one is split like prose."""
WRAPPED_LINE_SHARE = 0.6
"""A line shorter than this share of the longest was ended on purpose, not wrapped."""

_FENCE = regex.compile(r"\s{0,3}(?:```|~~~)")
_GAP = regex.compile(r"\s{0,3}#{1,6}\s|[\s|:+=*_-]*$")
_ITEM = regex.compile(r"\s*(?:[-*+•‣◦▪]|\(?\d{1,3}[.)])\s+\S")
_ROW = regex.compile(r"\s*\|")
_OPENING = regex.compile(r"\s*[\"'“‘«(\[]*[\p{Lu}\p{Lt}\p{N}]")

_END = regex.compile(
    r"""
      (?<![.!?…؟।])[.!?…؟।]++ ["'”’»)\]]* (?:\[\d+\])* \s+ (?= ["'“‘«(\[]* [\p{Lu}\p{Lt}\p{Lo}\p{N}] )
    | [。！？]+ [」』”’）]* \s*
    """,
    regex.VERBOSE,
)
_LAST_WORD = regex.compile(r"[\p{L}\p{M}.]+$")
_NEXT_WORD = regex.compile(r"\w+")
_ABBREVIATIONS = """
approx ca capt cf ch co col dept dr ed eds eq est fig figs gen gov hon jr lt mr mrs ms no nos pp prof rep
rev sec sen sgt sr st viz vol vs jan feb mar apr jun jul aug sep sept oct nov dec
"""
_SHORTENED = frozenset(_ABBREVIATIONS.split())


class _Kind(Enum):
    GAP = auto()
    """What is no sentence: an empty line, a heading, a rule, the fence of a code block."""
    PROSE = auto()
    ITEM = auto()
    ROW = auto()
    CODE = auto()


@dataclass(frozen=True, slots=True)
class _Block:
    """A line, or lines that belong together."""

    start: int
    end: int
    kind: _Kind


def sentence_ranges(text: str) -> list[Range]:
    """Trimmed ranges, end exclusive, in reading order.

    Headings, rules and the fences of code are no sentences. A list item of moderate length, a table's
    row and the content of a code block each stay whole.
    """
    ranges: list[Range] = []
    for block in _blocks(text):
        if block.kind is _Kind.PROSE or block.end - block.start > LONGEST_WHOLE_BLOCK:
            ranges.extend(_in_prose(text, block))
        else:
            ranges.append((block.start, block.end))
    return [(start, end) for start, end in (_trimmed(text, *each) for each in ranges) if start < end]


def _blocks(text: str) -> Iterator[_Block]:
    lines = list(_lines(text))
    longest = max((line.end - line.start for line in lines), default=0)
    block = _Block(0, 0, _Kind.GAP)
    for line in lines:
        if _continues(text, block, line, longest):
            block = replace(block, end=line.end)
            continue
        if block.kind is not _Kind.GAP:
            yield block
        block = line
    if block.kind is not _Kind.GAP:
        yield block


def _lines(text: str) -> Iterator[_Block]:
    in_code = False
    start = 0
    for line in text.splitlines(keepends=True):
        end = start + len(line)
        if _FENCE.match(line):
            in_code = not in_code
            kind = _Kind.GAP
        else:
            kind = _Kind.CODE if in_code else _kind(line)
        yield _Block(start, end, kind)
        start = end


def _kind(line: str) -> _Kind:
    if _GAP.match(line):
        return _Kind.GAP
    if _ITEM.match(line):
        return _Kind.ITEM
    return _Kind.ROW if _ROW.match(line) else _Kind.PROSE


def _continues(text: str, block: _Block, line: _Block, longest: int) -> bool:
    """Whether the line belongs to the block above it: code to code, a wrapped line to its paragraph."""
    if line.kind is _Kind.CODE:
        return block.kind is _Kind.CODE
    if line.kind is not _Kind.PROSE or block.kind not in (_Kind.PROSE, _Kind.ITEM):
        return False
    last_line_start = max(block.start, text.rfind("\n", block.start, block.end - 1) + 1)
    was_cut_short = block.end - last_line_start < WRAPPED_LINE_SHARE * longest
    return not (was_cut_short and _OPENING.match(text, line.start))


def _in_prose(text: str, block: _Block) -> Iterator[Range]:
    start = block.start
    for match in _END.finditer(text, block.start, block.end):
        if not _is_abbreviation(text, match.start(), match.end()):
            yield start, match.end()
            start = match.end()
    yield start, block.end


def _is_abbreviation(text: str, stop: int, after: int) -> bool:
    """Whether the full stop at `stop` ends `Dr.`, an initial or, within a sentence, `U.S.`."""
    last = _LAST_WORD.search(text, max(0, stop - 20), stop)
    if last is None or text[stop:after].rstrip() != ".":
        return False
    word = last.group().casefold()
    if word in _SHORTENED:
        return True
    if len(word) > 1 and "." not in word:
        return False
    following = _NEXT_WORD.search(text, after)
    return word != "i" and not (following and following.group().casefold() in ENGLISH)


def _trimmed(text: str, start: int, end: int) -> Range:
    piece = text[start:end]
    return end - len(piece.lstrip()), start + len(piece.rstrip())
