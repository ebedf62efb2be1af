"""Parley as a server of the Model Context Protocol: its bots and collections as tools of other assistants."""
