"""How files become searchable: received, read, cut into chunks, embedded, indexed."""
