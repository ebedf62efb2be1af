"""A conversation's messages as Markdown, citations as footnotes."""

import re
from collections.abc import Iterator

from parley.core.conversations.model import (
    Citation,
    CitationState,
    Conversation,
    Message,
    MessageRole,
    MessageState,
)

_MARKER = re.compile(r"\[(\d{1,4})\]")
_NAMES = {MessageRole.USER: "Question", MessageRole.ASSISTANT: "Answer"}
_NOTES = {
    CitationState.CURRENT: "",
    CitationState.CHANGED: " (the document has changed since)",
    CitationState.GONE: "",  # its name says so
}
_ENDINGS = {
    MessageState.COMPLETE: "",
    MessageState.CANCELLED: " (stopped)",
    MessageState.FAILED: " (failed)",
}


class MarkdownExport:
    """Renders messages in order; footnotes are numbered through the whole document."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation
        self._footnotes = 0

    def head(self) -> str:
        return f"# {self._conversation.title}\n\n{self._conversation.created_at:%Y-%m-%d %H:%M} UTC\n"

    def message(self, message: Message) -> str:
        """The text with each `[n]` that has a citation as a footnote, and the footnotes below it."""
        cited = {citation.number: citation for citation in message.citations}
        numbers: dict[int, int] = {}

        def footnote(marker: re.Match[str]) -> str:
            number = int(marker[1])
            if number not in cited:
                return marker[0]
            if number not in numbers:
                self._footnotes += 1
                numbers[number] = self._footnotes
            return f"[^{numbers[number]}]"

        text = _MARKER.sub(footnote, message.text).strip()
        notes = "".join(
            f"\n[^{footnote_number}]: {_source(cited[number])}\n"
            for number, footnote_number in numbers.items()
        )
        heading = f"## {_NAMES[message.role]}{_ENDINGS[message.state]}"
        return f"\n{heading}\n\n{text}\n{notes}"


def file_name(conversation: Conversation, extension: str) -> str:
    """Of the title: letters, digits and dashes only, so that no header and no shell trips over it."""
    words = "-".join(_words(conversation.title))[:60].strip("-")
    return f"{words or 'conversation'}.{extension}"


def _words(text: str) -> Iterator[str]:
    return (match.group().casefold() for match in re.finditer(r"\w+", text))


def _source(citation: Citation) -> str:
    place = " › ".join((citation.document_name, *citation.heading_path))
    page = f", page {citation.page}" if citation.page else ""
    return " ".join(f"{place}{page}{_NOTES[citation.state]}".split())
