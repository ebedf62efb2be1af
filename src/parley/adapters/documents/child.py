"""The one task of a child: bind itself by limits, read one file or show one of its pages, reply."""

import resource
import signal
import sys
import unicodedata
from importlib import import_module
from pathlib import Path
from typing import assert_never

import msgspec

from parley.adapters.documents.limits import MIB, ParserLimits
from parley.adapters.documents.messages import (
    ChildReply,
    ChildRequest,
    Drawn,
    LaidOut,
    LayoutRequest,
    Parsed,
    ParserConfig,
    ParseRequest,
    PictureRequest,
    Refusal,
)
from parley.adapters.documents.outline import MAX_HEADING_CHARS
from parley.adapters.documents.readers import read, reader
from parley.adapters.documents.source import Source
from parley.adapters.documents.tesseract import Tesseract
from parley.core.ingestion.model import Block, ParsedDocument, UnreadableDocument

_PAGES = "parley.adapters.documents.pages"
"""Imported with the first page that is asked for: who only reads needs none of it."""
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


def prepare(request: ChildRequest) -> None:
    """Imports what the request needs, before the fork: every later child has it already."""
    if isinstance(request, ParseRequest):
        reader(request.media_type)
    else:
        import_module(_PAGES)


def reply_to(request: ChildRequest, config: ParserConfig) -> bytes:
    """The encoded ChildReply."""
    try:
        reply = _answer(request, config)
    except UnreadableDocument as error:
        reply = Refusal.of(error)
    except MemoryError:
        reply = Refusal.of(out_of_memory(request.name, config.limits))
    return msgspec.msgpack.encode(reply)


def out_of_memory(name: str, limits: ParserLimits) -> UnreadableDocument:
    return UnreadableDocument(
        "parser_limit",
        f"Reading {name!r} takes more than {limits.memory_bytes // MIB:,} MiB of memory.",
        hint="Split the file, or save it again in a simpler form.",
    )


def _answer(request: ChildRequest, config: ParserConfig) -> ChildReply:
    if isinstance(request, ParseRequest):
        return Parsed(_read(request, config))
    pages = import_module(_PAGES)
    source = Source(Path(request.path), request.name, config.limits)
    match request:
        case PictureRequest():
            return Drawn(pages.picture(source, request.page, request.width))
        case LayoutRequest():
            return LaidOut(pages.layout(source, request.page, request.sought))
        case _:
            assert_never(request)


def _read(request: ParseRequest, config: ParserConfig) -> ParsedDocument:
    limits = config.limits
    recognizer = Tesseract(config.tesseract, limits.recognition_s) if config.tesseract else None
    source = Source(Path(request.path), request.name, limits, recognizer)
    parsed = read(source, request.media_type)
    blocks = tuple(clean for block in parsed.blocks if (clean := _cleaned(block)).text)
    if not blocks:
        raise _no_text(request.name, parsed)
    if sum(len(block.text) for block in blocks) > limits.characters:
        raise source.too_much_text()
    if len(blocks) > limits.sections:
        raise UnreadableDocument(
            "too_many_sections",
            f"{request.name!r} has {len(blocks):,} sections; the limit is {limits.sections:,}.",
            hint="Split it into several files.",
        )
    title = " ".join(_clean(parsed.title).split())[:MAX_HEADING_CHARS]
    return ParsedDocument(title, blocks, parsed.page_count, _clean(parsed.notice))


def _cleaned(block: Block) -> Block:
    """Table by table and text by text, so that the tables' ranges stay true. It may end up empty."""
    text = ""
    tables = []
    done = 0
    for start, end in (*block.tables, (len(block.text), len(block.text))):
        text += _clean(block.text[done:start])
        row = len(text)
        text += _clean(block.text[start:end])
        tables.append((row, len(text)))
        done = end
    leading = len(text) - len(text.lstrip())
    text = text.strip()
    ranges = (
        (max(0, start - leading), min(len(text), end - leading)) for start, end in tables if start < end
    )
    return Block(text, tuple(map(_clean_line, block.heading_path)), block.page, tuple(ranges))


def _clean_line(text: str) -> str:
    return " ".join(_clean(text).split())


def _clean(text: str) -> str:
    """What a database can hold and a person can read: one kind of line end, composed, nothing unprintable."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", unified).translate(_UNPRINTABLE)


def _no_text(name: str, parsed: ParsedDocument) -> UnreadableDocument:
    if parsed.notice and parsed.page_count:
        return UnreadableDocument(
            "no_text",
            f"No text was found in {name!r}. {parsed.notice}",
            hint="Have the administrator install Tesseract, or run text recognition (OCR) over it and upload"
            " the result.",
        )
    if parsed.page_count:
        return UnreadableDocument(
            "no_text",
            f"{name!r} has pages ({parsed.page_count:,}) but no text: they are probably scanned pictures.",
            hint="Run text recognition (OCR) over it and upload the result.",
        )
    return UnreadableDocument(
        "no_text",
        f"There is no text in {name!r}.",
        hint="Check that it holds text, not only pictures.",
    )
