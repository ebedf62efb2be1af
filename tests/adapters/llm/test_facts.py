"""What is known of models by their names, as different hosts write them."""

import pytest

from parley.adapters.llm.facts import can_chat, facts_of, takes_temperature


@pytest.mark.parametrize(
    ("provider", "model", "window", "can"),
    [
        ("openai", "gpt-5-mini", 400_000, "tools images thinking json_schema"),
        ("openai", "gpt-5.6-sol", 1_000_000, "tools images thinking json_schema"),
        ("openai", "gpt-4o-2024-11-20", 128_000, "tools images json_schema"),
        ("openai", "o3-mini", 200_000, "tools thinking json_schema"),
        ("openrouter", "openai/gpt-4.1", 1_000_000, "tools images json_schema"),
        ("anthropic", "claude-sonnet-4-20250514", 200_000, "tools images thinking"),
        ("anthropic", "claude-opus-4-8", 1_000_000, "tools images thinking json_schema"),
        ("bedrock", "us.anthropic.claude-3-5-sonnet-20241022-v2:0", 200_000, "tools images"),
        ("bedrock", "amazon.nova-micro-v1:0", 128_000, "tools"),
        ("bedrock", "meta.llama3-3-70b-instruct-v1:0", 128_000, "tools"),
        ("gemini", "gemini-flash-latest", 1_000_000, "tools images thinking json_schema"),
        ("groq", "openai/gpt-oss-120b", 128_000, "tools thinking json_schema"),
        ("groq", "llama-3.3-70b-versatile", 128_000, "tools"),
        ("huggingface", "meta-llama/Llama-4-Scout-17B-16E-Instruct", 128_000, "tools images"),
        ("mistral", "magistral-medium-latest", 128_000, "tools thinking"),
        ("ollama", "llama3.2:latest", 128_000, "tools"),
        ("ollama", "qwen3:8b", 32_768, "tools thinking"),
        ("vllm", "Qwen/Qwen2.5-VL-7B-Instruct", 32_768, "tools images"),
        ("openai", "unheard-of", 128_000, "tools images json_schema"),
        ("ollama", "unheard-of", 8_192, "tools"),
    ],
)
def test_a_model_is_known_under_the_names_that_hosts_give_it(
    provider: str, model: str, window: int, can: str
) -> None:
    facts = facts_of(provider, model)
    named = [
        name for name in ("tools", "images", "thinking", "json_schema") if getattr(facts.capabilities, name)
    ]
    assert (facts.context_tokens, " ".join(named)) == (window, can)
    assert facts.max_output_tokens <= facts.context_tokens


@pytest.mark.parametrize(
    ("model", "takes"),
    [
        ("gpt-4o", True),
        ("gpt-5-mini", False),
        ("gpt-5.1-chat-latest", True),
        ("o3", False),
        ("o4-mini", False),
        ("openai.gpt-oss-120b-1:0", True),
        ("claude-3-7-sonnet-20250219", True),
        ("claude-sonnet-4-5", True),
        ("us.anthropic.claude-opus-4-6-v1:0", True),
        ("claude-opus-4-7", False),
        ("global.anthropic.claude-sonnet-5-5", False),
        ("llama-3.3-70b-versatile", True),
        ("gemini-flash-latest", True),
    ],
)
def test_a_temperature_is_sent_to_those_that_take_one(model: str, takes: bool) -> None:
    assert takes_temperature(model) is takes


@pytest.mark.parametrize(
    ("model", "chats"),
    [
        ("gpt-5-mini", True),
        ("claude-sonnet-4-5", True),
        ("meta-llama/Llama-3.3-70B-Instruct", True),
        ("deepseek-r1:8b", True),
        ("text-embedding-3-small", False),
        ("nomic-embed-text", False),
        ("whisper-large-v3", False),
        ("gpt-4o-mini-tts", False),
        ("gpt-image-1", False),
        ("omni-moderation-latest", False),
        ("text-davinci-003", False),
        ("llama-guard-3-8b", False),
    ],
)
def test_what_a_list_of_models_also_holds_is_told_apart(model: str, chats: bool) -> None:
    assert can_chat(model) is chats
