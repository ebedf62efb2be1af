"""Credentials for AWS: a bearer key, or Signature Version 4 under keys given or found as AWS's tools do."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from yarl import URL

from parley.core.llm.model import ModelError


@dataclass(frozen=True, slots=True)
class AwsKeys:
    access_key_id: str
    secret_access_key: str = field(repr=False)
    session_token: str | None = field(default=None, repr=False)


class Signer:
    """Signs requests to Bedrock in one region.

    Without keys of its own it asks botocore's chain (environment, profile, role). Some links of it ask the
    network, and botocore is imported with the first signature: both happen in a thread.
    """

    def __init__(self, region: str, keys: AwsKeys | None) -> None:
        self._region = region
        self._keys = keys
        self._credentials: Any = None

    async def headers(self, method: str, url: URL, body: bytes) -> Mapping[str, str]:
        """What to send, the content type included. Raises ModelError where no credentials are found."""
        return await asyncio.to_thread(self._sign, method, str(url), body)

    def _sign(self, method: str, url: str, body: bytes) -> Mapping[str, str]:
        from botocore.auth import SigV4Auth
        from botocore.awsrequest import AWSRequest
        from botocore.exceptions import BotoCoreError

        try:
            if self._credentials is None:
                self._credentials = self._found()
            frozen = self._credentials.get_frozen_credentials()  # those of a role are renewed here
        except BotoCoreError as error:
            raise _no_credentials(type(error).__name__) from error
        request = AWSRequest(method, url, {"Content-Type": "application/json"}, body)
        SigV4Auth(frozen, "bedrock", self._region).add_auth(request)
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
            raise _no_credentials("there are none")
        return found


def _no_credentials(why: str) -> ModelError:
    return ModelError(
        f"No credentials for Amazon Bedrock: {why}.",
        hint="Set PARLEY_BEDROCK_API_KEY, or PARLEY_BEDROCK_ACCESS_KEY_ID with "
        "PARLEY_BEDROCK_SECRET_ACCESS_KEY, or give this machine a role or profile of AWS.",
    )
