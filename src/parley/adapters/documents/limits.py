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
    """What a file that is an archive (DOCX) may unpack to."""

    @property
    def text_bytes(self) -> int:
        """No encoding spends more on `characters` characters."""
        return 4 * self.characters

    @property
    def reply_bytes(self) -> int:
        """Room for the text and for the headings beside it."""
        return self.text_bytes + 16 * MIB
