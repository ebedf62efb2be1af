"""The one task of a parsing child: bind itself by limits, read one file, reply."""

import resource
import signal
import sys
import unicodedata
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import msgspec

from parley.adapters.documents import PARSERS
from parley.adapters.documents.limits import MIB, ParserLimits
from parley.adapters.documents.messages import Parsed, ParseReply, ParseRequest, Refusal
from parley.adapters.documents.outline import MAX_HEADING_CHARS
from parley.adapters.documents.sniff import check_content
from parley.adapters.documents.source import Source
from parley.core.ingestion.model import Block, ParsedDocument, UnreadableDocument

_OPEN_FILES = 64
_UNPRINTABLE = {code: None for code in range(0x20) if chr(code) not in "\n\t"} | {
    0x7F: None,
    0xAD: None,  # soft hyphen
    0xFEFF: None,  # byte order mark
    **dict.fromkeys(range(0xD800, 0xE000), "\ufffd"),  # halves of pairs, which UTF-8 cannot hold
}


def bind_by(limits: ParserLimits) -> None:
    """Irrevocable for this process. Past `cpu_s` it gets SIGXCPU, and writing any file fails."""
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_s, limits.cpu_s + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_OPEN_FILES, _OPEN_FILES))
    if sys.platform == "linux":  # macOS accepts the limit and ignores it
        resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    signal.signal(signal.SIGXCPU, signal.SIG_DFL)


def reader(media_type: str) -> Callable[[Source], ParsedDocument]:
    """Imports the reader of a media type in PARSERS."""
    module, _, function = PARSERS[media_type].partition(":")
    found: Callable[[Source], ParsedDocument] = getattr(import_module(module), function)
    return found


def reply_to(request: ParseRequest, limits: ParserLimits) -> bytes:
    """The encoded ParseReply."""
    try:
        reply: ParseReply = Parsed(_read(request, limits))
    except UnreadableDocument as error:
        reply = Refusal.of(error)
    except MemoryError:
        reply = Refusal.of(out_of_memory(request.name, limits))
    return msgspec.msgpack.encode(reply)


def out_of_memory(name: str, limits: ParserLimits) -> UnreadableDocument:
    return UnreadableDocument(
        "parser_limit",
        f"Reading {name!r} takes more than {limits.memory_bytes // MIB:,} MiB of memory.",
        hint="Split the file, or save it again in a simpler form.",
    )


def _read(request: ParseRequest, limits: ParserLimits) -> ParsedDocument:
    source = Source(Path(request.path), request.name, limits)
    check_content(source, request.media_type)
    parsed = reader(request.media_type)(source)
    blocks = tuple(
        Block(text, tuple(map(_clean, block.heading_path)), block.page)
        for block in parsed.blocks
        if (text := _clean(block.text))
    )
    if not blocks:
        raise _no_text(request.name, parsed.page_count)
    if sum(len(block.text) for block in blocks) > limits.characters:
        raise source.too_much_text()
    if len(blocks) > limits.sections:
        raise UnreadableDocument(
            "too_many_sections",
            f"{request.name!r} has {len(blocks):,} sections; the limit is {limits.sections:,}.",
            hint="Split it into several files.",
        )
    title = " ".join(_clean(parsed.title).split())[:MAX_HEADING_CHARS]
    return ParsedDocument(title, blocks, parsed.page_count)


def _clean(text: str) -> str:
    """What a database can hold and a person can read: one kind of line end, composed, nothing unprintable."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", unified).translate(_UNPRINTABLE).strip()


def _no_text(name: str, page_count: int | None) -> UnreadableDocument:
    if page_count:
        return UnreadableDocument(
            "no_text",
            f"{name!r} has pages ({page_count:,}) but no text: they are probably scanned pictures.",
            hint="Run text recognition (OCR) over it and upload the result.",
        )
    return UnreadableDocument(
        "no_text",
        f"There is no text in {name!r}.",
        hint="Check that it holds text, not only pictures.",
    )
