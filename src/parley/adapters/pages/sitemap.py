"""Reads the files of a sitemap: XML, an index of others, or plain lines; entities are refused."""

import zlib
from xml.parsers import expat

from parley.core.ingestion.web_pages import PageRefused, Sitemap

MAX_URLS = 50_000
"""Of one file: what the protocol allows."""
_GZIP = 16 + zlib.MAX_WBITS
_GZIP_MAGIC = b"\x1f\x8b"
_MOST_URL_CHARS = 2_048
_MOST_DEPTH = 20


def read_sitemap(body: bytes, url: str, most_bytes: int) -> Sitemap:
    """Raises PageRefused (`not_a_sitemap`)."""
    data = _unpacked(body, url, most_bytes) if body.startswith(_GZIP_MAGIC) else body
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return _from_xml(data, url)
    text = data.decode("utf-8-sig", errors="replace")
    lines = [line.strip() for line in text.splitlines()]
    pages = tuple(line for line in lines if line.startswith(("http://", "https://")))[:MAX_URLS]
    if not pages:
        raise _none(url, "it lists no addresses")
    return Sitemap(pages=pages)


def _unpacked(body: bytes, url: str, most_bytes: int) -> bytes:
    try:
        inflate = zlib.decompressobj(_GZIP)
        data = inflate.decompress(body, most_bytes)
    except zlib.error:
        raise _none(url, "it is compressed, and damaged") from None
    if inflate.unconsumed_tail:
        raise _none(url, f"it unpacks to more than {most_bytes >> 20} MiB")
    return data


def _from_xml(data: bytes, url: str) -> Sitemap:
    reader = _Reader(url)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = reader.doctype
    parser.buffer_text = True
    try:
        parser.Parse(data, True)  # noqa: FBT003 - the end of the text
    except (expat.ExpatError, ValueError, LookupError):
        raise _none(url, "its XML is broken") from None
    if reader.root not in {"urlset", "sitemapindex"}:
        raise _none(url, "it is another kind of document")
    return Sitemap(tuple(reader.pages), tuple(reader.sitemaps))


class _Reader:
    """Keeps the path of open elements alone."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._open: list[str] = []
        self._location: list[str] = []
        self.root = ""
        self.pages: list[str] = []
        self.sitemaps: list[str] = []

    def start(self, name: str, _: object) -> None:
        local = name.rpartition(" ")[2]
        if len(self._open) >= _MOST_DEPTH:
            raise _none(self._url, "it is nested too deep")
        self.root = self.root or local
        self._open.append(local)
        self._location.clear()

    def text(self, text: str) -> None:
        if self._open[-1:] == ["loc"] and sum(map(len, self._location)) <= _MOST_URL_CHARS:
            self._location.append(text)

    def end(self, _: str) -> None:
        if self._open[1:] in (["url", "loc"], ["sitemap", "loc"]):
            found = "".join(self._location).strip()
            kept = self.pages if self._open[1] == "url" else self.sitemaps
            if found and len(kept) < MAX_URLS:
                kept.append(found)
        self._location.clear()
        self._open.pop()

    def doctype(self, *_: object) -> None:
        raise _none(self._url, "it declares entities, which sitemaps do not have")


def _none(url: str, why: str) -> PageRefused:
    return PageRefused(
        "not_a_sitemap",
        f"{url} is no sitemap: {why}.",
        hint="Give the address of a sitemap.xml, or import the page itself.",
    )
