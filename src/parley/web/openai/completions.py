"""POST /v1/chat/completions: a plain bot passes the request on to its model, every other bot makes a turn."""

from collections.abc import AsyncGenerator
from typing import Any

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict

from parley.core.workspaces.model import Action
from parley.web.answers import AnswerPart, answer_of_turn
from parley.web.deps import ChatCallerDep, ServicesDep, grant_of
from parley.web.openai.models import bot_called
from parley.web.openai.replies import CompletionReply, CompletionStream
from parley.web.openai.requests import chat_command, is_plain, model_request
from parley.web.openai.schemas import MAX_BODY_BYTES, CompletionBody

router = APIRouter(tags=["openai"])

IGNORED = "X-Parley-Ignored"
"""Names what of the request the bot's own configuration decides."""


class CompletionObject(BaseModel):
    """As OpenAI answers; the message of a bot that cites has `citations` beside its `content`."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": "chatcmpl-0199c0de00007000800000000000000a",
                "object": "chat.completion",
                "created": 1769860800,
                "model": "help-desk",
                "choices": [
                    {
                        "index": 0,
                        "message": {"role": "assistant", "content": "Three years. [1]", "citations": []},
                        "logprobs": None,
                        "finish_reason": "stop",
                    }
                ],
                "usage": {"prompt_tokens": 412, "completion_tokens": 6, "total_tokens": 418},
            }
        }
    )

    id: str
    object: str
    created: int
    model: str
    choices: list[dict[str, Any]]
    usage: dict[str, int]


_ANSWER: dict[int | str, dict[str, Any]] = {
    200: {
        "model": CompletionObject,
        "description": "The answer; with `stream: true` chunks as server-sent events, ended by `[DONE]`.",
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
    }
}


@router.post(
    "/chat/completions",
    response_class=Response,
    responses=_ANSWER,
    max_body_size=MAX_BODY_BYTES,
    summary="Ask a bot as a model",
)
async def create_completion(body: CompletionBody, app: ServicesDep, caller: ChatCallerDep) -> Response:
    """Closing the connection stops the answer."""
    scope = await app.authorizer.in_workspace(caller, Action.CHAT, grant_of(caller).workspace_id)
    bot = await bot_called(app, scope, body.model)
    parts: AsyncGenerator[list[AnswerPart], None]
    headers: dict[str, str] = {}
    if is_plain(bot):
        parts = app.use.completions.run(scope, bot, model_request(bot, body))  # type: ignore[assignment]
    else:
        command, ignored = chat_command(bot, body)
        headers = {IGNORED: ", ".join(ignored)} if ignored else {}
        parts = answer_of_turn(app.use.chat, scope, command)
    one_call = body.parallel_tool_calls is False
    if not body.stream:
        return CompletionReply(body.model, parts, headers, one_call=one_call)
    with_usage = body.stream_options is not None and body.stream_options.include_usage
    return CompletionStream(body.model, parts, headers, one_call=one_call, with_usage=with_usage)
