"""Reads mail messages: who wrote what to whom, the text, and the attachments that can be read."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message

from parley.adapters.documents.encoding import decode
from parley.adapters.documents.html import read_page
from parley.adapters.documents.outline import MAX_HEADING_CHARS, Outline
from parley.adapters.documents.readers import read as read_attachment
from parley.adapters.documents.source import Source
from parley.core.ingestion.formats import display_name, format_of
from parley.core.ingestion.model import Block, ParsedDocument, UnreadableDocument

_HEADERS = ("From", "To", "Cc", "Date", "Subject")
_ENCRYPTED = frozenset({"multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"})
_SIGNATURES = frozenset(
    {"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"}
)
_MOST_HEADER_CHARS = 2_000
_MOST_NAMED = 20


@dataclass(frozen=True, slots=True)
class _Attachment:
    name: str
    media_type: str
    content: bytes


def read(source: Source) -> ParsedDocument:
    with source.open() as file:
        content = file.read()
    try:
        message = message_from_bytes(content)
        del content
        if not any(name in message for name in (*_HEADERS, "Received")):
            raise source.damaged("it does not begin with the headers of a message")
        return _read(source, message)
    except RecursionError as error:
        raise source.nested_too_deep() from error


def _read(source: Source, message: Message) -> ParsedDocument:
    outline = Outline(source)
    attachments = list(_tell(message, outline, source))
    if attachments:
        names = [each.name for each in attachments]
        outline.no_heading()
        outline.paragraph("Attachments: " + _listed(names))
    blocks = list(outline.blocks())
    unread: list[str] = []
    left = source.limits.characters - sum(len(block.text) for block in blocks)
    for number, attachment in enumerate(attachments):
        if number >= source.limits.attachments:
            unread.append(attachment.name)
            continue
        try:
            read = _read_attached(source, attachment, left)
        except UnreadableDocument as error:
            unread.append(f"{attachment.name} ({error.code.replace('_', ' ')})")
            continue
        left -= sum(len(block.text) for block in read)
        blocks += read
    notice = f"Attachments that were not read: {_listed(unread)}." if unread else ""
    return ParsedDocument(_header(message, "Subject"), tuple(blocks), notice=notice)


def _parts(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [inner for inner in payload if isinstance(inner, Message)] if isinstance(payload, list) else []


def _listed(names: list[str]) -> str:
    more = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" and {more:,} more" if more > 0 else "")


def _tell(message: Message, outline: Outline, source: Source) -> Iterator[_Attachment]:
    """Feeds the headers and the text of `message` and of messages within it; yields what is attached."""
    written = [f"{name}: {value}" for name in _HEADERS if (value := _header(message, name))]
    outline.paragraph("\n".join(written))
    waiting = [message]
    while waiting:
        part = waiting.pop()
        kind = part.get_content_type()
        if kind in _ENCRYPTED:
            raise source.encrypted()
        if kind == "multipart/alternative":
            yield from _tell_best(part, outline, source)
        elif kind == "message/rfc822" and part.is_multipart():
            for inner in _parts(part):
                outline.heading(1, _header(inner, "Subject") or "Forwarded message")
                yield from _tell(inner, outline, source)
                outline.no_heading()
        elif part.is_multipart():
            waiting += reversed(_parts(part))
        else:
            yield from _tell_or_attach(part, outline)


def _tell_best(alternatives: Message, outline: Outline, source: Source) -> Iterator[_Attachment]:
    """Of plain text and HTML, the plain one, unless it only says that there is HTML."""
    best: dict[str, Message] = {}
    for part in alternatives.walk():
        kind = part.get_content_type()
        if kind in {"text/plain", "text/html"} and not part.get_filename():
            best.setdefault(kind, part)
        elif not part.is_multipart():
            yield from _tell_or_attach(part, outline)
    plain, page = best.get("text/plain"), best.get("text/html")
    if plain is None or (page is not None and _says_less(plain, page, source)):
        plain = page
    if plain is not None:
        _tell_text(plain, outline)


def _says_less(plain: Message, page: Message, source: Source) -> bool:
    trial = Outline(source)
    _tell_text(page, trial)
    return 2 * len(_text(plain).strip()) < sum(len(block.text) for block in trial.blocks())


def _tell_or_attach(part: Message, outline: Outline) -> Iterator[_Attachment]:
    kind, name = part.get_content_type(), part.get_filename()
    is_attached = name is not None or part.get_content_disposition() == "attachment"
    if kind.startswith("text/") and not is_attached:
        _tell_text(part, outline)
    elif kind in _SIGNATURES or (kind.startswith("image/") and "Content-ID" in part):
        return  # a seal, or a picture within the page
    else:
        yield _Attachment(display_name(_decoded(name or "")), kind, _content(part))


def _tell_text(part: Message, outline: Outline) -> None:
    if part.get_content_type() == "text/html":
        read_page(_text(part), outline)
    else:
        outline.paragraph(_text(part))


def _text(part: Message) -> str:
    return decode(_content(part), part.get_content_charset())


def _content(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _header(message: Message, name: str) -> str:
    value = message.get(name)
    if value is None:
        return ""
    return " ".join(_decoded(str(value)[:_MOST_HEADER_CHARS]).split())


def _decoded(text: str) -> str:
    """With the words in it that are encoded (RFC 2047) put into letters."""
    try:
        pieces = decode_header(text)
    except HeaderParseError:
        return text
    return "".join(piece if isinstance(piece, str) else decode(piece, charset) for piece, charset in pieces)


def _read_attached(source: Source, attachment: _Attachment, characters: int) -> list[Block]:
    """Its blocks under its name, the page among the headings: a message itself has no pages."""
    media_type = format_of(attachment.name, attachment.media_type).media_type
    within = source.attached(attachment.name, attachment.content, characters)
    # A message in a message is read, what is attached to it only named.
    within = replace(within, limits=replace(within.limits, attachments=0))
    parsed = read_attachment(within, media_type)
    name = attachment.name[:MAX_HEADING_CHARS]
    return [
        replace(block, heading_path=(name, *_page(block.page), *block.heading_path), page=None)
        for block in parsed.blocks
    ]


def _page(number: int | None) -> tuple[str, ...]:
    return () if number is None else (f"Page {number}",)
