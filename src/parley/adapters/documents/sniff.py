"""What a file really is: its first bytes decide, not its name."""

from parley.adapters.documents.archive import Archive
from parley.adapters.documents.encoding import encoding_by_form
from parley.adapters.documents.limits import MIB
from parley.adapters.documents.source import Source
from parley.core.ingestion.formats import label_of
from parley.core.ingestion.model import UnreadableDocument

_OFFICE = "application/vnd.openxmlformats-officedocument."
PDF = "application/pdf"
DOCX = f"{_OFFICE}wordprocessingml.document"
XLSX = f"{_OFFICE}spreadsheetml.sheet"
PPTX = f"{_OFFICE}presentationml.presentation"
EPUB = "application/epub+zip"
PICTURES = frozenset({"image/png", "image/jpeg", "image/tiff"})

_NO_TEXT_FORMATS = frozenset({PDF, DOCX, XLSX, PPTX, EPUB}) | PICTURES
_HEAD_BYTES = 4_096
_MOST_CONTROL_BYTES = 0.05
_CONTROL_BYTES = bytes(code for code in range(0x20) if code not in b"\t\n\r\f\x1b")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_ENCRYPTED_OFFICE = "EncryptedPackage".encode("utf-16-le")
_BY_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90\x00", "a program"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"{\\rtf", "a Rich Text document"),
)
_BY_PART: tuple[tuple[str, str], ...] = (
    ("word/document.xml", DOCX),
    ("xl/workbook.xml", XLSX),
    ("ppt/presentation.xml", PPTX),
    ("META-INF/container.xml", EPUB),
    ("content.xml", "an OpenDocument file"),
    ("xl/workbook.bin", "a binary Excel workbook (.xlsb)"),
)
"""Which part gives the kind of a zipped document away."""

_CONTENT_TYPES = "[Content_Types].xml"
_BY_CONTENT_TYPE = ((b"wordprocessingml", DOCX), (b"spreadsheetml", XLSX), (b"presentationml", PPTX))
"""For the few programs that put the main part elsewhere."""


def check_content(source: Source, claimed: str) -> None:
    """Passes when the content is what the media type `claimed` says.

    Raises UnreadableDocument: `empty_file`, `encrypted_file`, `damaged_file`, `parser_limit` (an
    archive that unpacks to too much) or `mislabelled_file`, which says what the file really is.
    """
    with source.open() as file:
        head = file.read(_HEAD_BYTES)
    if not head.strip(b"\x00\t\n\r ") and source.size_bytes <= _HEAD_BYTES:
        raise UnreadableDocument(
            "empty_file", f"{source.name!r} is empty.", hint="Upload a file that has text in it."
        )
    found = _kind(source, head, claimed)
    if (found is None and claimed not in _NO_TEXT_FORMATS) or {found, claimed} <= PICTURES:
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
        if _contains(source, _ENCRYPTED_OFFICE):
            raise source.encrypted()
        return "an old Office file (.doc, .xls or .ppt)"
    for magic, kind in _BY_MAGIC:
        if head.startswith(magic):
            return kind
    return "binary data, not text" if _is_binary(head) else None


def _is_binary(head: bytes) -> bool:
    if encoding_by_form(head):
        return False
    return b"\x00" in head or sum(map(head.count, _CONTROL_BYTES)) > _MOST_CONTROL_BYTES * len(head)


def _kind_of_archive(source: Source) -> str:
    with Archive(source) as archive:
        for part, kind in _BY_PART:
            if part in archive:
                return kind
        if _CONTENT_TYPES in archive:
            types = archive.read(_CONTENT_TYPES, MIB)
            return next((kind for name, kind in _BY_CONTENT_TYPE if name in types), "a ZIP archive")
    return "a ZIP archive"


def _contains(source: Source, needle: bytes) -> bool:
    """Whether `needle` stands in the file, of which at most 1 MiB is held at a time."""
    tail = b""
    with source.open() as file:
        while block := file.read(MIB):
            if needle in tail + block:
                return True
            tail = block[-len(needle) :]
    return False
