"""What a program asks in OpenAI's terms, as the core understands it."""

from collections.abc import Sequence
from typing import Literal, assert_never, cast

from parley.core.bots.model import AgentType, Bot
from parley.core.chat.model import ChatCommand, Origin, SaidBefore
from parley.core.conversations.model import ConversationSource, MessageRole
from parley.core.kernel.errors import InvalidInput
from parley.core.llm.model import ChatMessage, ChatRequest, Image, ResponseFormat, ToolCall, ToolSpec
from parley.web.openai.schemas import (
    AssistantMessage,
    CallBody,
    CompletionBody,
    ImagePart,
    JsonFormat,
    JsonSchemaFormat,
    MessageBody,
    RefusalPart,
    SystemMessage,
    TextPart,
    ToolBody,
    ToolMessage,
    UserMessage,
    image_of,
)

_SIGNED_BY = "google"
_EFFORTS = {"minimal": "low", "low": "low", "medium": "medium", "high": "high", "xhigh": "high"}
# What the configuration of a bot that retrieves or uses tools decides, not the program.
_CONFIGURED = ("temperature", "top_p", "stop", "max_tokens", "max_completion_tokens", "reasoning_effort")


def is_plain(bot: Bot) -> bool:
    return bot.configuration.agent_type is AgentType.PLAIN


def model_request(bot: Bot, body: CompletionBody) -> ChatRequest:
    """For a plain bot: what the program sends goes to the model, after the bot's own instructions."""
    temperature = bot.configuration.temperature if body.temperature is None else body.temperature
    stop = (body.stop,) if isinstance(body.stop, str) else tuple(body.stop or ())
    return ChatRequest(
        messages=_prompt(bot, body.messages),
        temperature=temperature,
        max_output_tokens=body.max_completion_tokens or body.max_tokens,
        tools=tuple(_tool(tool) for tool in body.tools or ()),
        tool_choice=_choice(body),
        response_format=_format(body),
        reasoning_effort=cast(
            Literal["low", "medium", "high"] | None, _EFFORTS.get(body.reasoning_effort or "")
        ),
        top_p=body.top_p,
        stop=stop,
    )


def chat_command(bot: Bot, body: CompletionBody) -> tuple[ChatCommand, tuple[str, ...]]:
    """For a bot that retrieves or uses tools: a turn; and what of the request the bot does not heed.

    Raises InvalidInput for what changes the shape of the answer.
    """
    for name, asked in (("tools", bool(body.tools)), ("response_format", _format(body) is not None)):
        if asked:
            raise InvalidInput(
                f"The bot {bot.name!r} does not take {name}: it answers from documents or its own tools.",
                hint="Use a bot of the type `plain`, whose model gets the request as it is.",
            )
    *before, last = body.messages
    if not isinstance(last, UserMessage):
        raise InvalidInput(
            f"The last message has the role {last.role}; this bot answers a user's.",
            hint="End the messages with the user's question.",
        )
    if _images(last):
        raise InvalidInput(
            f"The bot {bot.name!r} does not read images.", hint="Use a bot of the type `plain`."
        )
    said = [each for each in map(_said, before) if each is not None and each.text]
    ignored = [name for name in _CONFIGURED if getattr(body, name) is not None]
    if any(isinstance(message, SystemMessage) for message in before):
        ignored.append("system messages")
    length = bot.configuration.chat_history_length
    origin = Origin(ConversationSource.OPENAI, before=tuple(said[-length:]) if length else ())
    return ChatCommand(bot.id, _text(last.content), origin=origin), tuple(ignored)


def _said(message: MessageBody) -> SaidBefore | None:
    match message:
        case UserMessage():
            return SaidBefore(MessageRole.USER, _text(message.content))
        case AssistantMessage():
            return SaidBefore(MessageRole.ASSISTANT, _text(message.content))
        case _:
            return None


def _prompt(bot: Bot, messages: Sequence[MessageBody]) -> tuple[ChatMessage, ...]:
    own = bot.configuration
    leading = 0
    while leading < len(messages) and isinstance(messages[leading], SystemMessage):
        leading += 1
    instructions = [own.system_prompt, *(_text(message.content) for message in messages[:leading])]
    system = "\n\n".join(text for text in instructions if text)
    prompt = [ChatMessage("system", system)] if system else []
    for example in own.few_shot:
        prompt += [ChatMessage("user", example.question), ChatMessage("assistant", example.answer)]
    return (*prompt, *(_message(message) for message in messages[leading:]))


def _message(message: MessageBody) -> ChatMessage:
    text = _text(message.content)
    match message:
        case SystemMessage():
            return ChatMessage("system", text)
        case UserMessage():
            return ChatMessage("user", text, images=_images(message))
        case AssistantMessage():
            calls = tuple(_call(call) for call in message.tool_calls or ())
            return ChatMessage("assistant", text, tool_calls=calls)
        case ToolMessage():
            return ChatMessage("tool", text, tool_call_id=message.tool_call_id)
        case _:
            assert_never(message)


def _text(content: Sequence[TextPart | ImagePart | RefusalPart] | None) -> str:
    return "\n\n".join(_text_of(part) for part in content or () if not isinstance(part, ImagePart))


def _text_of(part: TextPart | RefusalPart) -> str:
    return part.refusal if isinstance(part, RefusalPart) else part.text


def _images(message: UserMessage) -> tuple[Image, ...]:
    return tuple(image_of(part.image_url.url) for part in message.content if isinstance(part, ImagePart))


def _call(call: CallBody) -> ToolCall:
    signature = ((call.extra_content or {}).get(_SIGNED_BY) or {}).get("thought_signature", "")
    return ToolCall(call.id, call.function.name, call.function.arguments or "{}", str(signature))


def _tool(tool: ToolBody) -> ToolSpec:
    function = tool.function
    return ToolSpec(function.name, function.description, function.parameters)


def _choice(body: CompletionBody) -> str:
    if body.tool_choice is None or isinstance(body.tool_choice, str):
        return body.tool_choice or "auto"
    name = body.tool_choice.function.name
    if name not in {tool.function.name for tool in body.tools or ()}:
        raise InvalidInput(
            f"tool_choice names {name!r}, which is not among the tools.", hint="Add it to tools."
        )
    return name


def _format(body: CompletionBody) -> ResponseFormat | None:
    match body.response_format:
        case JsonSchemaFormat(json_schema=wanted):
            return ResponseFormat(wanted.name, wanted.json_schema, bool(wanted.strict))
        case JsonFormat():
            return ResponseFormat()
        case _:
            return None
