"""Credentials for AWS: Signature Version 4 under keys given, or found as AWS's own tools find them."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from yarl import URL

from parley.core.kernel.errors import ErrorKind, ParleyError

_JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True, slots=True)
class AwsKeys:
    access_key_id: str
    secret_access_key: str = field(repr=False)
    session_token: str | None = field(default=None, repr=False)


class NoCredentials(ParleyError):
    code = "no_credentials"
    kind = ErrorKind.UNAVAILABLE

    def __init__(self, why: str) -> None:
        super().__init__(
            f"There are no credentials for AWS: {why}.",
            hint="Give this machine a role or profile of AWS, or the server keys in its settings.",
        )


class Signer:
    """Signs requests to one service of AWS in one region.

    Without keys of its own it asks botocore's chain (environment, profile, role). Some links of it ask the
    network, and botocore is imported with the first signature: both happen in a thread.
    """

    def __init__(self, service: str, region: str, keys: AwsKeys | None) -> None:
        self._service = service
        self._region = region
        self._keys = keys
        self._credentials: Any = None

    async def headers(
        self, method: str, url: URL, body: bytes, more: Mapping[str, str] = _JSON
    ) -> Mapping[str, str]:
        """All that is to be sent: `more`, signed too, and the signature. Raises NoCredentials."""
        return await asyncio.to_thread(self._sign, method, str(url), body, more)

    def _sign(self, method: str, url: str, body: bytes, more: Mapping[str, str]) -> Mapping[str, str]:
        from botocore.auth import S3SigV4Auth, SigV4Auth
        from botocore.awsrequest import AWSRequest
        from botocore.exceptions import BotoCoreError

        try:
            if self._credentials is None:
                self._credentials = self._found()
            frozen = self._credentials.get_frozen_credentials()  # those of a role are renewed here
        except BotoCoreError as error:
            raise NoCredentials(type(error).__name__) from error
        request = AWSRequest(method, url, dict(more), body)
        auth = S3SigV4Auth if self._service == "s3" else SigV4Auth
        auth(frozen, self._service, self._region).add_auth(request)
        return dict(request.headers.items())

    def _found(self) -> Any:
        from botocore.credentials import Credentials
        from botocore.session import Session

        if self._keys is not None:
            return Credentials(
                self._keys.access_key_id, self._keys.secret_access_key, self._keys.session_token
            )
        found = Session().get_credentials()
        if found is None:
            raise NoCredentials("none were found")
        return found
