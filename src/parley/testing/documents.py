"""The contract of a DocumentParser, format by format: subclass it beside each reader's tests."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable
from pathlib import Path
from typing import ClassVar

from parley.core.ingestion.model import ParsedDocument, UnreadableDocument
from parley.core.ingestion.ports import DocumentParser

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"


async def refusal_of(parse: Awaitable[ParsedDocument]) -> UnreadableDocument:
    """The error that parsing ends with; fails the test when there is none."""
    try:
        parsed = await parse
    except UnreadableDocument as error:
        return error
    raise AssertionError(f"was read, but should have been refused: {parsed}")


class DocumentParserContract(ABC):
    """Needs a fixture `parser`. `write_sample` makes an honest file that holds SENTENCES, in order."""

    media_type: ClassVar[str]
    extension: ClassVar[str]

    SENTENCES: ClassVar[tuple[str, ...]] = (
        "Every employee has twenty-five days of leave.",
        "Zoë's naïve café in Zürich opens at nine.",
    )

    @abstractmethod
    def write_sample(self, path: Path, sentences: tuple[str, ...]) -> None: ...

    async def test_an_honest_file_is_read_whole_and_in_order(
        self, parser: DocumentParser, tmp_path: Path
    ) -> None:
        path = tmp_path / "stored"
        self.write_sample(path, self.SENTENCES)
        parsed = await parser.parse(path, name=f"sample{self.extension}", media_type=self.media_type)
        text = "\n\n".join(block.text for block in parsed.blocks)
        places = [text.find(sentence) for sentence in self.SENTENCES]
        assert -1 not in places, text
        assert places == sorted(places)
        assert all(block.text == block.text.strip() != "" for block in parsed.blocks)
        if parsed.page_count is None:
            assert {block.page for block in parsed.blocks} == {None}
        else:
            assert {block.page for block in parsed.blocks} <= set(range(1, parsed.page_count + 1))

    async def test_a_file_without_words_is_refused(self, parser: DocumentParser, tmp_path: Path) -> None:
        path = tmp_path / "stored"
        self.write_sample(path, ())
        name = f"wordless{self.extension}"
        refusal = await refusal_of(parser.parse(path, name=name, media_type=self.media_type))
        assert refusal.code in {"no_text", "empty_file"}
        assert name in refusal.detail
        assert refusal.hint

    async def test_an_empty_file_is_refused(self, parser: DocumentParser, tmp_path: Path) -> None:
        path = tmp_path / "stored"
        path.write_bytes(b"")
        name = f"empty{self.extension}"
        refusal = await refusal_of(parser.parse(path, name=name, media_type=self.media_type))
        assert (refusal.code, refusal.detail) == ("empty_file", f"{name!r} is empty.")

    async def test_a_picture_under_this_extension_is_refused_and_called_a_picture(
        self, parser: DocumentParser, tmp_path: Path
    ) -> None:
        path = tmp_path / "stored"
        path.write_bytes(PNG)
        name = f"picture{self.extension}"
        refusal = await refusal_of(parser.parse(path, name=name, media_type=self.media_type))
        assert refusal.code == "mislabelled_file"
        assert "is a PNG image" in refusal.detail
