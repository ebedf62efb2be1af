"""How pages of the web are fetched for import, one file per concern."""
