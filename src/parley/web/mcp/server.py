"""The tools that Parley offers over MCP: ask a bot, search a collection, and see what there is of both."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.shared.exceptions import MCPError
from mcp_types import (
    INVALID_PARAMS,
    CallToolRequestParams,
    CallToolResult,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
    Tool,
    ToolAnnotations,
)
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from parley import __version__
from parley.core.bots.naming import find_bot, readable_names
from parley.core.chat.model import MAX_MESSAGE_CHARS, ChatCommand, Origin
from parley.core.conversations.model import ConversationSource
from parley.core.identity.model import Caller
from parley.core.kernel.errors import NotFound, ParleyError
from parley.core.kernel.paging import MAX_PAGE_SIZE, PageRequest
from parley.core.kernel.telemetry import Log
from parley.core.knowledge.model import Collection
from parley.core.llm.model import AnswerBegins, TextDelta
from parley.core.workspaces.model import Action, WorkspaceScope
from parley.web.answers import Cited, answer_of_turn
from parley.web.deps import Services, grant_of
from parley.web.mcp.endpoint import CALLER

__all__ = ["StreamableHTTPSessionManager", "build_server"]

ANSWER_S = 300.0
"""For a tool to answer; clients give up long before."""

Result = dict[str, Any]


class NoArguments(BaseModel):
    model_config = ConfigDict(extra="forbid")


class AskBot(NoArguments):
    bot: str = Field(max_length=300, description="Name or id, as list_bots gives them.")
    question: str = Field(min_length=1, max_length=MAX_MESSAGE_CHARS)


class SearchCollection(NoArguments):
    collection: str = Field(max_length=300, description="Name or id, as list_collections gives them.")
    query: str = Field(min_length=1, max_length=2_000)
    limit: int = Field(5, ge=1, le=50, description="Most passages.")


@dataclass(frozen=True, slots=True)
class Ask:
    """One call of a tool: the server's use cases, and who asks."""

    app: Services
    caller: Caller

    async def scope(self, action: Action) -> WorkspaceScope:
        return await self.app.authorizer.in_workspace(self.caller, action, grant_of(self.caller).workspace_id)


async def _list_bots(ask: Ask, _: NoArguments) -> Result:
    scope = await ask.scope(Action.READ_BOTS)
    async with ask.app.transactions.begin(scope) as tx:
        bots = await ask.app.read.bots.names(tx)
    named = {bot_id: readable for readable, bot_id in readable_names(bots).items()}
    return {
        "bots": [
            {"bot": named[bot_id], "name": name, "id": str(bot_id)}
            for bot_id, name in bots
            if scope.reaches_bot(bot_id)
        ]
    }


async def _ask_bot(ask: Ask, wanted: AskBot) -> Result:
    scope = await ask.scope(Action.CHAT)
    async with ask.app.transactions.begin(scope) as tx:
        bot_id = find_bot(await ask.app.read.bots.names(tx), wanted.bot)
    if bot_id is None or not scope.reaches_bot(bot_id):
        raise NotFound("bot", wanted.bot)
    command = ChatCommand(bot_id, wanted.question, origin=Origin(ConversationSource.MCP))
    text: list[str] = []
    citations: list[dict[str, Any]] = []
    async with aclosing(answer_of_turn(ask.app.use.chat, scope, command)) as batches:
        async for batch in batches:
            for part in batch:
                match part:
                    case TextDelta(delta):
                        text.append(delta)
                    case AnswerBegins():
                        text.clear()
                    case Cited(found):
                        citations = found
                    case _:
                        pass  # the rest is for those who watch
    return {"answer": "".join(text), "citations": citations}


async def _list_collections(ask: Ask, _: NoArguments) -> Result:
    return {
        "collections": [
            {"name": each.name, "id": str(each.id), "description": each.description}
            for each in await _collections(ask)
        ]
    }


async def _search_collection(ask: Ask, wanted: SearchCollection) -> Result:
    found = [each for each in await _collections(ask) if wanted.collection in {each.name, str(each.id)}]
    if not found:
        raise NotFound("collection", wanted.collection)
    scope = await ask.scope(Action.READ_DOCUMENTS)
    result = await ask.app.use.search.run(scope, [found[0].id], wanted.query, wanted.limit)
    passages = [
        {
            "document": each.document_name,
            "document_id": str(each.chunk.document_id),
            "page": each.chunk.page,
            "heading_path": list(each.chunk.heading_path),
            "text": each.chunk.text,
            "score": each.score,
        }
        for each in result.found
    ]
    return {"passages": passages, "degraded": result.degraded}


async def _collections(ask: Ask) -> tuple[Collection, ...]:
    scope = await ask.scope(Action.READ_DOCUMENTS)
    async with ask.app.transactions.begin(scope) as tx:
        page = await ask.app.read.collections.list(tx, PageRequest(MAX_PAGE_SIZE))
    return page.items


@dataclass(frozen=True, slots=True)
class Offer:
    """A tool, and what it runs."""

    description: str
    arguments: type[NoArguments]
    run: Callable[[Ask, Any], Awaitable[Result]]
    of_bots: bool
    """A key that is limited to some bots has these alone."""
    reads_only: bool = True


OFFERS = {
    "list_bots": Offer("List the bots that can be asked.", NoArguments, _list_bots, of_bots=True),
    "ask_bot": Offer(
        "Ask a bot one question. It answers from its documents, with the passages it cites.",
        AskBot,
        _ask_bot,
        of_bots=True,
        reads_only=False,
    ),
    "list_collections": Offer(
        "List the collections of documents that can be searched.",
        NoArguments,
        _list_collections,
        of_bots=False,
    ),
    "search_collection": Offer(
        "Find passages in a collection by their words and their meaning, best first.",
        SearchCollection,
        _search_collection,
        of_bots=False,
    ),
}


def build_server(log: Log) -> Server:
    """Handlers know the caller from the request, so one server does for all."""

    async def list_tools(ctx: ServerRequestContext, params: PaginatedRequestParams | None) -> ListToolsResult:
        offered = _offered_to(_ask_of(ctx).caller)
        return ListToolsResult(tools=[_tool(name, offer) for name, offer in offered.items()])

    async def call_tool(ctx: ServerRequestContext, params: CallToolRequestParams) -> CallToolResult:
        ask = _ask_of(ctx)
        offer = _offered_to(ask.caller).get(params.name)
        if offer is None:
            raise MCPError(INVALID_PARAMS, f"There is no tool {params.name!r} for this key.")
        try:
            arguments = offer.arguments.model_validate(params.arguments or {})
            async with asyncio.timeout(ANSWER_S):
                result = await offer.run(ask, arguments)
        except ValidationError as error:
            return _refusal("; ".join(_told(problem) for problem in error.errors(include_url=False)))
        except TimeoutError:
            return _refusal(f"There was no answer after {ANSWER_S:g} seconds. Ask for less.")
        except ParleyError as error:
            log.info("mcp.refused", tool=params.name, code=error.code)
            return _refusal(f"{error.detail} {error.hint}".strip())
        except Exception:  # else the library would tell the client the words of any fault
            log.exception("mcp.failed", tool=params.name)
            return _refusal("Something went wrong here; the server's log has the rest.")
        text = result.get("answer") or json.dumps(result, ensure_ascii=False)
        return CallToolResult(content=[TextContent(text=text)], structured_content=result)

    return Server("parley", version=__version__, on_list_tools=list_tools, on_call_tool=call_tool)


def _ask_of(ctx: ServerRequestContext) -> Ask:
    if ctx.request is None:
        raise ValueError("Only requests over HTTP have a caller.")
    scope = ctx.request.scope
    return Ask(scope["app"].state.services, scope[CALLER])


def _offered_to(caller: Caller) -> dict[str, Offer]:
    limited = grant_of(caller).bots is not None
    return {name: offer for name, offer in OFFERS.items() if offer.of_bots or not limited}


def _tool(name: str, offer: Offer) -> Tool:
    return Tool(
        name=name,
        description=offer.description,
        input_schema=offer.arguments.model_json_schema(),
        annotations=ToolAnnotations(read_only_hint=offer.reads_only, open_world_hint=False),
    )


def _refusal(why: str) -> CallToolResult:
    return CallToolResult(content=[TextContent(text=why)], is_error=True)


def _told(problem: Any) -> str:
    return f"{'.'.join(str(part) for part in problem['loc'])}: {problem['msg']}"
