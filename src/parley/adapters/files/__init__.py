"""Places for uploaded files, one file per technology."""

FILE_STORES: dict[str, str] = {
    "local": "parley.adapters.files.local:LocalFiles",
}
"""By name; imported when chosen."""
