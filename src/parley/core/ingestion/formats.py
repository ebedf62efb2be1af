"""The kinds of file that can be read, how a name tells them, and how a name is made fit to show."""

import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath

from parley.core.ingestion.model import UnreadableDocument

MAX_NAME_CHARS = 255


@dataclass(frozen=True, slots=True)
class Format:
    """`label` completes the sentence "this is …"."""

    media_type: str
    label: str
    extensions: tuple[str, ...]
    aliases: tuple[str, ...] = ()
    """Other media types that clients send for it."""


_OFFICE = "application/vnd.openxmlformats-officedocument."

FORMATS: tuple[Format, ...] = (
    Format("application/pdf", "a PDF", (".pdf",), ("application/x-pdf",)),
    Format(f"{_OFFICE}wordprocessingml.document", "a Word document", (".docx", ".docm")),
    Format(f"{_OFFICE}presentationml.presentation", "a PowerPoint presentation", (".pptx", ".pptm", ".ppsx")),
    Format(f"{_OFFICE}spreadsheetml.sheet", "an Excel workbook", (".xlsx", ".xlsm")),
    Format("application/epub+zip", "an e-book (EPUB)", (".epub",)),
    Format("message/rfc822", "a mail message", (".eml",)),
    Format("text/html", "a web page", (".html", ".htm", ".xhtml"), ("application/xhtml+xml",)),
    Format("text/markdown", "Markdown", (".md", ".markdown"), ("text/x-markdown",)),
    Format("text/plain", "plain text", (".txt", ".text", ".log")),
    Format("text/csv", "a table", (".csv", ".tsv"), ("text/tab-separated-values", "application/csv")),
    Format(
        "application/json",
        "JSON",
        (".json", ".jsonl", ".ndjson"),
        ("text/json", "application/x-ndjson", "application/jsonl"),
    ),
    Format("image/png", "a PNG image", (".png",)),
    Format("image/jpeg", "a JPEG image", (".jpg", ".jpeg")),
    Format("image/tiff", "a TIFF image", (".tif", ".tiff")),
)

_ANY_BYTES = "application/octet-stream"
"""What browsers claim of a file when they know nothing about it."""
_BY_EXTENSION = {extension: format_ for format_ in FORMATS for extension in format_.extensions}
_BY_MEDIA_TYPE = {name: format_ for format_ in FORMATS for name in (format_.media_type, *format_.aliases)}


def format_of(name: str, claimed_media_type: str) -> Format:
    """The format a file claims to be, by its extension and, where it has none, by its media type.

    Browsers guess media types badly and people rarely do extensions, so the extension decides.
    Raises UnreadableDocument (`unsupported_type`).
    """
    extension = PurePosixPath(name).suffix.lower()
    found = _BY_EXTENSION.get(extension)
    if found is None and not extension:
        found = _BY_MEDIA_TYPE.get(claimed_media_type.partition(";")[0].strip().lower())
    if found is None:
        kind = extension or claimed_media_type
        untold = kind in ("", _ANY_BYTES)
        raise UnreadableDocument(
            "unsupported_type",
            f"{name!r} cannot be read: "
            + ("its name has no extension that tells its kind." if untold else f"{kind} is not supported."),
            hint=f"Upload one of: {', '.join(sorted(_BY_EXTENSION))}.",
        )
    return found


def label_of(media_type: str) -> str:
    """How a person calls the format; the media type itself when it is none of ours."""
    found = _BY_MEDIA_TYPE.get(media_type)
    return found.label if found else media_type


def display_name(raw: str) -> str:
    """Fit to store and show: no folders, no control or invisible characters, at most 255 characters.

    The extension survives shortening.
    """
    return shown_name(raw.replace("\\", "/").rstrip("/").rpartition("/")[2])


def shown_name(text: str) -> str:
    """The same of a text that is no path, such as the title of a page."""
    visible = "".join(
        character if unicodedata.category(character)[0] != "C" else " "
        for character in unicodedata.normalize("NFC", text)
    )
    name = " ".join(visible.split()).strip()
    if not name.strip("."):
        return "untitled"
    if len(name) <= MAX_NAME_CHARS:
        return name
    stem, dot, extension = name.rpartition(".")
    if not stem or len(extension) > 16:
        return name[:MAX_NAME_CHARS]
    return stem[: MAX_NAME_CHARS - len(extension) - 1] + dot + extension
