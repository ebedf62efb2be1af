"""How each provider says things in a stream, as bytes: for the contract of adapters and the model server."""

import json
import struct
import zlib
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from parley.core.llm.model import FinishReason, TokenUsage, ToolCall

USED = TokenUsage(input_tokens=7, output_tokens=3, cached_tokens=5)


class Wire(ABC):
    """One answer in a provider's format; made anew for each, since some formats number their parts."""

    content_type: ClassVar[str] = "text/event-stream"

    def __init__(self, used: TokenUsage = USED) -> None:
        self.used = used

    @abstractmethod
    def opening(self) -> bytes:
        """What comes before anything that a reader sees."""

    @abstractmethod
    def text(self, text: str) -> bytes: ...

    @abstractmethod
    def reasoning(self, text: str, signature: str = "") -> bytes: ...

    @abstractmethod
    def tool_calls(self, calls: Sequence[ToolCall]) -> bytes:
        """In pieces, where the format has them."""

    @abstractmethod
    def ending(self, reason: FinishReason) -> bytes:
        """The end of a complete answer, with the tokens where they were not told before."""

    @abstractmethod
    def fault(self, message: str) -> bytes:
        """An error inside the stream."""

    @abstractmethod
    def refusal(self, status: int, message: str) -> bytes:
        """The body of a response that is not 200."""


def event(data: Mapping[str, Any], name: str = "") -> bytes:
    """A server-sent event with JSON."""
    said = b"data: " + _json(data) + b"\n\n"
    return b"event: " + name.encode() + b"\n" + said if name else said


def _json(data: Mapping[str, Any]) -> bytes:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()


def _halves(text: str) -> tuple[str, str]:
    return text[: len(text) // 2], text[len(text) // 2 :]


class OpenAIWire(Wire):
    """Chat completions, as OpenAI streams them: the pieces of parallel calls may be mixed."""

    _REASONS: ClassVar = {
        FinishReason.LENGTH: "length",
        FinishReason.CONTENT_FILTER: "content_filter",
        FinishReason.TOOL_CALLS: "tool_calls",
    }

    @staticmethod
    def chunk(delta: Mapping[str, Any], finish_reason: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "finish_reason": finish_reason}
        return event({"object": "chat.completion.chunk", "choices": [choice]})

    def opening(self) -> bytes:
        return self.chunk({"role": "assistant", "content": ""})

    def text(self, text: str) -> bytes:
        return self.chunk({"content": text})

    def reasoning(self, text: str, signature: str = "") -> bytes:
        return self.chunk({"reasoning_content": text})

    def tool_calls(self, calls: Sequence[ToolCall]) -> bytes:
        begun = [
            {
                "index": place,
                "id": call.id,
                "type": "function",
                "function": {"name": call.name, "arguments": ""},
            }
            for place, call in enumerate(calls)
        ]
        pieces = [
            {"index": place, "function": {"arguments": _halves(call.arguments)[half]}}
            for half in (0, 1)
            for place, call in enumerate(calls)
        ]
        return b"".join(self.chunk({"tool_calls": [piece]}) for piece in begun + pieces)

    def ending(self, reason: FinishReason) -> bytes:
        usage = {
            "prompt_tokens": self.used.input_tokens,
            "prompt_tokens_details": {"cached_tokens": self.used.cached_tokens},
            "completion_tokens": self.used.output_tokens,
        }
        return (
            self.chunk({}, self._REASONS.get(reason, "stop"))
            + event({"object": "chat.completion.chunk", "choices": [], "usage": usage})
            + b"data: [DONE]\n\n"
        )

    def fault(self, message: str) -> bytes:
        return event({"error": {"message": message, "type": "server_error"}})

    def refusal(self, status: int, message: str) -> bytes:
        return _json({"error": {"message": message, "type": f"http_{status}"}})


class _Blocks(Wire):
    """Formats that say each part of an answer as a numbered block."""

    _number = -1
    _kind = ""

    def _move_to(self, kind: str, start: Mapping[str, Any]) -> bytes:
        """The end of the block before and the start of the next, unless it goes on."""
        if kind == self._kind:
            return b""
        ended = self._stop()
        self._number += 1
        self._kind = kind
        return ended + self._started(start)

    def _stop(self) -> bytes:
        stopped = self._stopped() if self._kind else b""
        self._kind = ""
        return stopped

    @abstractmethod
    def _started(self, start: Mapping[str, Any]) -> bytes: ...

    @abstractmethod
    def _stopped(self) -> bytes: ...


class AnthropicWire(_Blocks):
    """The Messages API."""

    _REASONS: ClassVar = {
        FinishReason.LENGTH: "max_tokens",
        FinishReason.CONTENT_FILTER: "refusal",
        FinishReason.TOOL_CALLS: "tool_use",
    }

    @staticmethod
    def said(kind: str, **data: Any) -> bytes:
        return event({"type": kind, **data}, kind)

    def opening(self) -> bytes:
        """What the provider had read before is counted apart."""
        usage = {
            "input_tokens": self.used.input_tokens - self.used.cached_tokens,
            "cache_read_input_tokens": self.used.cached_tokens,
            "output_tokens": 1,
        }
        message = {"type": "message", "role": "assistant", "usage": usage}
        return self.said("message_start", message=message) + self.said("ping")

    def _started(self, start: Mapping[str, Any]) -> bytes:
        return self.said("content_block_start", index=self._number, content_block=start)

    def _stopped(self) -> bytes:
        return self.said("content_block_stop", index=self._number)

    def _delta(self, kind: str, **data: str) -> bytes:
        return self.said("content_block_delta", index=self._number, delta={"type": kind, **data})

    def text(self, text: str) -> bytes:
        return self._move_to("text", {"type": "text", "text": ""}) + self._delta("text_delta", text=text)

    def reasoning(self, text: str, signature: str = "") -> bytes:
        said = self._move_to("thinking", {"type": "thinking", "thinking": "", "signature": ""})
        said += self._delta("thinking_delta", thinking=text)
        return (
            said + self._delta("signature_delta", signature=signature) + self._stop() if signature else said
        )

    def tool_calls(self, calls: Sequence[ToolCall]) -> bytes:
        said = b""
        for call in calls:
            start = {"type": "tool_use", "id": call.id, "name": call.name, "input": {}}
            said += self._move_to(f"tool {call.id}", start)
            for piece in ("", *_halves(call.arguments)):
                said += self._delta("input_json_delta", partial_json=piece)
        return said

    def ending(self, reason: FinishReason) -> bytes:
        delta = {"stop_reason": self._REASONS.get(reason, "end_turn"), "stop_sequence": None}
        usage = {"output_tokens": self.used.output_tokens}
        return self._stop() + self.said("message_delta", delta=delta, usage=usage) + self.said("message_stop")

    def fault(self, message: str) -> bytes:
        return self.said("error", error={"type": "overloaded_error", "message": message})

    def refusal(self, status: int, message: str) -> bytes:
        return _json({"type": "error", "error": {"type": f"http_{status}", "message": message}})


class GeminiWire(Wire):
    """`streamGenerateContent` with `alt=sse`; several calls come whole, in one chunk."""

    _REASONS: ClassVar = {FinishReason.LENGTH: "MAX_TOKENS", FinishReason.CONTENT_FILTER: "SAFETY"}

    @staticmethod
    def parts(*said: Mapping[str, Any], **candidate: Any) -> bytes:
        content = {"role": "model", "parts": said}
        return event({"candidates": [{"content": content, "index": 0, **candidate}], "modelVersion": "small"})

    def opening(self) -> bytes:
        return b""

    def text(self, text: str) -> bytes:
        return self.parts({"text": text})

    def reasoning(self, text: str, signature: str = "") -> bytes:
        signed = {"thoughtSignature": signature} if signature else {}
        return self.parts({"text": text, "thought": True, **signed})

    def tool_calls(self, calls: Sequence[ToolCall]) -> bytes:
        return self.parts(
            *(
                {"functionCall": {"name": call.name, "args": json.loads(call.arguments)}}
                | ({"thoughtSignature": call.signature} if call.signature else {})
                for call in calls
            )
        )

    def ending(self, reason: FinishReason) -> bytes:
        candidate = {"finishReason": self._REASONS.get(reason, "STOP"), "index": 0}
        usage = {
            "promptTokenCount": self.used.input_tokens,
            "cachedContentTokenCount": self.used.cached_tokens,
            "candidatesTokenCount": self.used.output_tokens - 1,
            "thoughtsTokenCount": 1,
        }
        return event({"candidates": [candidate], "usageMetadata": usage})

    def fault(self, message: str) -> bytes:
        return event({"error": {"code": 503, "message": message, "status": "UNAVAILABLE"}})

    def refusal(self, status: int, message: str) -> bytes:
        return _json({"error": {"code": status, "message": message}})


class BedrockWire(_Blocks):
    """`converse-stream`: JSON in the binary frames of an AWS event stream."""

    content_type: ClassVar[str] = "application/vnd.amazon.eventstream"
    _REASONS: ClassVar = {
        FinishReason.LENGTH: "max_tokens",
        FinishReason.CONTENT_FILTER: "guardrail_intervened",
        FinishReason.TOOL_CALLS: "tool_use",
    }
    _REFUSALS: ClassVar = {
        400: "ValidationException",
        403: "AccessDeniedException",
        404: "ResourceNotFoundException",
        429: "ThrottlingException",
        503: "ServiceUnavailableException",
    }

    @staticmethod
    def frame(payload: Mapping[str, Any], **headers: str) -> bytes:
        """One message: lengths and their checksum, headers (`_` for `-` in their names), JSON, checksum."""
        packed = b"".join(
            struct.pack("!B", len(name) + 1)
            + b":"
            + name.replace("_", "-").encode()
            + struct.pack("!BH", 7, len(value))  # 7: a string
            + value.encode()
            for name, value in {"content_type": "application/json", **headers}.items()
        )
        body = _json(payload)
        prelude = struct.pack("!II", 16 + len(packed) + len(body), len(packed))
        message = prelude + struct.pack("!I", zlib.crc32(prelude)) + packed + body
        return message + struct.pack("!I", zlib.crc32(message))

    def said(self, kind: str, **data: Any) -> bytes:
        return self.frame(data, message_type="event", event_type=kind)

    def opening(self) -> bytes:
        return self.said("messageStart", role="assistant")

    def _started(self, start: Mapping[str, Any]) -> bytes:
        """Only a tool's block is announced; the others begin with their first piece."""
        return self.said("contentBlockStart", contentBlockIndex=self._number, start=start) if start else b""

    def _stopped(self) -> bytes:
        return self.said("contentBlockStop", contentBlockIndex=self._number)

    def _delta(self, **delta: Any) -> bytes:
        return self.said("contentBlockDelta", contentBlockIndex=self._number, delta=delta)

    def text(self, text: str) -> bytes:
        return self._move_to("text", {}) + self._delta(text=text)

    def reasoning(self, text: str, signature: str = "") -> bytes:
        said = self._move_to("reasoning", {}) + self._delta(reasoningContent={"text": text})
        if not signature:
            return said
        return said + self._delta(reasoningContent={"signature": signature}) + self._stop()

    def tool_calls(self, calls: Sequence[ToolCall]) -> bytes:
        said = b""
        for call in calls:
            said += self._move_to(f"tool {call.id}", {"toolUse": {"toolUseId": call.id, "name": call.name}})
            for piece in _halves(call.arguments):
                said += self._delta(toolUse={"input": piece})
        return said

    def ending(self, reason: FinishReason) -> bytes:
        usage = {
            "inputTokens": self.used.input_tokens - self.used.cached_tokens,
            "cacheReadInputTokens": self.used.cached_tokens,
            "outputTokens": self.used.output_tokens,
            "totalTokens": self.used.input_tokens + self.used.output_tokens,
        }
        return (
            self._stop()
            + self.said("messageStop", stopReason=self._REASONS.get(reason, "end_turn"))
            + self.said("metadata", usage=usage, metrics={"latencyMs": 1})
        )

    def fault(self, message: str) -> bytes:
        return self.frame(
            {"message": message}, message_type="exception", exception_type="serviceUnavailableException"
        )

    def refusal(self, status: int, message: str) -> bytes:
        kind = self._REFUSALS.get(status, "InternalServerException")
        return _json({"__type": kind, "message": message})
