"""What models can do, as data: patterns of their names with what their makers say of them.

Where each fact comes from: context windows from the data of genai-prices 0.2.3, as far as it has them;
what a model takes and the length of its answers from the model pages of its maker (platform.openai.com,
docs.claude.com, ai.google.dev, docs.mistral.ai, llama.com, qwenlm.github.io, api-docs.deepseek.com,
docs.aws.amazon.com/nova), and where these differ between the hosts of an open model, the smaller one.
"""

import re
from functools import lru_cache

from parley.core.llm.model import Capabilities, ModelFacts

_TEXT = Capabilities()
_TOOLS = Capabilities(tools=True)
_VISION = Capabilities(tools=True, images=True)
_STRICT = Capabilities(tools=True, json_schema=True)
_STRICT_VISION = Capabilities(tools=True, images=True, json_schema=True)
_THINKING = Capabilities(tools=True, thinking=True)
_THINKING_VISION = Capabilities(tools=True, images=True, thinking=True)
_THINKING_STRICT = Capabilities(tools=True, thinking=True, json_schema=True)
_ALL = Capabilities(tools=True, images=True, thinking=True, json_schema=True)

_K = 1_000
# A pattern is sought anywhere in the lower-case name, after anything but a letter or digit: hosts write
# `us.anthropic.claude-…`, `meta-llama/Llama-…` or `openai/gpt-…`. The first that fits decides.
_TABLE: tuple[tuple[str, Capabilities, int, int], ...] = (
    # Anthropic
    (r"claude-(2|v1|instant)", _TEXT, 100 * _K, 4_096),
    (r"claude-3-(opus|sonnet|haiku)", _VISION, 200 * _K, 4_096),
    (r"claude-3-5", _VISION, 200 * _K, 8_192),
    (r"claude-3-7", _THINKING_VISION, 200 * _K, 64 * _K),
    (r"claude-(opus-4(-[01])?(-\d{8}|$|@|-v)|4-opus)", _THINKING_VISION, 200 * _K, 32 * _K),
    (r"claude-(sonnet-4(-0)?(-\d{8}|$|@|-v)|4-sonnet)", _THINKING_VISION, 200 * _K, 64 * _K),
    (r"claude-(opus|sonnet|haiku)-4-5", _ALL, 200 * _K, 64 * _K),
    (r"claude", _ALL, 1_000 * _K, 64 * _K),
    # OpenAI
    (r"gpt-3\.?5", _TOOLS, 16_385, 4_096),
    (r"gpt-4(-turbo|-1106|-0125|-vision)", _VISION, 128 * _K, 4_096),
    (r"(gpt-4o|chatgpt-4o)", _STRICT_VISION, 128 * _K, 16_384),
    (r"gpt-4\.1", _STRICT_VISION, 1_000 * _K, 32_768),
    (r"gpt-4\.5", _STRICT_VISION, 128 * _K, 16_384),
    (r"gpt-4", _TOOLS, 8_192, 4_096),
    (r"gpt-oss", _THINKING_STRICT, 128 * _K, 32_768),
    (r"gpt-5(\.\d)?-chat", _STRICT_VISION, 128 * _K, 16_384),
    (r"gpt-(5\.[4-9]|[6-9])(?!.*(mini|nano))", _ALL, 1_000 * _K, 128 * _K),
    (r"gpt-[5-9]", _ALL, 400 * _K, 128 * _K),
    (r"o1-(mini|preview)", Capabilities(thinking=True), 128 * _K, 32_768),
    (r"o3-mini", _THINKING_STRICT, 200 * _K, 100 * _K),
    (r"o[134]($|[-:])", _ALL, 200 * _K, 100 * _K),
    # Google
    (r"gemini-(1\.5|2\.0)", _STRICT_VISION, 1_000 * _K, 8_192),
    (r"gemini", _ALL, 1_000 * _K, 65_536),
    (r"gemma-?3n", _TEXT, 32_768, 8_192),
    (r"gemma-?3", Capabilities(images=True), 128 * _K, 8_192),
    (r"gemma-?4", _THINKING_VISION, 256 * _K, 8_192),
    (r"gemma", _TEXT, 8_192, 4_096),
    # Meta
    (r"llama-?4", _VISION, 128 * _K, 8_192),
    (r"llama-?3[.-]2.*(11b|90b|vision)", _VISION, 128 * _K, 4_096),
    (r"llama-?3[.-][1-3]", _TOOLS, 128 * _K, 4_096),
    (r"llama", _TEXT, 8_192, 4_096),
    # Mistral
    (r"pixtral", _VISION, 128 * _K, 8_192),
    (r"magistral", _THINKING, 128 * _K, 32_768),
    (r"mistral-(small|medium)-(2[5-9]|3|latest)", _STRICT_VISION, 128 * _K, 8_192),
    (r"mistral-large-(2[5-9]|[34]|latest)", _STRICT_VISION, 128 * _K, 8_192),
    (r"mistral-(small|medium|large|nemo|saba)", _STRICT, 32 * _K, 8_192),
    (r"(ministral|devstral|codestral)", _STRICT, 128 * _K, 8_192),
    (r"(mistral|mixtral)", _TOOLS, 32 * _K, 4_096),
    # Alibaba, DeepSeek, Moonshot, Z.ai, xAI, Amazon, Cohere, Microsoft, IBM
    (r"qwen[\d.]*-?vl", _VISION, 32_768, 8_192),
    (r"(qwen-?3|qwq)", _THINKING, 32_768, 8_192),
    (r"qwen", _TOOLS, 32_768, 8_192),
    (r"deepseek[.-](r\d|reasoner)", Capabilities(thinking=True), 64 * _K, 8_192),
    (r"deepseek", _TOOLS, 64 * _K, 8_192),
    (r"kimi", _TOOLS, 128 * _K, 16_384),
    (r"glm-?[4-9]", _THINKING, 128 * _K, 16_384),
    (r"grok-(2-vision|[4-9])", _ALL, 256 * _K, 16_384),
    (r"grok", _STRICT, 128 * _K, 16_384),
    (r"nova-micro", _TOOLS, 128 * _K, 5_000),
    (r"nova-(lite|pro|2-lite)", _VISION, 300 * _K, 5_000),
    (r"nova-premier", _VISION, 1_000 * _K, 5_000),
    (r"command-(r|a)", _TOOLS, 128 * _K, 4_096),
    (r"phi-?[34]", _TEXT, 16_384, 4_096),
    (r"granite", _TOOLS, 128 * _K, 8_192),
)  # fmt: skip
_ROWS = tuple(
    (re.compile(rf"(?<![a-z0-9]){pattern}"), ModelFacts(can, context, output))
    for pattern, can, context, output in _TABLE
)

# Names that no row has: new models of those who make only able ones, and anything else, which may be a
# small open model. Tools are tried all the same: a server that cannot use them says so.
_UNKNOWN = {
    "openai": ModelFacts(_STRICT_VISION, 128 * _K, 16_384),
    "anthropic": ModelFacts(_ALL, 200 * _K, 8_192),
    "gemini": ModelFacts(_ALL, 128 * _K, 8_192),
}
_UNKNOWN_ELSEWHERE = ModelFacts(_TOOLS, 8_192, 2_048)

_NO_CHAT = re.compile(
    r"embed|rerank|whisper|transcri|(?<![a-z])tts|speech|audio|voice|realtime|sonic|voxtral|moderation|guard"
    r"|dall-e|image|imagen|veo|sora|stable-|canvas|reel|ocr|davinci|babbage|(?<![a-z])ada(?![a-z])|instruct-0914"
    r"|gpt-3\.5-turbo-instruct|codex-mini|computer-use|deep-research|bge-|e5-|minilm|aqa|(?<![a-z])live"
)
# Claude since 4.7 and OpenAI's models that always think refuse a temperature other than their own.
_OWN_TEMPERATURE = re.compile(
    r"(?<![a-z0-9])(o[134]($|[-:])|gpt-[5-9](?!.*-chat)"
    r"|claude-(?!\d|instant|v1|(opus|sonnet|haiku)-4(-[0-6])?($|[-@]\d{8}|-v\d|@)))"
)


@lru_cache(maxsize=1_000)
def facts_of(provider: str, model: str) -> ModelFacts:
    """What is known of a model, else what can be supposed of one of this provider."""
    name = model.lower()
    for pattern, facts in _ROWS:
        if pattern.search(name):
            return facts
    return _UNKNOWN.get(provider, _UNKNOWN_ELSEWHERE)


def can_chat(model: str) -> bool:
    """False for what lists of models also hold: embedders, voices, pictures."""
    return _NO_CHAT.search(model.lower()) is None


def takes_temperature(model: str) -> bool:
    return _OWN_TEMPERATURE.search(model.lower()) is None
