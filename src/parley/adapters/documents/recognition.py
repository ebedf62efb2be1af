"""What readers need of a program that recognises text in pictures (OCR)."""

from typing import Protocol


class TextRecognizer(Protocol):
    def pages_of(self, picture: bytes) -> tuple[str, ...] | None:
        """The text of each page of a PNG, JPEG or TIFF file, in order; only TIFF has more than one.

        None when the picture could not be recognised or the time for all pictures of a file is spent.
        """
        ...
