"""Readable names by which programs call bots: stable while the bot keeps its name."""

import re
import unicodedata
from collections.abc import Iterable
from uuid import UUID

from parley.core.bots.model import BotId

_NOT_IN_A_NAME = re.compile(r"[^\w]+|_+")
_TAIL_CHARS = 6


def slug_of(name: str) -> str:
    """Lower case, accents dropped, words joined by hyphens: `Help desk (EU)` is `help-desk-eu`."""
    plain = "".join(
        character for character in unicodedata.normalize("NFKD", name) if not unicodedata.combining(character)
    )
    return _NOT_IN_A_NAME.sub("-", unicodedata.normalize("NFC", plain).casefold()).strip("-") or "bot"


def readable_names(bots: Iterable[tuple[BotId, str]]) -> dict[str, BotId]:
    """Bots by their readable names, given from the oldest to the newest.

    Of bots with the same name the oldest has the slug alone; the others' ends with that of their id, so
    that a new bot never takes over a name that a program uses.
    """
    named: dict[str, BotId] = {}
    for bot_id, name in bots:
        slug = slug_of(name)
        candidates = (slug, f"{slug}-{bot_id.hex[-_TAIL_CHARS:]}", bot_id.hex)
        named[next(candidate for candidate in candidates if candidate not in named)] = bot_id
    return named


def find_bot(bots: Iterable[tuple[BotId, str]], wanted: str) -> BotId | None:
    """By id or by readable name."""
    named = readable_names(bots)
    if wanted in named:
        return named[wanted]
    try:
        bot_id = BotId(UUID(wanted))
    except ValueError:
        return None
    return bot_id if bot_id in named.values() else None
