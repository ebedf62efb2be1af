"""Bytes of any encoding to text."""

import codecs
import unicodedata

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
    "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258", "cp874", "koi8_r",
)  # fmt: skip

_JAPANESE_SHIFT = b"\x1b$"  # ISO-2022-JP is made of ASCII bytes and would pass for UTF-8
_SAMPLE_BYTES = 1 << 17
_WIDE_SAMPLE_BYTES = 4_096
_EVERYWHERE = " \n,.-0123456789。、，\u3000"
"""Characters of texts in any language, which tell the order of bytes."""
_HEBREW_LETTERS = frozenset(range(0xE0, 0xFB))
"""Of cp1255. As cp1251 they would be a text without one capital and without ы, ь, э, ю and я."""


def encoding_by_form(data: bytes) -> str | None:
    """The encoding that a byte order mark names, or UTF-16 without one when nothing else has such zeros."""
    marked = next((name for mark, name in _BYTE_ORDER_MARKS if data.startswith(mark)), None)
    if marked or b"\x00" not in data[:_WIDE_SAMPLE_BYTES]:
        return marked
    sample = data[: min(_WIDE_SAMPLE_BYTES, len(data) // 2 * 2)]
    text_as = {name: sample.decode(name, errors="replace") for name in ("utf-16-le", "utf-16-be")}
    likelier = max(text_as, key=lambda name: sum(map(text_as[name].count, _EVERYWHERE)))
    text = text_as[likelier]
    unlikely = sum(unicodedata.category(letter)[0] == "C" for letter in text if letter not in "\r\n\t")
    return likelier if 50 * (unlikely + text.count("\ufffd")) <= len(text) else None


def decode(data: bytes, declared: str | None = None) -> str:
    """By byte order mark or form, then UTF-8, then what the file declares, then by statistics of its bytes.

    UTF-8 comes before the declaration: a text that is valid UTF-8 is almost never anything else,
    while declarations are often left over from a template.
    """
    if evident := encoding_by_form(data):
        return data.decode(evident, errors="replace").removeprefix("\ufeff")
    japanese = "iso2022_jp_2" if _JAPANESE_SHIFT in data else None
    for encoding in (japanese, "utf-8", declared):
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

    sample = _telling_part(data)
    guesses = from_bytes(sample, cp_isolation=list(_LIKELY))
    best = guesses.best()
    if best is None:
        return data.decode("latin-1")
    equal = [guess for guess in guesses if (guess.chaos, guess.coherence) == (best.chaos, best.coherence)]
    encoding = min((guess.encoding for guess in equal), key=_LIKELY.index)
    if encoding == "cp1251" and _HEBREW_LETTERS.issuperset(byte for byte in sample if byte > 0xBF):
        encoding = "cp1255"
    return data.decode(encoding, errors="replace")


def _telling_part(data: bytes) -> bytes:
    """Whole lines around the first byte beyond ASCII; statistics over a long file cost minutes."""
    if len(data) <= _SAMPLE_BYTES:
        return data
    first = next((place for place, byte in enumerate(data) if byte > 0x7F), 0)
    start = data.rfind(b"\n", 0, first) + 1
    end = data.rfind(b"\n", start, start + _SAMPLE_BYTES)
    return data[start : end if end > first else start + _SAMPLE_BYTES]
