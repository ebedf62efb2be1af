"""The API of OpenAI, as far as its clients need it to talk to bots: a bot is a model."""
