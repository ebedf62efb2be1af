"""How webhooks are told, one file per way."""
