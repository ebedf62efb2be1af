"""Files of every format that were cut off, and noise under every extension."""

import io
import json
import random
from collections.abc import Callable, Iterator
from typing import BinaryIO

from parley.testing.hostile.archives import docx, epub, pptx, write_zip, xlsx
from parley.testing.hostile.pdfs import text_pdf, write_pdf
from parley.testing.hostile.sample import (
    CSV,
    DOCX,
    EML,
    EPUB,
    EXTENSIONS,
    HTML,
    JSON,
    MARKDOWN,
    PDF,
    PPTX,
    READ,
    REFUSED,
    TEXT,
    XLSX,
    Sample,
    codes,
)

_NOISE_BYTES = 100_000
_TEXTS = frozenset({TEXT, CSV, HTML, MARKDOWN, EML})
"""Half of such a file is still one."""


def damaged() -> Iterator[Sample]:
    for media_type, extension in EXTENSIONS.items():
        whole = _whole(media_type)
        outcomes = (
            codes(READ) if media_type in _TEXTS else codes("damaged_file", "mislabelled_file", "no_text")
        )
        yield Sample(f"{extension}: cut off in the middle", media_type, _cut(whole), outcomes)
        yield Sample(f"{extension}: noise", media_type, _noise, codes("mislabelled_file"))
        if media_type not in _TEXTS | {JSON}:
            yield Sample(f"{extension}: noise in the middle", media_type, _spoilt(whole), REFUSED | {READ})


def _whole(media_type: str) -> bytes:
    file = io.BytesIO()
    parts = {DOCX: docx, XLSX: xlsx, PPTX: pptx, EPUB: epub}
    if media_type == PDF:
        write_pdf(file, text_pdf())
    elif media_type in parts:
        write_zip(file, parts[media_type]())
    elif media_type == EML:
        file.write(b"From: a@example.com\nSubject: A\n\n" + b"Text in some lines.\n" * 50)
    elif media_type == JSON:
        file.write(json.dumps([{"text": f"Line {number}."} for number in range(50)]).encode())
    else:
        file.write(b"Text, in some lines.\n" * 50)
    return file.getvalue()


def _cut(whole: bytes) -> Callable[[BinaryIO, bool], None]:
    def write(file: BinaryIO, _full: bool) -> None:  # noqa: FBT001 - the signature of all samples
        file.write(whole[: len(whole) // 2])

    return write


def _spoilt(whole: bytes) -> Callable[[BinaryIO, bool], None]:
    def write(file: BinaryIO, _full: bool) -> None:  # noqa: FBT001
        noise = random.Random(7).randbytes(len(whole) // 10)  # noqa: S311 - the same in every run
        start = len(whole) // 3
        file.write(whole[:start] + noise + whole[start + len(noise) :])

    return write


def _noise(file: BinaryIO, _full: bool) -> None:  # noqa: FBT001
    file.write(random.Random(11).randbytes(_NOISE_BYTES))  # noqa: S311
