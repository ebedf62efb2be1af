"""Receives the webhooks of Parley: checks each signature, answers at once, and takes every event once.

    PARLEY_WEBHOOK_SECRET=whsec_… python examples/webhook_receiver.py 9000

Nothing but Python is needed. The secret is shown once, when the webhook is added.
"""

import base64
import hmac
import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TOLERANCE_S = 300
"""An older message may be one that somebody recorded and sends again."""
MOST_BYTES = 1 << 20


class Refused(Exception):
    """The message does not come from Parley, or is too old."""


def verified(secret: str, headers: Mapping[str, str], body: bytes, now: float) -> Any:
    """The event of a message. Raises Refused. By https://www.standardwebhooks.com."""
    message_id, sent_at = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not sent_at.isdecimal() or abs(now - int(sent_at)) > TOLERANCE_S:
        raise Refused("the time is missing or too far from ours")
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{message_id}.{sent_at}.".encode() + body
    ours = "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
    # Several while a secret is being rotated: one that is right is enough.
    given = headers.get("webhook-signature", "").split(" ")
    if not any(hmac.compare_digest(ours.encode(), each.encode()) for each in given):
        raise Refused("no signature is right")
    return json.loads(body)


def receiver(secret: str, port: int, take: Callable[[Any], None]) -> ThreadingHTTPServer:
    """A server that gives each event to `take`, once, however often it is delivered."""
    seen: set[str] = set()  # a real receiver keeps these for some days, where they outlive it

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            size = int(self.headers.get("content-length", 0))
            if size > MOST_BYTES:
                self.send_error(413)
                return
            headers = {name.lower(): value for name, value in self.headers.items()}
            try:
                event = verified(secret, headers, self.rfile.read(size), time.time())
            except Refused as why:
                self.send_error(401, str(why))
                return
            if headers["webhook-id"] not in seen:
                take(event)
                seen.add(headers["webhook-id"])
            self.send_response(204)
            self.end_headers()

    return ThreadingHTTPServer(("127.0.0.1", port), Hook)


if __name__ == "__main__":
    listening = receiver(os.environ["PARLEY_WEBHOOK_SECRET"], int(sys.argv[1]), print)
    sys.stderr.write(f"Listening on http://127.0.0.1:{listening.server_port}\n")
    listening.serve_forever()
