"""Makes files of many formats, as they lie in a company's folders: the same ones for the same seed."""

import csv
import io
import json
import random
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from html import escape
from pathlib import Path

MEAN_CHARACTERS = 10_000
_GUIDES = Path(__file__).resolve().parent.parent / "src" / "parley" / "guides"


@dataclass(frozen=True, slots=True)
class SampleFile:
    name: str
    content: bytes


class Author:
    """Writes text out of the words of Parley's own guides, the frequent ones as often as they are there."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        text = " ".join(path.read_text() for path in sorted(_GUIDES.glob("*.md")))
        self._words = [word for word in text.split() if word.isalpha()]

    def sentence(self) -> str:
        words = self.chance.choices(self._words, k=self.chance.randint(6, 22))
        return " ".join(words).capitalize() + "."

    def paragraph(self) -> str:
        return " ".join(self.sentence() for _ in range(self.chance.randint(2, 6)))

    def title(self) -> str:
        return " ".join(self.chance.choices(self._words, k=self.chance.randint(2, 6))).title()

    def paragraphs(self, characters: int) -> Iterator[str]:
        left = characters
        while left > 0:
            paragraph = self.paragraph()
            left -= len(paragraph)
            yield paragraph

    def characters(self) -> int:
        """A few files are long and most are short: log-normal around the mean."""
        drawn = self.chance.lognormvariate(-0.5, 1.0) * MEAN_CHARACTERS
        return round(min(max(drawn, 300), 20 * MEAN_CHARACTERS))


def markdown(author: Author, characters: int) -> bytes:
    parts = [f"# {author.title()}"]
    for number, paragraph in enumerate(author.paragraphs(characters)):
        if number % 5 == 0:
            parts.append(f"## {author.title()}")
        parts.append(paragraph)
    return "\n\n".join(parts).encode()


def plain_text(author: Author, characters: int) -> bytes:
    return "\n\n".join(author.paragraphs(characters)).encode()


def html(author: Author, characters: int) -> bytes:
    body = [f"<h1>{escape(author.title())}</h1>"]
    for number, paragraph in enumerate(author.paragraphs(characters)):
        if number % 5 == 0:
            body.append(f"<h2>{escape(author.title())}</h2>")
        body.append(f"<p>{escape(paragraph)}</p>")
    page = "<!doctype html><html><head><title>Page</title><style>p{margin:0}</style></head><body>"
    return (page + "\n".join(body) + "</body></html>").encode()


def table(author: Author, characters: int) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["id", "name", "amount", "remark"])
    while text.tell() < characters:
        writer.writerow([author.chance.randint(1, 9_999), author.title(), 12.5, author.sentence()])
    return text.getvalue().encode()


def as_json(author: Author, characters: int) -> bytes:
    items = [{"title": author.title(), "text": text} for text in author.paragraphs(characters)]
    return json.dumps({"items": items}, indent=1).encode()


def mail(author: Author, characters: int) -> bytes:
    message = EmailMessage()
    message["Subject"] = author.title()
    message["From"], message["To"] = "one@example.org", "two@example.org"
    message["Date"] = "Mon, 02 Nov 2026 10:00:00 +0000"
    message.set_content("\n\n".join(author.paragraphs(characters)))
    return message.as_bytes()


def word(author: Author, characters: int) -> bytes:
    from docx import Document

    document = Document()
    document.add_heading(author.title(), 1)
    for number, paragraph in enumerate(author.paragraphs(characters)):
        if number % 5 == 0:
            document.add_heading(author.title(), 2)
        document.add_paragraph(paragraph)
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


def pdf(author: Author, characters: int) -> bytes:
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import Paragraph, SimpleDocTemplate

    style = getSampleStyleSheet()["BodyText"]
    content = io.BytesIO()
    SimpleDocTemplate(content).build(
        [Paragraph(escape(each), style) for each in author.paragraphs(characters)]
    )
    return content.getvalue()


def slides(author: Author, characters: int) -> bytes:
    from pptx import Presentation

    presentation = Presentation()
    for paragraph in author.paragraphs(characters):
        slide = presentation.slides.add_slide(presentation.slide_layouts[1])
        slide.shapes.title.text = author.title()
        slide.placeholders[1].text = paragraph
    content = io.BytesIO()
    presentation.save(content)
    return content.getvalue()


def sheet(author: Author, characters: int) -> bytes:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    page = book.create_sheet("Data")
    page.append(["id", "name", "amount", "remark"])
    written = 0
    while written < characters:
        row = [author.chance.randint(1, 9_999), author.title(), 12.5, author.sentence()]
        written += sum(len(str(cell)) for cell in row)
        page.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def book(author: Author, characters: int) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("mimetype", "application/epub+zip", zipfile.ZIP_STORED)
        archive.writestr(
            "META-INF/container.xml",
            '<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
            '<rootfile full-path="book.opf" media-type="application/oebps-package+xml"/>'
            "</rootfiles></container>",
        )
        archive.writestr(
            "book.opf",
            '<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id">'
            '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier id="id">x</dc:identifier>'
            "<dc:title>A book</dc:title><dc:language>en</dc:language></metadata>"
            '<manifest><item id="a" href="a.xhtml" media-type="application/xhtml+xml"/></manifest>'
            '<spine><itemref idref="a"/></spine></package>',
        )
        text = "".join(f"<p>{escape(each)}</p>" for each in author.paragraphs(characters))
        head = f"<head><title>x</title></head><body><h1>{escape(author.title())}</h1>"
        archive.writestr("a.xhtml", f'<html xmlns="http://www.w3.org/1999/xhtml">{head}{text}</body></html>')
    return content.getvalue()


_MIX: tuple[tuple[str, int, Callable[[Author, int], bytes]], ...] = (
    (".md", 18, markdown),
    (".html", 16, html),
    (".txt", 10, plain_text),
    (".pdf", 18, pdf),
    (".docx", 14, word),
    (".csv", 5, table),
    (".json", 4, as_json),
    (".eml", 5, mail),
    (".xlsx", 4, sheet),
    (".pptx", 4, slides),
    (".epub", 2, book),
)
"""Extension, share of a hundred files, and how such a file is made."""


def mixed(count: int, *, seed: int = 1) -> Iterator[SampleFile]:
    author = Author(seed)
    shares = [share for _, share, _ in _MIX]
    for number, (extension, _, make) in enumerate(author.chance.choices(_MIX, shares, k=count)):
        yield SampleFile(f"file-{number:05}{extension}", make(author, author.characters()))


def alike(count: int, characters: int, *, seed: int = 2) -> Iterator[SampleFile]:
    """Markdown of just that length."""
    author = Author(seed)
    for number in range(count):
        yield SampleFile(f"page-{number:05}.md", markdown(author, characters)[:characters])
