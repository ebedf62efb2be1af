"""Reads a page of the web as text."""

import tempfile
from pathlib import Path
from typing import Annotated

from msgspec import Meta

from parley.adapters.outbound.fetcher import Ask, Reply
from parley.adapters.tools.arguments import Arguments, read, schema_of
from parley.adapters.tools.kit import Kit
from parley.core.ingestion.model import ParsedDocument, UnreadableDocument
from parley.core.tools.model import Invocation, ToolDescription, ToolFailed, ToolOutput

_READABLE = ("text/html", "text/plain", "text/markdown", "application/pdf")


class WebPageArguments(Arguments, frozen=True):
    url: Annotated[str, Meta(min_length=1, max_length=2_000, description="With https://.")]


class WebPage:
    description = ToolDescription(
        "web_page",
        "Reads a public web page, PDF or text file at an address as plain text. It runs no scripts, sends no"
        " cookies and signs in nowhere.",
        schema_of(WebPageArguments),
        changes_things=False,
    )

    def __init__(self, kit: Kit) -> None:
        self._web = kit.web
        self._pages = kit.pages

    async def run(self, invocation: Invocation) -> ToolOutput:
        url = read(WebPageArguments, invocation.arguments).url
        reply = await self._web.send(Ask(url, media_types=_READABLE))
        if not reply.is_success:
            raise ToolFailed(f"{reply.url} answered with HTTP {reply.status}.", hint="Try another page.")
        return ToolOutput(f"{reply.url}\n\n{await self._text(reply)}")

    async def _text(self, reply: Reply) -> str:
        with tempfile.TemporaryDirectory(prefix="parley-page-") as folder:
            path = Path(folder) / "page"
            path.write_bytes(reply.body)
            try:
                page = await self._pages.parse(path, name="page", media_type=reply.media_type)
            except UnreadableDocument as error:
                raise ToolFailed(
                    f"{reply.url} cannot be read: {error.detail}", hint="Try another page."
                ) from None
        return _text(page)


def _text(page: ParsedDocument) -> str:
    """Title, then the blocks, each heading once above what it is over."""
    parts = [page.title] if page.title else []
    above: tuple[str, ...] = ()
    for block in page.blocks:
        if block.heading_path != above:
            parts.append("# " + " > ".join(block.heading_path))
            above = block.heading_path
        parts.append(block.text)
    return "\n\n".join(parts)
