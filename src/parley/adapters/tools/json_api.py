"""Reads an address on the web that answers in JSON."""

from typing import Annotated

import msgspec
from msgspec import Meta

from parley.adapters.outbound.fetcher import JSON_TYPES, Ask, Reply
from parley.adapters.tools.arguments import Arguments, read, schema_of
from parley.adapters.tools.kit import Kit
from parley.core.tools.model import Invocation, ToolDescription, ToolFailed, ToolOutput

_MOST_QUOTED = 500


class JsonApiArguments(Arguments, frozen=True):
    url: Annotated[
        str, Meta(min_length=1, max_length=2_000, description="With https:// and the query, if there is one.")
    ]


class JsonApi:
    description = ToolDescription(
        "json_api",
        "Reads a public JSON API with GET and gives its answer as it is. It cannot send credentials.",
        schema_of(JsonApiArguments),
        changes_things=False,
    )

    def __init__(self, kit: Kit) -> None:
        self._web = kit.web

    async def run(self, invocation: Invocation) -> ToolOutput:
        url = read(JsonApiArguments, invocation.arguments).url
        reply = await self._web.send(Ask(url, media_types=JSON_TYPES))
        if not reply.is_success:
            raise refused(reply)
        try:
            answer = msgspec.json.decode(reply.text())
        except (msgspec.DecodeError, RecursionError):
            raise ToolFailed(f"{reply.url} answered with broken JSON.", hint="Try another source.") from None
        return ToolOutput(msgspec.json.encode(answer).decode())


def refused(reply: Reply) -> ToolFailed:
    """What a server said beside an error status is for the model: it often says what to change."""
    said = " ".join(reply.text()[:_MOST_QUOTED].split())
    return ToolFailed(f"{reply.url} answered with HTTP {reply.status}: {said or 'nothing more'}")
