"""Unmodified clients that users of Parley have, against a server process."""
