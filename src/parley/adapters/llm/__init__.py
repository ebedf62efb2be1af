"""Language models: one file per wire format, and the catalogue that finds them by name."""

from parley.adapters.llm.presets import PRESETS

PROVIDERS = {
    "anthropic": "parley.adapters.llm.anthropic:Anthropic",
    "bedrock": "parley.adapters.llm.bedrock:Bedrock",
    "extractive": "parley.adapters.llm.extractive:Extractive",
    "gemini": "parley.adapters.llm.gemini:Gemini",
    "pydantic-ai": "parley.adapters.llm.pydantic_ai:PydanticAi",
    **dict.fromkeys(PRESETS, "parley.adapters.llm.openai:OpenAI"),
}
