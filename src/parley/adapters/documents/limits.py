"""How much one file may cost before it is refused."""

from dataclasses import dataclass

MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class ParserLimits:
    memory_bytes: int = 1_536 * MIB
    """Address space of the child process; the hungriest honest file measured needs a third of it."""
    cpu_s: int = 60
    wall_s: float = 120.0
    pages: int = 5_000
    characters: int = 10_000_000
    sections: int = 30_000
    """Blocks of text; each makes a passage of its own, however short it is."""
    unpacked_bytes: int = 512 * MIB
    """What a file that is an archive (DOCX, XLSX, PPTX, EPUB) may unpack to, by its table of contents."""
    parts: int = 20_000
    """Entries in the table of contents of such a file; every slide, picture and sheet is one."""
    attachments: int = 100
    """Attachments of a message that are read; what more there are is named as not read."""
    recognition_s: float = 600.0
    """Time besides `wall_s` for recognising text in pictures, where a recogniser is there."""

    @property
    def text_bytes(self) -> int:
        """No encoding spends more on `characters` characters."""
        return 4 * self.characters

    @property
    def reply_bytes(self) -> int:
        """Room for the text and for the headings beside it."""
        return self.text_bytes + 16 * MIB
