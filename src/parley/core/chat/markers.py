"""Brings a model's citation markers into one form while it streams: `[n]`, of passages that there are."""

import re
from collections.abc import Callable

_MARKER = re.compile(
    r"\[\s*\^?(?P<numbers>\d{1,3}(?:\s*[-–,;]\s*\d{1,3})*)\s*\]"
    r"|【\s*(?P<other>\d{1,3}(?:\s*[-–,;]\s*\d{1,3})*)[^】\n]{0,60}】"
)
_RANGE = re.compile(r"(\d+)(?:\s*[-–]\s*(\d+))?")
_BEGUN = re.compile(r"\[[\s^\d,;–-]{0,60}|【[^】\n]{0,80}|`+|\n[ \t]{0,20}")
"""What may become a marker, a longer run of backticks or a gap between paragraphs, with the text to come."""
_NOTABLE = re.compile(r"`+|\n[ \t]*\n?|[\[【]")
_FENCE_TICKS = 3
_LONGEST_RANGE = 20


class Markers:
    """One for a reply. `[1,2]`, `[1-3]`, `[^1]` and `【1†source】` become `[1][2]` and so on; numbers that no
    passage has are left out. Code stays as it is, and so do links (`[1](…)`) and lists in text.
    """

    def __init__(self, known: Callable[[], int | None]) -> None:
        """`known` tells the highest number that a passage has by now; None: touch nothing."""
        self._known = known
        self._held = ""
        """The end of the text so far, where the rest decides what it is."""
        self._ticks = 0
        """How many backticks began the code that the text is in; 0: it is in none."""

    def feed(self, text: str) -> str:
        """What can be said for certain; at most some 80 characters are held back for the next time."""
        if not self._held and not self._ticks and not ("[" in text or "`" in text or "【" in text):
            return text
        if self._known() is None:
            return self._release() + text
        text, self._held = self._held + text, ""
        return self._rewritten(text, ends=False)

    def finish(self) -> str:
        """What was held back: the reply has come to its end."""
        text, self._held = self._held, ""
        return self._rewritten(text, ends=True) if text else ""

    def _release(self) -> str:
        text, self._held = self._held, ""
        return text

    def _rewritten(self, text: str, *, ends: bool) -> str:
        said: list[str] = []
        place = 0
        while found := _NOTABLE.search(text, place):
            said.append(text[place : found.start()])
            begun = None if ends else _BEGUN.match(text, found.start())
            if begun is not None and begun.end() == len(text):
                self._held = text[found.start() :]
                return "".join(said)
            place = self._take(text, found, said, ends=ends)
            if place < 0:
                self._held = text[found.start() :]
                return "".join(said)
        return "".join((*said, text[place:]))

    def _take(self, text: str, found: re.Match[str], said: list[str], *, ends: bool) -> int:
        """Says what begins here and tells where it ends; -1 where the character after it decides."""
        piece = found.group()
        if piece[0] == "`":
            self._see_ticks(len(piece))
        elif piece[0] == "\n":
            if piece[-1] == "\n" and len(piece) > 1 and self._ticks < _FENCE_TICKS:
                self._ticks = 0  # a gap: only a fence reaches over it
        elif not self._ticks and (marker := _MARKER.match(text, found.start())):
            if marker.end() == len(text) and not ends:
                return -1
            if text[marker.end() : marker.end() + 1] != "(":
                said.append(self._written(marker["numbers"] or marker["other"]))
                return marker.end()
        said.append(piece)
        return found.end()

    def _see_ticks(self, count: int) -> None:
        if not self._ticks:
            self._ticks = count
        elif count == self._ticks or (self._ticks >= _FENCE_TICKS and count >= self._ticks):
            self._ticks = 0

    def _written(self, numbers: str) -> str:
        known = self._known() or 0
        wanted: list[int] = []
        for first, last in _RANGE.findall(numbers):
            end = min(int(last or first), int(first) + _LONGEST_RANGE)
            wanted += [number for number in range(int(first), end + 1) if number not in wanted]
        return "".join(f"[{number}]" for number in wanted if 1 <= number <= known)


def canonical(text: str, known: int) -> str:
    """A whole text, such as an answer that was kept before markers were brought into one form."""
    markers = Markers(lambda: known)
    return markers.feed(text) + markers.finish()
