"""A server that listens, with a scripted model behind it, as the tests of live connections have it."""

from tests.web.realtime.conftest import opened, place

__all__ = ["opened", "place"]
