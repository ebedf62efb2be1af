"""Plain text in any encoding."""

from pathlib import Path

import pytest

from parley.adapters.documents.limits import ParserLimits
from parley.adapters.documents.sandbox import SandboxedParser
from parley.testing.documents import DocumentParserContract, refusal_of

JAPANESE = "吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。" * 3
FRENCH = "L'été dernier, nous avons déjeuné à la crêperie près de la forêt; c'était très agréable. " * 3
RUSSIAN = "Привет, мир. Это простой текст на русском языке, написанный для проверки. " * 3
CZECH = "Příliš žluťoučký kůň úpěl ďábelské ódy, a přitom se díval na měsíc nad řekou. " * 3
CHINESE = "人人生而自由,在尊严和权利上一律平等。他们赋有理性和良心,并应以兄弟关系的精神相对待。"
CHINESE_TRADITIONAL = "人人生而自由,在尊嚴和權利上一律平等。他們賦有理性和良心。"
KOREAN = "모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 동등하다."
HEBREW = "כל בני האדם נולדו בני חורין ושווים בערכם ובזכויותיהם."


class TestPlainText(DocumentParserContract):
    media_type = "text/plain"
    extension = ".txt"

    def write_sample(self, path: Path, sentences: tuple[str, ...]) -> None:
        path.write_text("\n".join(sentences) or " \n ")


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (JAPANESE, "utf-8"),
        (JAPANESE, "utf-8-sig"),
        (JAPANESE, "utf-16"),
        (JAPANESE, "utf-32"),
        (JAPANESE, "shift_jis"),
        (JAPANESE, "euc_jp"),
        (FRENCH, "latin-1"),
        (RUSSIAN, "windows-1251"),
        (CZECH, "windows-1250"),
        (JAPANESE, "iso2022_jp"),
        (JAPANESE + "\n", "utf-16-le"),
        (JAPANESE + "\n", "utf-16-be"),
        (FRENCH, "utf-16-le"),
        (CHINESE, "gbk"),
        (CHINESE_TRADITIONAL, "big5"),
        (KOREAN, "euc_kr"),
        (HEBREW, "windows-1255"),
    ],
)
async def test_any_usual_encoding_is_read(
    parser: SandboxedParser, tmp_path: Path, text: str, encoding: str
) -> None:
    (tmp_path / "f").write_bytes(text.encode(encoding))
    parsed = await parser.parse(tmp_path / "f", name="f.txt", media_type="text/plain")
    assert parsed.blocks[0].text == text.strip()


async def test_what_a_database_cannot_hold_is_taken_out(parser: SandboxedParser, tmp_path: Path) -> None:
    text = "Line one\r\nline\x0b two\rco\xadoperate cafe\u0301"
    (tmp_path / "f").write_bytes(b"x" * 5_000 + text.encode() + b"\x00\x1b[0m")
    parsed = await parser.parse(tmp_path / "f", name="f.txt", media_type="text/plain")
    assert parsed.blocks[0].text == "x" * 5_000 + "Line one\nline two\ncooperate café[0m"


@pytest.mark.parametrize("data", [bytes(range(256)) * 8, bytes(range(1, 256)) * 8], ids=["zeros", "none"])
async def test_binary_data_named_txt_is_refused(parser: SandboxedParser, tmp_path: Path, data: bytes) -> None:
    (tmp_path / "f").write_bytes(data)
    refusal = await refusal_of(parser.parse(tmp_path / "f", name="f.txt", media_type="text/plain"))
    assert refusal.detail == "'f.txt' claims to be plain text but is binary data, not text."


async def test_a_text_that_speaks_of_pdf_is_still_a_text(parser: SandboxedParser, tmp_path: Path) -> None:
    (tmp_path / "f").write_text("A PDF begins with %PDF-1.7.")
    parsed = await parser.parse(tmp_path / "f", name="f.txt", media_type="text/plain")
    assert parsed.blocks[0].text == "A PDF begins with %PDF-1.7."


@pytest.mark.parametrize("length", [1_001, 4_002])
async def test_too_much_text_is_refused_by_number(tmp_path: Path, length: int) -> None:
    (tmp_path / "f").write_text("x" * length)
    strict = SandboxedParser(ParserLimits(characters=1_000))
    try:
        refusal = await refusal_of(strict.parse(tmp_path / "f", name="f.txt", media_type="text/plain"))
    finally:
        await strict.close()
    assert (refusal.code, refusal.detail) == (
        "too_much_text",
        "'f.txt' holds more than 1,000 characters of text.",
    )


async def test_the_encoding_of_a_long_file_is_found_where_it_shows(
    parser: SandboxedParser, tmp_path: Path
) -> None:
    lines = ["Plain words, line by line."] * 20_000 + ["Größere Schäden müssen gemeldet werden."] * 9_000
    (tmp_path / "f").write_bytes("\n".join(lines).encode("latin-1"))
    parsed = await parser.parse(tmp_path / "f", name="f.txt", media_type="text/plain")
    assert parsed.blocks[0].text == "\n".join(lines)
