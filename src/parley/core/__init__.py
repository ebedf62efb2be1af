"""Nouns and use cases of Parley; standard library only."""
