"""Language models: one file per wire format, and the catalogue that finds them by name."""

PROVIDERS = {
    "extractive": "parley.adapters.llm.extractive:Extractive",
    "openai": "parley.adapters.llm.openai:OpenAI",
}
