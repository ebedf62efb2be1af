"""Language models: one file per wire format, and the catalogue that finds them by name."""

PROVIDERS = {
    "anthropic": "parley.adapters.llm.anthropic:Anthropic",
    "extractive": "parley.adapters.llm.extractive:Extractive",
    "gemini": "parley.adapters.llm.gemini:Gemini",
    "openai": "parley.adapters.llm.openai:OpenAI",
}
