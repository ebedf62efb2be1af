"""Completions as OpenAI writes them: whole, or as a stream of chunks written straight to ASGI."""

import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import Any, assert_never

import msgspec
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from parley.core.kernel.errors import ErrorKind, ParleyError
from parley.core.kernel.ids import uuid7
from parley.core.llm.model import (
    AnswerBegins,
    Finish,
    FinishReason,
    ReasoningDelta,
    TextDelta,
    TokenUsage,
    ToolCall,
)
from parley.web.answers import AnswerPart, Cited
from parley.web.errors import STATUS
from parley.web.openai.errors import error_object, status_of
from parley.web.realtime.sse import HEADERS, KEEP_ALIVE, while_connected

_FINISH = {FinishReason.NOT_IN_DOCUMENTS: FinishReason.STOP}
_json = msgspec.json.encode


class AnswerRestarted(ParleyError):
    """What the reader has of the answer is void, and a stream cannot take it back."""

    code = "answer_restarted"
    kind = ErrorKind.UNAVAILABLE

    def __init__(self, reason: str) -> None:
        super().__init__(f"The answer began anew: {reason}", hint="Ask again.")


class CompletionReply(Response):
    """Waits for the whole answer; the reader's leaving stops it."""

    def __init__(
        self,
        model: str,
        parts: AsyncGenerator[list[AnswerPart], None],
        headers: Mapping[str, str],
        *,
        one_call: bool,
    ) -> None:
        super().__init__(headers={"content-type": "application/json", **headers})
        self._answer = _Answer(model, one_call=one_call)
        self._parts = parts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await while_connected(receive, self._send_whole(send))

    async def _send_whole(self, send: Send) -> None:
        async with aclosing(self._parts) as batches:
            async for batch in batches:
                for part in batch:
                    self._answer.take(part)
        body = _json(self._answer.completion())
        self.headers["content-length"] = str(len(body))
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": body})


class CompletionStream(Response):
    """One chunk for each part. The response begins with the first, so that what fails before has a status
    of its own; what fails later ends the stream with an error object, as OpenAI's clients expect."""

    def __init__(
        self,
        model: str,
        parts: AsyncGenerator[list[AnswerPart], None],
        headers: Mapping[str, str],
        *,
        one_call: bool,
        with_usage: bool,
    ) -> None:
        super().__init__(headers={**HEADERS, **headers})
        del self.headers["content-length"]
        self._answer = _Answer(model, one_call=one_call)
        self._parts = parts
        self._with_usage = with_usage
        self._begun = self._said = False
        opening = f'data: {{"id":"{self._answer.id}","object":"chat.completion.chunk",'
        opening += f'"created":{self._answer.created},"model":'
        self._opening = opening.encode() + _json(model)
        self._delta_opening = self._opening + b',"choices":[{"index":0,"delta":'
        usage = b',"usage":null' if with_usage else b""
        self._delta_closing = b',"logprobs":null,"finish_reason":null}]' + usage + b"}\n\n"
        self._finish_opening = b',"logprobs":null,"finish_reason":'
        self._finish_closing = b"}]" + usage + b"}\n\n"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await while_connected(receive, self._send_all(send))

    async def _send_all(self, send: Send) -> None:
        try:
            async with aclosing(self._parts) as batches:
                async for batch in batches:
                    await self._write(send, b"".join(map(self._chunk, batch)) if batch else KEEP_ALIVE)
        except ParleyError as error:
            if not self._begun:
                raise
            await self._write(send, _error_chunk(error))
        else:
            await self._write(send, self._usage_chunk() + b"data: [DONE]\n\n")
        await send({"type": "http.response.body", "body": b""})

    async def _write(self, send: Send, body: bytes) -> None:
        if not body:
            return
        if not self._begun:
            self._begun = True
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            body = self._delta(b'{"role":"assistant","content":""}') + body
        await send({"type": "http.response.body", "body": body, "more_body": True})

    def _chunk(self, part: AnswerPart) -> bytes:
        match part:
            case TextDelta(text):
                self._said = True
                return self._delta(b'{"content":' + _json(text) + b"}")
            case ReasoningDelta(text) if text:
                self._said = True
                return self._delta(b'{"reasoning_content":' + _json(text) + b"}")
            case AnswerBegins(_, because) if because and self._said:
                raise AnswerRestarted(because)
            case ToolCall() if self._answer.takes(part):
                call = {"index": len(self._answer.calls), **_call_object(part)}
                self._answer.take(part)
                self._said = True
                return self._delta(_json({"tool_calls": [call]}))
            case Finish(reason):
                citations = self._answer.citations
                delta = _json({"citations": citations} if citations else {})
                closing = self._finish_opening + _json(_finish(reason)) + self._finish_closing
                return self._delta_opening + delta + closing
            case Cited() | TokenUsage():
                self._answer.take(part)
            case ReasoningDelta() | ToolCall() | AnswerBegins():
                pass  # nothing in it for a reader
        return b""

    def _delta(self, delta: bytes) -> bytes:
        return self._delta_opening + delta + self._delta_closing

    def _usage_chunk(self) -> bytes:
        if not self._with_usage:
            return b""
        return self._opening + b',"choices":[],"usage":' + _json(self._answer.usage()) + b"}\n\n"


class _Answer:
    """What has come of an answer so far. `one_call`: of the tools that the model calls, only the first."""

    def __init__(self, model: str, *, one_call: bool) -> None:
        self.id = f"chatcmpl-{uuid7().hex}"
        self.created = int(time.time())
        self.citations: list[dict[str, Any]] = []
        self.calls: list[ToolCall] = []
        self._model = model
        self._one_call = one_call
        self._text: list[str] = []
        self._reasoning: list[str] = []
        self._usage = TokenUsage(0, 0)
        self._finish = FinishReason.STOP

    def takes(self, call: ToolCall) -> bool:
        return not (self._one_call and self.calls)

    def take(self, part: AnswerPart) -> None:
        match part:
            case TextDelta(text):
                self._text.append(text)
            case ReasoningDelta(text):
                self._reasoning.append(text)
            case ToolCall():
                if self.takes(part):
                    self.calls.append(part)
            case AnswerBegins():
                self._text.clear()
                self._reasoning.clear()
                self.calls.clear()
            case TokenUsage():
                self._usage = part
            case Cited(citations):
                self.citations = citations
            case Finish(reason):
                self._finish = reason
            case _:
                assert_never(part)

    def usage(self) -> dict[str, int]:
        read, written = self._usage.input_tokens, self._usage.output_tokens
        return {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}

    def completion(self) -> dict[str, Any]:
        text = "".join(self._text)
        message: dict[str, Any] = {"role": "assistant", "content": text, "refusal": None}
        if self._reasoning:
            message["reasoning_content"] = "".join(self._reasoning)
        if self.calls:
            message["content"] = text or None
            message["tool_calls"] = [_call_object(call) for call in self.calls]
        if self.citations:
            message["citations"] = self.citations
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": _finish(self._finish)}
        return {
            "id": self.id,
            "object": "chat.completion",
            "created": self.created,
            "model": self._model,
            "choices": [choice],
            "usage": self.usage(),
        }


def _finish(reason: FinishReason) -> str:
    return _FINISH.get(reason, reason).value


def _call_object(call: ToolCall) -> dict[str, Any]:
    said: dict[str, Any] = {
        "id": call.id,
        "type": "function",
        "function": {"name": call.name, "arguments": call.arguments},
    }
    if call.signature:
        said["extra_content"] = {"google": {"thought_signature": call.signature}}
    return said


def _error_chunk(error: ParleyError) -> bytes:
    message = f"{error.detail} {error.hint}".strip()
    status = status_of(STATUS[error.kind], error.code)
    return b"data: " + _json(error_object(message, status, error.code)) + b"\n\n"
