"""The store of files that the settings choose."""

import aiohttp

from parley.adapters.files import FILE_STORES
from parley.adapters.files.local import LocalFiles
from parley.adapters.files.s3 import S3Files
from parley.adapters.files.s3_bucket import S3Bucket, S3Config
from parley.adapters.outbound.aws import AwsKeys, Signer
from parley.bootstrap.loading import load
from parley.settings import Settings


def file_store(settings: Settings, session: aiohttp.ClientSession) -> LocalFiles | S3Files:
    store = load(FILE_STORES[settings.files])
    made: LocalFiles | S3Files
    if settings.files == "local":
        made = store(settings.data_dir / "files")
        return made
    given = settings.s3
    keys = None
    if given.access_key_id and given.secret_access_key:
        token = given.session_token
        keys = AwsKeys(
            given.access_key_id,
            given.secret_access_key.get_secret_value(),
            None if token is None else token.get_secret_value(),
        )
    config = S3Config(
        given.bucket,
        given.prefix,
        given.region,
        given.endpoint_url,
        path_style=given.path_style,
        encryption=given.encryption,
        kms_key_id=given.kms_key_id,
    )
    bucket = S3Bucket(config, Signer("s3", given.region, keys), session)
    made = store(bucket, settings.data_dir / "copies", copies_bytes=given.copies_mb << 20)
    return made
