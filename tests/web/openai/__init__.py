"""The OpenAI-compatible API, below what its clients look at."""
