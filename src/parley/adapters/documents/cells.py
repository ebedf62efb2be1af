"""What Excel keeps apart from a cell: its text, where texts are shared, and how its number is to be read."""

import re
from datetime import datetime, timedelta
from functools import lru_cache

from parley.adapters.documents.source import Source, TextBudget

_MOST_COLUMNS = 16_384
_BUILT_IN_DATES = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_BUILT_IN_PERCENTS = {9: "0%", 10: "0.00%"}
_NOT_A_CODE = re.compile(r'"[^"]*"|\\.|_.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
"""Quoted words, escaped letters, blanks, colours and conditions; but [h] is a measure of time."""

_DATE_CODE = re.compile(r"[dmyhs]", re.IGNORECASE)
_LAST_DAY = 2_958_466  # 31 December 9999
_SECONDS_A_DAY = 86_400


def column_of(place: str) -> int:
    """From 0: that of "AB12" is 27."""
    column = 0
    for letter in place:
        if not "A" <= letter <= "Z":
            break
        column = column * 26 + ord(letter) - 64
    return min(column, _MOST_COLUMNS) - 1


class SharedTexts:
    """The table of texts that cells refer to by their place in it."""

    def __init__(self, source: Source) -> None:
        self.texts: list[str] = []
        self._budget = TextBudget(source)
        self._words: list[str] = []
        self._is_text = False
        self._is_phonetic = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "t":
            self._is_text = not self._is_phonetic
        elif tag == "rPh":
            self._is_phonetic = True

    def end(self, tag: str) -> None:
        if tag == "t":
            self._is_text = False
        elif tag == "rPh":
            self._is_phonetic = False
        elif tag == "si":
            self.texts.append("".join(self._words))
            self._words.clear()

    def text(self, text: str) -> None:
        if self._is_text:
            self._words.append(self._budget.spend(text))


class CellStyles:
    """Which number format each style of cells has."""

    def __init__(self) -> None:
        self._codes: dict[str, str] = {}
        self._format_of_style: list[str] = []
        self._are_cells = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "numFmt":
            self._codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif tag == "cellXfs":
            self._are_cells = True
        elif tag == "xf" and self._are_cells:
            self._format_of_style.append(attributes.get("numFmtId", ""))

    def end(self, tag: str) -> None:
        if tag == "cellXfs":
            self._are_cells = False

    def text(self, text: str) -> None: ...

    def formats(self) -> dict[str, str]:
        """By style: "d" for dates, a code such as "0.0%" for percentages; others are left out."""
        meaning: dict[str, str] = {}
        for style, number in enumerate(self._format_of_style):
            code = self._codes.get(number)
            if code is None:
                built_in = int(number) if number.isdecimal() else 0
                code = "d" if built_in in _BUILT_IN_DATES else _BUILT_IN_PERCENTS.get(built_in, "")
            plain = _NOT_A_CODE.sub("", code).partition(";")[0]
            if "%" in plain:
                meaning[str(style)] = plain
            elif _DATE_CODE.search(plain) and plain.lower() != "general":
                meaning[str(style)] = "d"
        return meaning


class CellFormats:
    """Numbers as a reader of the sheet sees them: dates as dates, shares as percentages."""

    def __init__(self, meaning: dict[str, str], *, has_1904_dates: bool) -> None:
        self._meaning = meaning
        self._first_day = datetime(1904, 1, 1) if has_1904_dates else datetime(1899, 12, 30)  # noqa: DTZ001 - sheets know no time zone
        self._read = lru_cache(maxsize=4_096)(self._as)  # dates repeat from row to row

    def text_of(self, value: str, style: str) -> str:
        meaning = self._meaning.get(style)
        if meaning is None:
            return _shortest(value) if "." in value or "E" in value else value
        return self._read(value, meaning)

    def _as(self, value: str, meaning: str) -> str:
        try:
            number = float(value)
        except ValueError:
            return value
        if meaning != "d":
            decimals = len(meaning.partition("%")[0].partition(".")[2])
            return f"{100 * number:.{min(decimals, 10)}f}%"
        if not 0 <= number < _LAST_DAY:
            return value
        moment = self._first_day + timedelta(seconds=round(number * _SECONDS_A_DAY))
        clock = f"{moment:%H:%M:%S}".removesuffix(":00")
        if number < 1:
            return clock
        return f"{moment:%Y-%m-%d}" if clock == "00:00" else f"{moment:%Y-%m-%d} {clock}"


def _shortest(value: str) -> str:
    """Without the noise in the last digits of a fraction in binary."""
    try:
        return f"{float(value):.15g}"
    except ValueError:
        return value
