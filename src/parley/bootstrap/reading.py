"""Builds the parser of files, with a recogniser of text in pictures where one is installed."""

from parley.adapters.documents.messages import TesseractConfig
from parley.adapters.documents.sandbox import SandboxedParser
from parley.adapters.documents.tesseract import TesseractUnusable, find_tesseract
from parley.core.kernel.telemetry import Log
from parley.settings import Settings


def document_parser(settings: Settings, at_once: int, log: Log) -> SandboxedParser:
    return SandboxedParser(at_once=at_once, tesseract=_tesseract(settings, log))


def _tesseract(settings: Settings, log: Log) -> TesseractConfig | None:
    """Without it pages that are pictures are named, not read."""
    if settings.ocr_languages == "none":
        return None
    try:
        return find_tesseract(settings.ocr_languages)
    except TesseractUnusable as error:
        log.warning("ocr.unusable", detail=error.detail, hint=error.hint)
        return None
