"""Pages of PDFs as pictures and as places of text, drawn in the limited child."""

import asyncio
import struct
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from parley.adapters.documents.limits import MIB, ParserLimits
from parley.adapters.documents.page_sandbox import SandboxedPages
from parley.core.ingestion.model import Rectangle, SoughtText, UnreadableDocument

LINES = [f"Clause {number}: the warranty of the X{number} lasts {number} years." for number in range(20)]


@pytest.fixture(scope="module")
def pages() -> Iterator[SandboxedPages]:
    """One for all tests: starting one costs more than most of them."""
    shared = SandboxedPages()
    yield shared
    asyncio.run(shared.close())


@pytest.fixture(scope="module")
def contract(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twenty lines on an upright page, one line on a page that is shown turned."""
    path = tmp_path_factory.mktemp("pages") / "contract.pdf"
    canvas = Canvas(str(path), pagesize=(300, 400))
    for number, line in enumerate(LINES):
        canvas.drawString(30, 370 - 15 * number, line)
    canvas.showPage()
    canvas.setPageRotation(90)
    canvas.drawString(30, 30, "This page is shown turned.")
    canvas.showPage()
    canvas.save()
    return path


def _pixels(png: bytes) -> tuple[int, int, bytes]:
    """Width, height and the samples of a picture as we write them."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack("!2I", png[16:24])
    (length,) = struct.unpack("!I", png[33:37])
    rows = zlib.decompress(png[41 : 41 + length])
    assert len(rows) == height * (1 + 3 * width)
    return width, height, rows


async def _picture(pages: SandboxedPages, path: Path, page: int = 1, width: int = 300) -> bytes:
    return await pages.picture(path, name=path.name, page=page, width=width)


async def test_a_page_is_drawn_as_wide_as_asked_with_its_text_on_it(
    pages: SandboxedPages, contract: Path
) -> None:
    width, height, rows = _pixels(await _picture(pages, contract, width=600))
    assert (width, height) == (600, 800)
    assert rows.count(b"\xff") > len(rows) / 2 > rows.count(b"\0") > 1_000


async def test_a_passage_is_found_where_it_stands(pages: SandboxedPages, contract: Path) -> None:
    sought = SoughtText("warranty of the X7\nlasts 7 years. Clause 8: the war-\nranty", 0.4)
    layout = await pages.layout(contract, name="contract.pdf", page=1, sought=sought)
    assert (layout.width, layout.height) == (300, 400)
    seventh, eighth = layout.rectangles
    for rectangle, number in ((seventh, 7), (eighth, 8)):
        baseline = 400 - (370 - 15 * number)
        assert rectangle.top < baseline <= rectangle.top + rectangle.height + 1
        assert rectangle.height < 15
    assert eighth.left < 32
    assert seventh.left > 60


async def test_of_equal_texts_the_one_nearest_is_meant(pages: SandboxedPages, tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=(300, 400))
    for number in range(3):
        canvas.drawString(30, 350 - 150 * number, "The same words again.")
    canvas.save()

    async def top(near: float) -> float:
        sought = SoughtText("The same words again.", near)
        found = await pages.layout(tmp_path / "a.pdf", name="a.pdf", page=1, sought=sought)
        return found.rectangles[0].top

    assert [round(await top(near) / 150) for near in (0.0, 0.4, 0.9)] == [0, 1, 2]


async def test_a_passage_of_which_the_page_has_a_part_is_found_by_its_sentences(
    pages: SandboxedPages, contract: Path
) -> None:
    sought = SoughtText("It was torn out here. Clause 3: the warranty of the X3 lasts 3 years.", 0.1)
    [found] = (await pages.layout(contract, name="contract.pdf", page=1, sought=sought)).rectangles
    assert found.top < 400 - (370 - 15 * 3) <= found.top + found.height + 1
    nothing = SoughtText("Nothing of the kind stands there.", 0.5)
    assert (await pages.layout(contract, name="contract.pdf", page=1, sought=nothing)).rectangles == ()
    assert (await pages.layout(contract, name="contract.pdf", page=1, sought=None)).rectangles == ()


async def test_a_turned_page_has_its_places_as_it_is_shown(pages: SandboxedPages, contract: Path) -> None:
    sought = SoughtText("This page is shown turned.", 0)
    layout = await pages.layout(contract, name="contract.pdf", page=2, sought=sought)
    [found] = layout.rectangles
    assert found.height > found.width, "its line runs down the page"
    width, height, rows = _pixels(await _picture(pages, contract, page=2, width=int(layout.width)))
    assert (width, height) == (layout.width, layout.height)
    assert _is_dark(rows, width, found)


def _is_dark(rows: bytes, width: int, place: Rectangle) -> bool:
    """Whether nearly all that is drawn is drawn within the place."""
    inside = outside = 0
    for y in range(len(rows) // (1 + 3 * width)):
        row = rows[y * (1 + 3 * width) + 1 : (y + 1) * (1 + 3 * width)]
        for x in range(width):
            if row[3 * x] < 128:
                if place.left - 2 <= x <= place.left + place.width + 2 and (
                    place.top - 2 <= y <= place.top + place.height + 2
                ):
                    inside += 1
                else:
                    outside += 1
    return inside > 20 * outside


@pytest.mark.parametrize("size", [(14_400, 3), (3, 14_400), (14_400, 14_400)])
async def test_a_page_of_any_shape_makes_a_picture_of_bounded_size(
    pages: SandboxedPages, tmp_path: Path, size: tuple[int, int]
) -> None:
    canvas = Canvas(str(tmp_path / "wide.pdf"), pagesize=size)
    canvas.drawString(1, 1, "text")
    canvas.save()
    width, height, _ = _pixels(await _picture(pages, tmp_path / "wide.pdf", width=2_000))
    assert width * height <= 6_100_000
    assert max(width, height) <= 6_001


async def test_what_is_no_page_is_refused(pages: SandboxedPages, contract: Path, tmp_path: Path) -> None:
    for path, page in ((contract, 3), (tmp_path / "noise.pdf", 1), (tmp_path / "cut.pdf", 1)):
        (tmp_path / "noise.pdf").write_bytes(b"%PDF-1.7\n" + b"\x93" * 1_000)
        (tmp_path / "cut.pdf").write_bytes(contract.read_bytes()[:700])
        with pytest.raises(UnreadableDocument) as refused:
            await _picture(pages, path, page=page)
        assert refused.value.code == "damaged_file"


async def test_a_page_that_takes_too_long_is_given_up_and_the_next_is_drawn(
    contract: Path, tmp_path: Path
) -> None:
    """A form that draws itself ten times, ten levels deep: ten thousand million pictures of a line."""
    (tmp_path / "bomb.pdf").write_bytes(_nested_forms(levels=10, times=10))
    pages = SandboxedPages(ParserLimits(memory_bytes=1_024 * MIB, cpu_s=1, wall_s=20.0, characters=1_000_000))
    try:
        with pytest.raises(UnreadableDocument) as refused:
            await _picture(pages, tmp_path / "bomb.pdf")
        assert refused.value.code == "parser_limit"
        assert _pixels(await _picture(pages, contract))[0] == 300
    finally:
        await pages.close()


def _nested_forms(levels: int, times: int) -> bytes:
    parts = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>"]
    parts.append(
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]/Contents 4 0 R/Resources<</XObject<</F 5 0 R>>>>>>"
    )
    parts.append(b"<</Length 5>>stream\n/F Do\nendstream")
    for level in range(levels):
        drawn = b"/F Do " * times if level < levels - 1 else b"0 0 m 99 99 l S"
        resources = b"<</XObject<</F %d 0 R>>>>" % (6 + level) if level < levels - 1 else b"<<>>"
        parts.append(
            b"<</Type/XObject/Subtype/Form/BBox[0 0 100 100]/Resources%s/Length %d>>stream\n%s\nendstream"
            % (resources, len(drawn), drawn)
        )
    out = BytesIO(b"%PDF-1.7\n")
    out.seek(0, 2)
    places = []
    for number, part in enumerate(parts, start=1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, part))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1))
    for place in places:
        out.write(b"%010d 00000 n \n" % place)
    out.write(b"trailer<</Root 1 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF" % (len(parts) + 1, start))
    return out.getvalue()
