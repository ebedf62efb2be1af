"""The frames of the socket: what a client may send, parsed into values, and what the server answers."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from parley.core.kernel.errors import ErrorKind, ParleyError

MAX_FRAME_BYTES = 512 << 10
"""Holds the longest message with every character escaped. The server is configured with it."""

Reference = Annotated[str, Meta(max_length=64)]
IdempotencyKey = Annotated[str, Meta(pattern=r"^[\x21-\x7e]{1,200}$")]
Position = Annotated[int, Meta(ge=0, le=2**31 - 1)]
Epoch = Annotated[int, Meta(ge=1, le=2**31 - 1)]


class InvalidFrame(ParleyError):
    code = "invalid_frame"
    kind = ErrorKind.INVALID

    def __init__(self, why: str) -> None:
        super().__init__(
            f"The frame cannot be read: {why}.",
            hint="Send one JSON object per frame; docs/reference/websocket.md shows what each type takes.",
        )


class _FromClient(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type"):
    id: Reference | None = None
    """The client's name for this frame; the answer to it bears the same."""


class Auth(_FromClient, frozen=True, kw_only=True, tag="auth"):
    token: Annotated[str, Meta(min_length=1, max_length=8192)]


class Chat(_FromClient, frozen=True, kw_only=True, tag="chat"):
    bot_id: UUID
    message: str
    idempotency_key: IdempotencyKey
    """Required: a socket may break before `accepted` arrives, and the frame is then sent again."""
    conversation_id: UUID | None = None
    parent_message_id: UUID | UnsetType | None = UNSET
    """Null is the parent of a conversation's first question."""

    def __post_init__(self) -> None:
        if "\0" in self.message:
            raise ValueError("`message` holds a NUL character, which cannot be stored")


class Subscribe(_FromClient, frozen=True, kw_only=True, tag="subscribe"):
    turn_id: UUID
    after: Position = 0
    epoch: Epoch | None = None


class Unsubscribe(_FromClient, frozen=True, kw_only=True, tag="unsubscribe"):
    turn_id: UUID


class Cancel(_FromClient, frozen=True, kw_only=True, tag="cancel"):
    turn_id: UUID


class Approve(_FromClient, frozen=True, kw_only=True, tag="approve"):
    """Allows or denies the call of a tool that a turn waits with."""

    turn_id: UUID
    call_id: Reference
    approved: bool


class Ping(_FromClient, frozen=True, kw_only=True, tag="ping"):
    pass


ClientFrame = Auth | Chat | Subscribe | Unsubscribe | Cancel | Approve | Ping

_decoder: msgspec.json.Decoder[ClientFrame] = msgspec.json.Decoder(ClientFrame)


def parse(text: str) -> ClientFrame:
    """Raises InvalidFrame naming the field."""
    try:
        return _decoder.decode(text)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise InvalidFrame(str(error).rstrip(".")) from None


class _FromServer(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type"):
    id: str | None = None

    def to_json(self) -> str:
        return msgspec.json.encode(self).decode()


class Authenticated(_FromServer, frozen=True, kw_only=True, tag="authenticated"):
    user_id: UUID
    expires_in: int | None
    """Whole seconds until the socket needs another token; None for a proof that does not expire."""


class Accepted(_FromServer, frozen=True, kw_only=True, tag="accepted"):
    turn_id: UUID
    conversation_id: UUID
    user_message_id: UUID


class Subscribed(_FromServer, frozen=True, kw_only=True, tag="subscribed"):
    turn_id: UUID


class Unsubscribed(_FromServer, frozen=True, kw_only=True, tag="unsubscribed"):
    """No more events of the turn come: it has ended, or the client asked."""

    turn_id: UUID


class Cancelling(_FromServer, frozen=True, kw_only=True, tag="cancelling"):
    turn_id: UUID
    state: str
    """Of the turn when the request to stop came."""


class Decided(_FromServer, frozen=True, kw_only=True, tag="decided"):
    turn_id: UUID
    call_id: str
    state: str
    """Of the turn: `waiting` while another decision is missing, else `queued` or already further."""


class Pong(_FromServer, frozen=True, kw_only=True, tag="pong"):
    pass


class ErrorFrame(_FromServer, frozen=True, kw_only=True, tag="error"):
    problem: dict[str, Any]
    """As the HTTP API answers it."""
    turn_id: UUID | None = None
    """Of the subscription that it ended."""


ServerFrame = Authenticated | Accepted | Subscribed | Unsubscribed | Cancelling | Decided | Pong | ErrorFrame
