"""Reads pictures of text (PNG, JPEG, TIFF) where a program is there that recognises it."""

from parley.adapters.documents.source import Source, TextBudget, in_words
from parley.core.ingestion.model import Block, ParsedDocument, UnreadableDocument


def read(source: Source) -> ParsedDocument:
    if source.recognizer is None:
        raise UnreadableDocument(
            "needs_ocr",
            f"{source.name!r} is a picture, and no program to recognise text in it is installed.",
            hint="Have the administrator install Tesseract on the server and choose Try again, or upload"
            " the text.",
        )
    with source.open() as file:
        pages = source.recognizer.pages_of(file.read())
    if pages is None:
        raise source.damaged("its text could not be recognised in time, or it is no whole picture")
    if len(pages) > source.limits.pages:
        raise source.too_many_pages(len(pages))
    budget = TextBudget(source)
    blocks = tuple(Block(budget.spend(text), page=number) for number, text in enumerate(pages, start=1))
    empty = [block.page for block in blocks if not block.text and block.page]
    one_or_many = "page" if len(empty) == 1 else "pages"
    notice = f"No text was recognised on {one_or_many} {in_words(empty)}." if empty else ""
    return ParsedDocument(title="", blocks=blocks, page_count=len(pages), notice=notice)
