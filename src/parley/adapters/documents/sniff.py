"""What a file really is: its first bytes decide, not its name."""

import zipfile
from pathlib import Path

from parley.adapters.documents.encoding import declared_by_mark
from parley.adapters.documents.limits import MIB
from parley.adapters.documents.source import Source
from parley.core.ingestion.formats import label_of
from parley.core.ingestion.model import UnreadableDocument

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

_HEAD_BYTES = 4_096
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_ENCRYPTED_OFFICE = "EncryptedPackage".encode("utf-16-le")
_OTHERS: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"),
    (b"II*\x00", "a TIFF image"),
    (b"MM\x00*", "a TIFF image"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90\x00", "a program"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"{\\rtf", "a Rich Text document"),
)
_ZIPPED: tuple[tuple[str, str], ...] = (
    ("word/document.xml", DOCX),
    ("xl/workbook.xml", "an Excel workbook"),
    ("ppt/presentation.xml", "a PowerPoint presentation"),
    ("content.xml", "an OpenDocument file"),
    ("META-INF/container.xml", "an e-book (EPUB)"),
)
"""Which part gives the kind of a zipped document away."""


def check_content(source: Source, claimed: str) -> None:
    """Passes when the content is what the media type `claimed` says.

    Raises UnreadableDocument: `empty_file`, `encrypted_file`, `damaged_file`, `parser_limit` (an
    archive that unpacks to too much) or `mislabelled_file`, which says what the file really is.
    """
    with source.path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if not head.strip(b"\x00\t\n\r ") and source.path.stat().st_size <= _HEAD_BYTES:
        raise UnreadableDocument(
            "empty_file", f"{source.name!r} is empty.", hint="Upload a file that has text in it."
        )
    found = _kind(source, head, claimed)
    if found is None and claimed not in {PDF, DOCX}:
        return
    if found != claimed:
        raise _mislabelled(source, claimed, found)


def _mislabelled(source: Source, claimed: str, found: str | None) -> UnreadableDocument:
    really = label_of(found) if found else "text"
    return UnreadableDocument(
        "mislabelled_file",
        f"{source.name!r} claims to be {label_of(claimed)} but is {really}.",
        hint="Give the file the extension of what it is, or save it in the format of its extension.",
    )


def _kind(source: Source, head: bytes, claimed: str) -> str | None:
    """A media type that has a reader, or words for another kind of file, or None for text."""
    # Rubbish before a PDF's first line is common and harmless; a text may well speak of "%PDF-".
    if head.startswith(b"%PDF-") or (claimed == PDF and b"%PDF-" in head[:1_024]):
        return PDF
    if head.startswith(_ZIP):
        return _kind_of_archive(source)
    if head.startswith(_OLE):
        if _contains(source.path, _ENCRYPTED_OFFICE):
            raise source.encrypted()
        return "an old Office file (.doc, .xls or .ppt)"
    for magic, words in _OTHERS:
        if head.startswith(magic):
            return words
    if b"\x00" in head and not declared_by_mark(head):
        return "binary data, not text"
    return None


def _kind_of_archive(source: Source) -> str:
    try:
        with zipfile.ZipFile(source.path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError) as error:
        raise source.damaged("its table of contents cannot be read") from error
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise source.encrypted()
    unpacked_bytes = sum(entry.file_size for entry in entries)
    if unpacked_bytes > source.limits.unpacked_bytes:
        raise UnreadableDocument(
            "parser_limit",
            f"{source.name!r} unpacks to {unpacked_bytes // MIB:,} MiB;"
            f" the limit is {source.limits.unpacked_bytes // MIB:,} MiB.",
            hint="Remove large pictures and attachments from it, or split it.",
        )
    names = {entry.filename for entry in entries}
    return next((kind for part, kind in _ZIPPED if part in names), "a ZIP archive")


def _contains(path: Path, needle: bytes) -> bool:
    """Whether `needle` stands in the file, of which at most 1 MiB is held at a time."""
    tail = b""
    with path.open("rb") as file:
        while block := file.read(MIB):
            if needle in tail + block:
                return True
            tail = block[-len(needle) :]
    return False
