"""Bedrock's Converse API against a real HTTP server that follows a script."""

from base64 import b64encode
from dataclasses import replace
from typing import Any

import aiohttp
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from parley.adapters.llm.bedrock import Bedrock
from parley.adapters.llm.event_stream import EventStreamDecoder
from parley.adapters.llm.transport import ProviderConfig, ProviderFault
from parley.adapters.outbound.aws import AwsKeys, Signer
from parley.core.llm.model import (
    ChatMessage,
    ChatRequest,
    Finish,
    FinishReason,
    ModelError,
    ReasoningDelta,
    ResponseFormat,
    StreamEvent,
    TextDelta,
    TokenUsage,
)
from parley.testing.provider_prompts import TOOLS
from parley.testing.scripted_providers import KEY, REQUEST, Upstream
from parley.testing.upstream.requests import read_bedrock
from parley.testing.upstream.wires import BedrockWire
from tests.adapters.llm.scripted import ScriptedContract
from tests.adapters.llm.upstream import Reply

CLAUDE = "us.anthropic.claude-sonnet-4-5-20250929-v1:0"
LATER_CLAUDE = "global.anthropic.claude-opus-4-7-v1:0"


class TestBedrock(ScriptedContract):
    wire = BedrockWire
    read = staticmethod(read_bedrock)
    variables = "PARLEY_BEDROCK"
    adapter = Bedrock

    async def sent(
        self, session: aiohttp.ClientSession, request: ChatRequest, name: str = CLAUDE
    ) -> tuple[dict[str, Any], Upstream]:
        served = await self.collect(self.complete, session, [], request=request, name=name)
        return served.bodies[0], served

    async def test_the_request_carries_instructions_messages_and_key(
        self, session: aiohttp.ClientSession
    ) -> None:
        body, served = await self.sent(session, replace(REQUEST, max_output_tokens=99, stop=("END",)))
        assert served.paths == [f"/model/{CLAUDE.replace(':', '%3A')}/converse-stream"]
        assert body == {
            "system": [{"text": "Be brief."}],
            "messages": [{"role": "user", "content": [{"text": "Why?"}]}],
            "inferenceConfig": {"maxTokens": 99, "temperature": 0.3, "stopSequences": ["END"]},
        }
        assert served.headers[0]["Authorization"] == f"Bearer {KEY}"

    async def test_without_a_key_the_request_is_signed_as_aws_checks_it(
        self, session: aiohttp.ClientSession
    ) -> None:
        keys = AwsKeys("AKIDEXAMPLE", "a secret of nobody", "a token")
        raw: list[bytes] = []

        async def answer(reply: Any) -> None:
            raw.append(await reply.request.read())
            await self.complete(reply)

        async with self.serve(answer) as served:
            model = Bedrock(
                CLAUDE,
                ProviderConfig(served.url, None),
                session,
                signer=Signer("bedrock", "eu-central-1", keys),
            )
            async for _ in model.stream(REQUEST):
                pass
        seen = served.headers[0]
        again = AWSRequest(
            "POST", f"{served.url}{served.paths[0]}", {"Content-Type": seen["Content-Type"]}, raw[0]
        )
        again.context["timestamp"] = seen["X-Amz-Date"]
        signer = SigV4Auth(
            Credentials(keys.access_key_id, keys.secret_access_key, keys.session_token),
            "bedrock",
            "eu-central-1",
        )
        again.headers["X-Amz-Date"] = seen["X-Amz-Date"]
        again.headers["X-Amz-Security-Token"] = "a token"
        canonical = signer.canonical_request(again)
        expected = signer.signature(signer.string_to_sign(again, canonical), again)
        assert seen["X-Amz-Security-Token"] == "a token"
        assert seen["Authorization"].endswith(f"Signature={expected}")
        assert keys.secret_access_key not in str(served)

    async def test_without_any_credentials_it_says_which_settings_help(
        self, session: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_ROLE_ARN"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
        monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
        model = Bedrock(
            CLAUDE,
            ProviderConfig("http://127.0.0.1:1", None),
            session,
            signer=Signer("bedrock", "eu-west-1", None),
        )
        with pytest.raises(ModelError, match="No credentials") as caught:
            await anext(model.stream(REQUEST))
        assert "PARLEY_BEDROCK_API_KEY" in caught.value.hint
        assert not caught.value.retryable

    @pytest.mark.parametrize(
        ("kind", "code", "retryable"),
        [
            ("throttlingException", "model_limited", True),
            ("modelStreamErrorException", "model_failed", True),
            ("internalServerException", "model_failed", True),
            ("validationException", "model_failed", False),
        ],
    )
    async def test_an_exception_in_the_stream_says_whether_it_may_pass(
        self, session: aiohttp.ClientSession, kind: str, code: str, retryable: bool
    ) -> None:
        async def fail(reply: Reply) -> None:
            await self.half(reply)
            await reply.raw(
                BedrockWire.frame({"message": "no luck"}, message_type="exception", exception_type=kind)
            )

        with pytest.raises(ModelError, match="no luck") as caught:
            await self.collect(fail, session, [])
        assert (caught.value.code, caught.value.retryable) == (code, retryable)

    async def test_text_before_a_damaged_message_is_delivered_first(
        self, session: aiohttp.ClientSession
    ) -> None:
        async def damage(reply: Reply) -> None:
            await reply.start()
            wire = BedrockWire()
            await reply.raw(wire.text("half") + wire.text("lost")[:-1] + b"\x00")

        seen: list[StreamEvent] = []
        with pytest.raises(ModelError, match="damaged") as caught:
            await self.collect(damage, session, seen)
        assert seen == [TextDelta("half")]
        assert caught.value.retryable

    async def test_tokens_of_the_cache_are_part_of_the_prompt(self, session: aiohttp.ClientSession) -> None:
        async def cached(reply: Reply) -> None:
            await reply.start()
            wire = BedrockWire()
            usage = {
                "inputTokens": 5,
                "outputTokens": 2,
                "cacheReadInputTokens": 100,
                "cacheWriteInputTokens": 10,
            }
            await reply.raw(
                wire.text("yes")
                + wire.said("messageStop", stopReason="end_turn")
                + wire.said("metadata", usage=usage)
            )

        seen: list[StreamEvent] = []
        await self.collect(cached, session, seen)
        assert seen[1:] == [TokenUsage(115, 2, cached_tokens=100), Finish(FinishReason.STOP)]

    async def test_thinking_that_only_the_provider_can_read_goes_back_as_it_came(
        self, session: aiohttp.ClientSession
    ) -> None:
        hidden = b64encode(b"hidden").decode()

        async def think(reply: Reply) -> None:
            await reply.start()
            wire = BedrockWire()
            delta = {"reasoningContent": {"redactedContent": hidden}}
            await reply.raw(wire.said("contentBlockDelta", contentBlockIndex=0, delta=delta))
            await reply.raw(wire.text("yes") + wire.ending(FinishReason.STOP))

        seen: list[StreamEvent] = []
        await self.collect(think, session, seen)
        thought = tuple(event for event in seen if isinstance(event, ReasoningDelta))
        asked = (
            *REQUEST.messages,
            ChatMessage("assistant", "yes", reasoning=thought),
            ChatMessage("user", "?"),
        )
        body, _ = await self.sent(session, replace(REQUEST, messages=asked))
        assert body["messages"][1]["content"][0] == {"reasoningContent": {"redactedContent": hidden}}

    async def test_a_history_that_opens_with_an_answer_is_given_from_the_next_question_on(
        self, session: aiohttp.ClientSession
    ) -> None:
        cut = (ChatMessage("assistant", "Cut."), ChatMessage("user", "Why?"), ChatMessage("user", "Well?"))
        body, _ = await self.sent(session, replace(REQUEST, messages=cut))
        assert body == {
            "messages": [{"role": "user", "content": [{"text": "Why?"}, {"text": "Well?"}]}],
            "inferenceConfig": {"temperature": 0.3},
        }

    @pytest.mark.parametrize(
        ("choice", "expected"),
        [("auto", None), ("required", {"any": {}}), ("clock", {"tool": {"name": "clock"}})],
    )
    async def test_the_choice_of_tools_is_told_in_its_own_words(
        self, session: aiohttp.ClientSession, choice: str, expected: object
    ) -> None:
        body, _ = await self.sent(session, replace(REQUEST, tools=TOOLS, tool_choice=choice))
        assert body["toolConfig"].get("toolChoice") == expected
        forbidden, _ = await self.sent(session, replace(REQUEST, tools=TOOLS, tool_choice="none"))
        assert "toolConfig" not in forbidden

    async def test_any_json_is_asked_for_in_words(self, session: aiohttp.ClientSession) -> None:
        body, _ = await self.sent(session, replace(REQUEST, response_format=ResponseFormat()))
        assert "JSON" in body["system"][-1]["text"]
        assert "outputConfig" not in body

    async def test_effort_is_told_to_each_kind_of_model_as_it_wants_it(
        self, session: aiohttp.ClientSession
    ) -> None:
        request = replace(REQUEST, reasoning_effort="low", max_output_tokens=100, top_p=0.5)
        budget, _ = await self.sent(session, request)
        assert budget["additionalModelRequestFields"] == {
            "thinking": {"type": "enabled", "budget_tokens": 1_024}
        }
        assert budget["inferenceConfig"] == {"maxTokens": 1_124}
        adaptive, _ = await self.sent(session, request, LATER_CLAUDE)
        assert adaptive["outputConfig"] == {"effort": "low"}
        assert adaptive["inferenceConfig"] == {"maxTokens": 100}
        other, _ = await self.sent(session, request, "openai.gpt-oss-120b-1:0")
        assert other["additionalModelRequestFields"] == {"reasoning_effort": "low"}
        assert other["inferenceConfig"] == {"maxTokens": 100, "topP": 0.5}
        unthinking, _ = await self.sent(session, request, "amazon.nova-lite-v1:0")
        assert "additionalModelRequestFields" not in unthinking

    async def test_a_later_claude_is_asked_without_a_temperature(
        self, session: aiohttp.ClientSession
    ) -> None:
        body, _ = await self.sent(session, REQUEST, LATER_CLAUDE)
        assert "inferenceConfig" not in body


def test_a_message_larger_than_the_limit_is_refused_before_it_has_come() -> None:
    decoder = EventStreamDecoder(limit_bytes=64)
    with pytest.raises(ValueError, match="64 bytes"):
        list(decoder.feed(BedrockWire().text("x" * 100)[:20]))


def test_an_error_of_the_stream_itself_is_told() -> None:
    frame = BedrockWire.frame({}, message_type="error", error_code="Gone", error_message="bye")
    with pytest.raises(ProviderFault, match="Gone: bye"):
        list(EventStreamDecoder().feed(frame))
