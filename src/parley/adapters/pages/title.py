"""Finds the title of a page in its first bytes."""

import html
import re

from parley.adapters.outbound.fetcher import usable_charset

HEAD_BYTES = 64 << 10
"""A title stands near the beginning; no more is looked at."""

_TITLE = re.compile(r"<title[^<>]{0,500}>([^<]{0,2000})", re.IGNORECASE)
_DECLARED = re.compile(rb"""<meta[^<>]{0,200}?charset\s{0,9}=\s{0,9}["']?([\w.:-]{1,40})""", re.IGNORECASE)


def title_of(head: bytes, charset: str | None) -> str:
    """Empty where there is none. `charset` is what the server says."""
    declared = _DECLARED.search(head[:4_096])
    names = ("utf-8-sig", charset, usable_charset(declared[1].decode("ascii")) if declared else None)
    for name in filter(None, names):
        try:
            # The last character may be cut in two.
            text = head.decode(name) if len(head) < HEAD_BYTES else head[:-4].decode(name, errors="strict")
        except (UnicodeError, LookupError):
            continue
        break
    else:
        text = head.decode("utf-8", errors="replace")
    found = _TITLE.search(text)
    return " ".join(html.unescape(found[1]).split()) if found else ""
