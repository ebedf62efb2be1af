"""Names and kinds: what a file claims, and how its name is shown."""

import pytest

from parley.adapters.documents import PARSERS
from parley.core.ingestion.formats import FORMATS, display_name, format_of, label_of
from parley.core.ingestion.model import UnreadableDocument


def test_every_format_that_is_accepted_has_a_reader() -> None:
    assert {format_.media_type for format_ in FORMATS} == set(PARSERS)


def test_the_extension_decides_over_the_media_type() -> None:
    assert format_of("Report.PDF", "text/plain").media_type == "application/pdf"
    with pytest.raises(UnreadableDocument):
        format_of("report.exe", "application/pdf")


@pytest.mark.parametrize("claimed", ["", "application/octet-stream"])
def test_a_file_that_tells_nothing_of_its_kind_is_refused_in_plain_words(claimed: str) -> None:
    with pytest.raises(UnreadableDocument, match=r"its name has no extension") as refusal:
        format_of("README", claimed)
    assert ".pdf" in refusal.value.hint


def test_a_kind_is_called_by_its_common_name() -> None:
    assert label_of("text/csv") == "a table"
    assert label_of("a PNG image") == "a PNG image"


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("notes.md", "notes.md"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\ada\\plan.docx", "plan.docx"),
        ("two\nlines\x00and\x1b[31m.txt", "two lines and [31m.txt"),
        ("invoice\u202efdp.exe", "invoice fdp.exe"),
        ("cafe\u0301.txt", "café.txt"),
        ("  ", "untitled"),
        ("..", "untitled"),
        ("x" * 300 + ".pdf", "x" * 251 + ".pdf"),
        ("x" * 300, "x" * 255),
        ("x." + "y" * 300, "x." + "y" * 253),
    ],
)
def test_a_name_is_fit_to_show(raw: str, shown: str) -> None:
    assert display_name(raw) == shown
