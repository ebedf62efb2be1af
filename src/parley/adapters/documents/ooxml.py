"""What Word, Excel and PowerPoint files have in common: relations between their parts, and a title."""

import posixpath
from dataclasses import dataclass
from urllib.parse import unquote

from parley.adapters.documents.archive import Archive
from parley.adapters.documents.source import Source
from parley.adapters.documents.xml import read_xml

_PROPERTIES = "docProps/core.xml"


@dataclass(frozen=True, slots=True)
class Relation:
    kind: str
    """The last word of its type, such as "slide"."""
    part: str
    """The name of the part that it leads to."""


class OfficeFile:
    """An archive with the relations of its parts."""

    def __init__(self, source: Source, archive: Archive) -> None:
        self.source = source
        self.archive = archive

    def main_part(self, usual: str) -> str:
        """The part that everything hangs on; `usual` where the file does not say."""
        relations = self.relations("")
        return next((each.part for each in relations.values() if each.kind == "officeDocument"), usual)

    def relations(self, part: str) -> dict[str, Relation]:
        """By id; those that lead out of the file are left out, and a part without relations has none."""
        folder, name = posixpath.split(part)
        listed = posixpath.join(folder, "_rels", f"{name}.rels")
        if listed not in self.archive:
            return {}
        relations = _Relations(folder)
        read_xml(self.archive.pieces(listed), relations, self.source)
        return relations.found

    def title(self) -> str:
        if _PROPERTIES not in self.archive:
            return ""
        properties = _Title()
        read_xml(self.archive.pieces(_PROPERTIES), properties, self.source)
        return " ".join("".join(properties.words).split())


class _Relations:
    def __init__(self, folder: str) -> None:
        self._folder = folder
        self.found: dict[str, Relation] = {}

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag != "Relationship" or attributes.get("TargetMode") == "External":
            return
        kind = attributes.get("Type", "").rpartition("/")[2]
        target = unquote(attributes.get("Target", ""))
        part = posixpath.normpath(posixpath.join("/", self._folder, target)).lstrip("/")
        self.found[attributes.get("Id", "")] = Relation(kind, part)

    def end(self, tag: str) -> None: ...

    def text(self, text: str) -> None: ...


class _Title:
    def __init__(self) -> None:
        self.words: list[str] = []
        self._inside = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._inside = tag == "title"

    def end(self, tag: str) -> None:
        self._inside = False

    def text(self, text: str) -> None:
        if self._inside:
            self.words.append(text)
