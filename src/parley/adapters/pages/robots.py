"""What a robots.txt allows, by RFC 9309; no file, however hostile, takes long to obey."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

_AGENT = "parley"
_MOST_RULES = 5_000
_MOST_PATH = 2_000
_LONGEST_DELAY_S = 30.0
_KEPT = "/*$?=&;:@!'(),+~[]"


@dataclass(frozen=True, slots=True)
class Rule:
    pattern: str
    allows: bool

    @property
    def weight(self) -> tuple[int, bool]:
        """The longest pattern decides; of two as long, the one that allows."""
        return len(self.pattern), self.allows

    def matches(self, path: str) -> bool:
        anchored = self.pattern.endswith("$")
        pieces = self.pattern.removesuffix("$").split("*")
        return _matches(path, pieces, anchored=anchored)


@dataclass(frozen=True, slots=True)
class Robots:
    """The rules for Parley, of one host."""

    rules: tuple[Rule, ...] = ()
    delay_s: float | None = None
    """Crawl-delay, at most 30 seconds; None where it asks for none."""

    def allows(self, url: str) -> bool:
        parts = urlsplit(url)
        path = _normal(parts.path or "/") + (f"?{_normal(parts.query)}" if parts.query else "")
        matching = [rule for rule in self.rules if rule.matches(path[:_MOST_PATH])]
        return not matching or max(matching, key=lambda rule: rule.weight).allows


def read_robots(text: str) -> Robots:
    """The groups for `Parley` together, or else those for everybody."""
    ours: dict[bool, list[Rule]] = {True: [], False: []}
    delays: dict[bool, float | None] = {True: None, False: None}
    named: set[str] = set()
    seen_ours = False
    naming = False
    for key, value in _lines(text):
        if key == "user-agent":
            if not naming:
                named.clear()
            naming = True
            named.add(value.split("/")[0].strip().lower())
            seen_ours = seen_ours or _AGENT in named
            continue
        naming = False
        for is_ours, agent in ((True, _AGENT), (False, "*")):
            if agent not in named:
                continue
            if key in {"allow", "disallow"} and value and len(ours[is_ours]) < _MOST_RULES:
                ours[is_ours].append(Rule(_normal(value)[:_MOST_PATH], key == "allow"))
            elif key == "crawl-delay":
                delays[is_ours] = _seconds(value)
    return Robots(tuple(ours[seen_ours]), delays[seen_ours])


def _lines(text: str) -> Sequence[tuple[str, str]]:
    found = []
    for line in text.removeprefix("\ufeff").splitlines():
        key, colon, value = line.partition("#")[0].partition(":")
        if colon:
            found.append((key.strip().lower(), value.strip()))
    return found


def _seconds(value: str) -> float | None:
    try:
        seconds = float(value)
    except ValueError:
        return None
    return min(max(seconds, 0.0), _LONGEST_DELAY_S) if seconds == seconds else None  # noqa: PLR0124 - NaN


def _normal(path: str) -> str:
    """One way of writing each path, so that percent-encoding hides nothing."""
    return quote(unquote(path, errors="replace"), safe=_KEPT)


def _matches(path: str, pieces: Sequence[str], *, anchored: bool) -> bool:
    """Whether the pieces stand in the path in order, the first at its beginning: each is looked for once."""
    first, *rest = pieces
    if not path.startswith(first):
        return False
    if not rest:
        return not anchored or path == first
    *middle, last = rest
    at = len(first)
    for piece in middle:
        found = path.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    if anchored:
        return path.endswith(last) and len(path) - len(last) >= at
    return path.find(last, at) >= 0
