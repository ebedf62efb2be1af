"""Servers that speak OpenAI's protocol, as data: where they are and in what they differ.

From the API references of OpenAI, Groq, Mistral, HuggingFace (Inference Providers), OpenRouter, Ollama and
vLLM, as of November 2026.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Preset:
    """One server, or kind of server. What its models can do is in `facts`."""

    label: str
    url: str
    """With its version; of a local kind, where it is found unless an address is set."""
    model: str
    """Offered first, unless another is set; empty: whichever the server has."""
    limit_field: Literal["max_completion_tokens", "max_tokens"] = "max_tokens"
    """Of models that do not think; OpenAI's own that do know the first alone."""
    usage_on_request: bool = True
    """Tokens are counted when `stream_options` asks for it; False: always, and it refuses the field."""
    takes_effort: bool = True
    """It knows `reasoning_effort`; False: it refuses the field."""
    highest_temperature: float = 2.0
    local: bool = False
    """It runs on the same machine, without a key."""


PRESETS: Mapping[str, Preset] = {
    "openai": Preset("OpenAI", "https://api.openai.com/v1", "gpt-5-mini"),
    "groq": Preset(
        "Groq",
        "https://api.groq.com/openai/v1",
        "openai/gpt-oss-120b",
        limit_field="max_completion_tokens",
    ),
    "mistral": Preset(
        "Mistral",
        "https://api.mistral.ai/v1",
        "mistral-medium-latest",
        usage_on_request=False,
        takes_effort=False,
        highest_temperature=1.5,
    ),
    "huggingface": Preset("HuggingFace", "https://router.huggingface.co/v1", "openai/gpt-oss-120b"),
    "openrouter": Preset("OpenRouter", "https://openrouter.ai/api/v1", "openai/gpt-5-mini"),
    "ollama": Preset("Ollama", "http://127.0.0.1:11434/v1", "", local=True),
    "vllm": Preset("vLLM", "http://127.0.0.1:8000/v1", "", local=True),
}
