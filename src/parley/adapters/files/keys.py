"""Keys of stored files: only those of our own making lead anywhere, so none leads out of the store."""

import re

from parley.core.kernel.errors import NotFound
from parley.core.kernel.ids import WorkspaceId, uuid7

_KEY = re.compile(r"(?P<workspace>[0-9a-f]{32})/(?P<file>[0-9a-f]{32})")
_PLACE = re.compile(r"(?P<workspace>[0-9a-f]{32})/[0-9a-f]{2}/(?P<file>[0-9a-f]{32})")


def new_key(workspace_id: WorkspaceId) -> str:
    return f"{workspace_id.hex}/{uuid7().hex}"


def place_of(key: str) -> str:
    """Where the file lies below the store's root, the same in every store: any tool can move files from one
    to another. Raises NotFound for a key of foreign making.
    """
    parts = _KEY.fullmatch(key)
    if parts is None:
        raise NotFound("file", key)
    # The end of a UUIDv7 is random, its beginning is the time: only the end spreads files evenly.
    return f"{parts['workspace']}/{parts['file'][-2:]}/{parts['file']}"


def key_at(place: str) -> str | None:
    """The key of what lies there; None where that is no stored file."""
    parts = _PLACE.fullmatch(place)
    return None if parts is None else f"{parts['workspace']}/{parts['file']}"
