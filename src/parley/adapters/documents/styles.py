"""What a Word document keeps apart from its running text: the meaning of its styles, and its notes."""

from dataclasses import dataclass

from parley.adapters.documents.source import Source, TextBudget
from parley.adapters.documents.xml import value_of

_MOST_LEVELS = 9
_MOST_INHERITANCE = 20


@dataclass(frozen=True, slots=True)
class _Style:
    name: str = ""
    based_on: str = ""
    level: int = 0
    """Of a heading, from 1; 0 for other text."""
    is_list: bool = False


class Styles:
    """What the paragraph styles say: which are headings, of which level, and which are lists."""

    def __init__(self) -> None:
        self._styles: dict[str, _Style] = {}
        self._id = ""
        self._name = self._based_on = ""
        self._level = 0
        self._is_list = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        value = value_of(attributes, "val") or ""
        if tag == "style":
            self._id = value_of(attributes, "styleId") or ""
            self._name = self._based_on = ""
            self._level, self._is_list = 0, False
        elif tag == "name":
            self._name = value.lower()
        elif tag == "basedOn":
            self._based_on = value
        elif tag == "outlineLvl":
            self._level = heading_level(value)
        elif tag == "numPr":
            self._is_list = True

    def end(self, tag: str) -> None:
        if tag == "style":
            level = self._level or _level_by_name(self._name)
            self._styles[self._id] = _Style(self._name, self._based_on, level, self._is_list)

    def text(self, text: str) -> None: ...

    def level_of(self, style: str) -> int:
        """0 unless it is a heading's."""
        return next((each.level for each in self._lineage(style) if each.level), 0)

    def is_list(self, style: str) -> bool:
        return any(each.is_list for each in self._lineage(style))

    def is_title(self, style: str) -> bool:
        return self._styles.get(style, _Style()).name == "title"

    def _lineage(self, style: str) -> list[_Style]:
        lineage: list[_Style] = []
        while (found := self._styles.get(style)) and len(lineage) < _MOST_INHERITANCE:
            lineage.append(found)
            style = found.based_on
        return lineage


def heading_level(value: str) -> int:
    """Word counts from 0 and means body text by 9."""
    return int(value) + 1 if value.isdecimal() and int(value) < _MOST_LEVELS else 0


def _level_by_name(name: str) -> int:
    number = name.removeprefix("heading ")
    return int(number) if number != name and number.isdecimal() and 0 < int(number) <= _MOST_LEVELS else 0


class Notes:
    """Footnotes or endnotes by their id."""

    def __init__(self, source: Source) -> None:
        self.texts: dict[str, str] = {}
        self._budget = TextBudget(source)
        self._id: str | None = None
        self._words: list[str] = []
        self._is_text = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag in {"footnote", "endnote"}:
            is_separator = value_of(attributes, "type") is not None
            self._id = None if is_separator else f"{tag} {value_of(attributes, 'id')}"
        self._is_text = tag == "t"

    def end(self, tag: str) -> None:
        self._is_text = False
        if tag == "p":
            self._words.append(" ")
        elif tag in {"footnote", "endnote"}:
            if self._id and (text := " ".join("".join(self._words).split())):
                self.texts[self._id] = text
            self._words.clear()

    def text(self, text: str) -> None:
        if self._is_text:
            self._words.append(self._budget.spend(text))
