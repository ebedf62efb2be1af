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


async def test_binary_data_named_txt_is_refused(parser: SandboxedParser, tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(bytes(range(256)) * 8)
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
