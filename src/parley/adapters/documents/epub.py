"""Reads e-books chapter by chapter, in the order of their spine."""

import posixpath
import re
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import unquote

from parley.adapters.documents.archive import Archive
from parley.adapters.documents.encoding import decode
from parley.adapters.documents.html import read_page
from parley.adapters.documents.outline import Outline
from parley.adapters.documents.source import Source
from parley.adapters.documents.xml import read_xml
from parley.core.ingestion.model import ParsedDocument, UnreadableDocument

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_PAGES = frozenset({"application/xhtml+xml", "text/html", "application/x-dtbook+xml"})
_NCX = "application/x-dtbncx+xml"
_HAS_HEADING = re.compile(r"<h[1-6][\s>]", re.IGNORECASE)


def read(source: Source) -> ParsedDocument:
    with Archive(source) as archive:
        container = _Elements({"rootfile"})
        read_xml(archive.pieces(_CONTAINER), container, source)
        package_part = next((each.get("full-path", "") for _, each in container.found), "")
        package = _Package(posixpath.dirname(package_part))
        read_xml(archive.pieces(package_part), package, source)
        chapters = package.chapters()
        if not chapters:
            raise source.damaged("it names no chapters")
        _refuse_encrypted(source, archive, chapters)
        labels: dict[str, str] = {}
        for part in package.contents():
            if part in archive:
                labels = _labels(part, _text(source, archive, part)) | labels
        outline = Outline(source)
        for part in chapters:
            page = _text(source, archive, part)
            outline.part()
            if part in labels and not _HAS_HEADING.search(page):
                outline.heading(1, labels[part])
            read_page(page, outline)
        return ParsedDocument(package.title or outline.first_heading, outline.blocks())


def _text(source: Source, archive: Archive, part: str) -> str:
    return decode(archive.read(part, source.limits.text_bytes))


def _refuse_encrypted(source: Source, archive: Archive, chapters: list[str]) -> None:
    if _ENCRYPTION not in archive:
        return
    encrypted = _Elements({"CipherReference"})
    read_xml(archive.pieces(_ENCRYPTION), encrypted, source)
    # Fonts are often scrambled in books that anyone may read.
    if any(unquote(each.get("URI", "")) in chapters for _, each in encrypted.found):
        raise UnreadableDocument(
            "encrypted_file",
            f"{source.name!r} is protected against copying (DRM).",
            hint="Upload a copy without this protection; its seller can tell whether there is one.",
        )


class _Elements:
    """The attributes of some elements, in order."""

    def __init__(self, tags: set[str]) -> None:
        self._tags = tags
        self.found: list[tuple[str, dict[str, str]]] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag in self._tags:
            self.found.append((tag, attributes))

    def end(self, tag: str) -> None: ...

    def text(self, text: str) -> None: ...


@dataclass(frozen=True, slots=True)
class _Item:
    part: str
    media_type: str
    is_contents: bool


class _Package:
    """The list of a book's files and the order in which they are read."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._items: dict[str, _Item] = {}
        self._spine: list[str] = []
        self._words: list[str] = []
        self._is_title = False
        self.title = ""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "item":
            part = _joined(self._folder, attributes.get("href", ""))
            media_type = attributes.get("media-type", "")
            is_contents = media_type == _NCX or "nav" in attributes.get("properties", "").split()
            self._items[attributes.get("id", "")] = _Item(part, media_type, is_contents)
        elif tag == "itemref":
            self._spine.append(attributes.get("idref", ""))
        elif tag == "title":
            self._is_title = not self.title

    def end(self, tag: str) -> None:
        if tag == "title" and self._is_title:
            self._is_title = False
            self.title = " ".join("".join(self._words).split())

    def text(self, text: str) -> None:
        if self._is_title:
            self._words.append(text)

    def chapters(self) -> list[str]:
        """Parts in reading order; all pages in the order of the list when the book has no spine."""
        order = dict.fromkeys(self._spine or self._items)
        items = [self._items[each] for each in order if each in self._items]
        return [item.part for item in items if item.media_type in _PAGES and not item.is_contents]

    def contents(self) -> list[str]:
        return [item.part for item in self._items.values() if item.is_contents]


def _joined(folder: str, reference: str) -> str:
    return posixpath.normpath(posixpath.join("/", folder, unquote(reference))).lstrip("/")


def _labels(part: str, contents: str) -> dict[str, str]:
    """What the table of contents in `part`, of either generation, calls each part of the book."""
    labels = _Labels(posixpath.dirname(part))
    labels.feed(contents)
    labels.close()
    return labels.found


class _Labels(HTMLParser):
    def __init__(self, folder: str) -> None:
        super().__init__(convert_charrefs=True)
        self._folder = folder
        self._words: list[str] = []
        self._target = ""
        self.found: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "a":
            self._target = given.get("href") or ""
            self._words.clear()
        elif tag == "text":
            self._words.clear()
        elif tag == "content":
            self._keep(given.get("src") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._keep(self._target)

    def handle_data(self, data: str) -> None:
        self._words.append(data)

    def _keep(self, target: str) -> None:
        label = " ".join("".join(self._words).split())
        if target and label:
            self.found.setdefault(_joined(self._folder, target.partition("#")[0]), label)
