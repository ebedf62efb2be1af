"""Embedders by name; a class is imported when it is first asked for."""

EMBEDDERS: dict[str, str] = {
    "minilm": "parley.adapters.embeddings.minilm:MiniLm",
    "openai": "parley.adapters.embeddings.openai:OpenAIEmbedder",
    "gemini": "parley.adapters.embeddings.gemini:GeminiEmbedder",
    "bedrock": "parley.adapters.embeddings.bedrock:BedrockEmbedder",
}
