"""Conversations and their messages, a tree: edits and second answers make siblings."""
