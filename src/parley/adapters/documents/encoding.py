"""Bytes of any encoding to text."""

import codecs

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

# Only encodings that people still have files in, the commonest first.
_LIKELY = (
    "cp1252", "cp932", "gb18030", "cp1251", "euc_jp", "shift_jis", "big5", "euc_kr", "cp949", "cp1250",
    "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258", "cp874", "koi8_r", "iso2022_jp",
)  # fmt: skip


def declared_by_mark(data: bytes) -> str | None:
    """The encoding that a byte order mark at the beginning names."""
    return next((name for mark, name in _BYTE_ORDER_MARKS if data.startswith(mark)), None)


def decode(data: bytes, declared: str | None = None) -> str:
    """By byte order mark, then UTF-8, then what the file declares, then by statistics of its bytes.

    UTF-8 comes before the declaration: a text that is valid UTF-8 is almost never anything else,
    while declarations are often left over from a template.
    """
    if marked := declared_by_mark(data):
        return data.decode(marked, errors="replace").removeprefix("\ufeff")
    for encoding in ("utf-8", declared):
        if not encoding:
            continue
        try:
            return data.decode(encoding)
        except (UnicodeError, LookupError):
            continue
    return _guess(data)


def _guess(data: bytes) -> str:
    """Where the statistics cannot tell two encodings apart, the one in wider use."""
    from charset_normalizer import from_bytes  # costs a child 60 ms of CPU, and few files need it

    guesses = from_bytes(data, cp_isolation=list(_LIKELY))
    best = guesses.best()
    if best is None:
        return data.decode("latin-1")
    equal = [guess for guess in guesses if (guess.chaos, guess.coherence) == (best.chaos, best.coherence)]
    return str(min(equal, key=lambda guess: _LIKELY.index(guess.encoding)))
