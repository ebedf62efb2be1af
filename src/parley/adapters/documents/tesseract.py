"""Recognises text in pictures with the Tesseract program. Not yet run against the real one."""

import os
import shutil
import subprocess
import time

from parley.adapters.documents.messages import TesseractConfig
from parley.core.kernel.errors import ParleyError

_PAGE_S = 60.0
_PAGE_END = "\f"
_LIST_S = 10.0
_MOST_LANGUAGES = 6
# One thread: the slots of the parser already share the machine out.
_ENVIRONMENT = {"OMP_THREAD_LIMIT": "1", "PATH": os.defpath}
_NO_LANGUAGES = frozenset({"osd", "equ"})  # page orientation and formulas


class TesseractUnusable(ParleyError):
    """The program is there, but not as the settings want it."""

    code = "tesseract_unusable"


def find_tesseract(languages: str) -> TesseractConfig | None:
    """None when the program is not installed. `languages` are its names for them, joined by "+".

    Empty, all that are installed are looked for; of more than six, for each costs time, the first by
    name and English. Raises TesseractUnusable, naming what is installed.
    """
    program = shutil.which("tesseract")
    if program is None:
        return None
    installed = _installed(program)
    wanted = tuple(filter(None, (name.strip() for name in languages.split("+"))))
    missing = [name for name in wanted if name not in installed]
    if missing or not installed:
        raise TesseractUnusable(
            f"Tesseract has no data for {', '.join(missing) or 'any language'}; it has"
            f" {', '.join(installed) or 'none'}.",
            hint="Install the data (such as tesseract-ocr-deu for deu) or change PARLEY_OCR_LANGUAGES.",
        )
    plain = [name for name in installed if "/" not in name]  # not a whole script
    english_first = sorted(plain or installed, key=lambda name: (name != "eng", name))
    return TesseractConfig(program, wanted or tuple(english_first[:_MOST_LANGUAGES]))


def _installed(program: str) -> tuple[str, ...]:
    try:
        listed = subprocess.run(
            [program, "--list-langs"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,  # where older versions write the list
            stdin=subprocess.DEVNULL,
            env=_ENVIRONMENT,
            timeout=_LIST_S,
            check=False,
        )
    except (subprocess.TimeoutExpired, OSError):
        return ()
    lines = listed.stdout.decode(errors="replace").splitlines()[1:]  # after "List of available languages"
    names = (line.strip() for line in lines)
    return tuple(name for name in names if name and name not in _NO_LANGUAGES and " " not in name)


class Tesseract:
    """A TextRecognizer for one file: all its pictures together take `total_s` at most, each a minute."""

    def __init__(self, config: TesseractConfig, total_s: float) -> None:
        self._command = [config.program, "stdin", "stdout", "-l", "+".join(config.languages)]
        self._deadline = time.monotonic() + total_s

    def pages_of(self, picture: bytes) -> tuple[str, ...] | None:
        left_s = self._deadline - time.monotonic()
        if left_s <= 0:
            return None
        try:
            done = subprocess.run(
                self._command,
                input=picture,
                capture_output=True,
                env=_ENVIRONMENT,
                timeout=min(left_s, _PAGE_S),
                check=False,
            )
        except (subprocess.TimeoutExpired, OSError):
            return None
        if done.returncode:
            return None
        text = done.stdout.decode("utf-8", errors="replace")
        return tuple(page.strip() for page in text.removesuffix(_PAGE_END).split(_PAGE_END))
