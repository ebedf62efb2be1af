"""How Parley is started: the command line and the ASGI application."""
