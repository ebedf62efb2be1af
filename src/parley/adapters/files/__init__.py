"""Places for uploaded files, one file per technology."""

FILE_STORES: dict[str, str] = {
    "local": "parley.adapters.files.local:LocalFiles",
    "s3": "parley.adapters.files.s3:S3Files",
}
"""By name; imported when chosen."""
