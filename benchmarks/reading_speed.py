"""CPU for reading honest files of each format, by file and by megabyte of text, in the limited child.

python -m benchmarks.reading_speed
"""

import asyncio
import json
import statistics
import tempfile
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import docx
import openpyxl
from pptx import Presentation
from pptx.util import Inches
from reportlab.pdfgen.canvas import Canvas

from benchmarks.record import keep
from parley.adapters.documents.sandbox import ReadingCost, SandboxedParser
from parley.core.ingestion.formats import format_of
from parley.testing.hostile.archives import epub, write_zip

RUNS = 5
SENTENCE = "Every employee has twenty-five days of leave, and parents may share sixteen weeks of theirs. "
PARAGRAPH = SENTENCE * 5
ROW = ("Bern", "2026-01-31", "1250.5", "paid in advance", "office", "17")
HEADER = ("City", "Day", "Amount", "Note", "Place", "Number")


def pdf(path: Path) -> None:
    canvas = Canvas(str(path), pageCompression=1)
    for _ in range(100):
        for line in range(50):
            canvas.drawString(50, 800 - 15 * line, SENTENCE[:85])
        canvas.showPage()
    canvas.save()


def word(path: Path) -> None:
    document = docx.Document()
    for number in range(500):
        if number % 20 == 0:
            document.add_heading(f"Chapter {number}", 1)
        document.add_paragraph(PARAGRAPH)
    table = document.add_table(rows=0, cols=len(ROW))
    for row in (HEADER, *([ROW] * 50)):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    document.save(str(path))


def slides(path: Path) -> None:
    deck = Presentation()
    for number in range(100):
        slide = deck.slides.add_slide(deck.slide_layouts[5])
        slide.shapes.title.text = f"Slide {number}"
        slide.shapes.add_textbox(0, 0, Inches(5), Inches(5)).text_frame.text = PARAGRAPH
        slide.notes_slide.notes_text_frame.text = SENTENCE
    deck.save(str(path))


def workbook(path: Path) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Payments")
    sheet.append(HEADER)
    for _ in range(10_000):
        sheet.append([ROW[0], ROW[1], 1250.5, ROW[3], ROW[4], 17])
    book.save(path)


def book(path: Path) -> None:
    with path.open("wb") as file:
        write_zip(
            file, epub("".join(f"<h1>Chapter {n}</h1>" + f"<p>{PARAGRAPH}</p>" * 20 for n in range(50)))
        )


def mail(path: Path) -> None:
    message = EmailMessage()
    message["From"], message["Subject"] = "a@example.com", "Leave"
    message.set_content(PARAGRAPH * 10)
    message.add_attachment(PARAGRAPH * 200, filename="rules.txt")
    path.write_bytes(message.as_bytes())


def page(path: Path) -> None:
    path.write_text("".join(f"<h2>Part {n}</h2>" + f"<p>{PARAGRAPH}</p>" * 20 for n in range(100)))


def markdown(path: Path) -> None:
    path.write_text("".join(f"# Part {n}\n\n" + f"{PARAGRAPH}\n\n" * 20 for n in range(100)))


def text(path: Path) -> None:
    path.write_text(f"{PARAGRAPH}\n\n" * 2_000)


def old_text(path: Path) -> None:
    path.write_bytes(f"{PARAGRAPH} Größere Schäden müssen gemeldet werden.\n\n".encode("latin-1") * 2_000)


def table(path: Path) -> None:
    path.write_text("\n".join(",".join(row) for row in (HEADER, *([ROW] * 20_000))))


def records(path: Path) -> None:
    path.write_text(json.dumps([dict(zip(HEADER, ROW, strict=True))] * 10_000))


FILES: dict[str, Callable[[Path], None]] = {
    "100 pages.pdf": pdf,
    "500 paragraphs.docx": word,
    "100 slides.pptx": slides,
    "10,000 rows.xlsx": workbook,
    "50 chapters.epub": book,
    "with an attachment.eml": mail,
    "2,000 paragraphs.html": page,
    "2,000 paragraphs.md": markdown,
    "2,000 paragraphs.txt": text,
    "2,000 paragraphs, Latin-1.txt": old_text,
    "20,000 rows.csv": table,
    "10,000 records.json": records,
}


async def measure(folder: Path) -> tuple[dict[str, float], dict[str, float], dict[str, float]]:
    """CPU milliseconds a file, the same for each megabyte of text, and MiB of memory; the median of RUNS."""
    costs: list[ReadingCost] = []
    parser = SandboxedParser(on_cost=lambda _name, cost: costs.append(cost))
    by_file: dict[str, float] = {}
    by_megabyte: dict[str, float] = {}
    memory: dict[str, float] = {}
    try:
        for name, make in FILES.items():
            make(folder / "file")
            media_type = format_of(name, "").media_type
            await parser.parse(folder / "file", name=name, media_type=media_type)  # imports the reader
            costs.clear()
            for _ in range(RUNS):
                parsed = await parser.parse(folder / "file", name=name, media_type=media_type)
            megabytes = sum(len(block.text) for block in parsed.blocks) / 1e6
            cpu_ms = 1_000 * statistics.median(cost.cpu_s for cost in costs)
            by_file[name] = round(cpu_ms, 1)
            by_megabyte[name] = round(cpu_ms / megabytes, 1)
            memory[name] = max(cost.memory_bytes for cost in costs) / (1 << 20) // 1
    finally:
        await parser.close()
    return by_file, by_megabyte, memory


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="parley-reading-") as folder:
        by_file, by_megabyte, memory = asyncio.run(measure(Path(folder)))
    keep(
        "reading_speed",
        {"cpu_ms_a_file": by_file, "cpu_ms_a_megabyte_of_text": by_megabyte, "memory_mib": memory},
        {},
    )


if __name__ == "__main__":
    main()
