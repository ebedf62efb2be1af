"""Routes of share links: make and revoke them, see what they show, and what a workspace allows."""

from datetime import datetime, timedelta
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Header, Path, Response, status
from pydantic import BaseModel, ConfigDict, Field

from parley.core.conversations.model import Citation, CitationState, ConversationId, Message, MessageId
from parley.core.conversations.sharing import Audience, Share, ShareRequest, SharingPolicy
from parley.core.kernel.ids import WorkspaceId
from parley.core.kernel.paging import PageRequest
from parley.core.workspaces.model import Action, ResourceKind
from parley.web.api.conversations import ConversationPath
from parley.web.api.fields import EXAMPLE_ID, Body, PageReply
from parley.web.api.workspaces import WorkspacePath
from parley.web.deps import CallerDep, CursorQuery, LimitQuery, OptionalCallerDep, ServicesDep

router = APIRouter(tags=["sharing"])


class ShareBody(Body):
    model_config = ConfigDict(json_schema_extra={"example": {"audience": "workspace", "expires_in_days": 30}})

    audience: Audience = Field(
        Audience.WORKSPACE,
        description="`workspace`: its signed-in members; `public`: whoever has the link, if the workspace "
        "allows that.",
    )
    message_id: UUID | None = Field(
        None, description="Shares the branch through this message; the branch last used when left out."
    )
    expires_in_days: int | None = Field(None, ge=1, le=365, description="Until revoked when left out.")


class ShareReply(BaseModel):
    """A link; its token is not stored and cannot be shown again."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": EXAMPLE_ID,
                "audience": "workspace",
                "title": "Warranty of the X200",
                "created_at": "2026-01-31T12:00:00Z",
                "expires_at": None,
            }
        }
    )

    id: UUID
    audience: Audience
    title: str
    created_at: datetime
    expires_at: datetime | None

    @classmethod
    def of(cls, share: Share) -> "ShareReply":
        return cls(
            id=share.id,
            audience=share.audience,
            title=share.title,
            created_at=share.created_at,
            expires_at=share.expires_at,
        )


class NewShareReply(ShareReply):
    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": EXAMPLE_ID,
                "audience": "workspace",
                "title": "Warranty of the X200",
                "created_at": "2026-01-31T12:00:00Z",
                "expires_at": None,
                "token": "the-token-of-the-link",
            }
        }
    )

    token: str = Field(description="For `GET /shared/{token}`; shown this once.")


class SharesReply(PageReply[ShareReply]):
    """Newest first, all on one page."""


class SharedCitationReply(BaseModel):
    number: int
    document_name: str
    page: int | None
    heading_path: list[str]
    text: str = Field(description="Empty where you may not read the passage.")
    state: CitationState = Field(
        description="`changed`: its document has other content now; `gone`: it was removed, or is not yours "
        "to read, and the answer is withheld too."
    )

    @classmethod
    def of(cls, citation: Citation) -> "SharedCitationReply":
        return cls(
            number=citation.number,
            document_name=citation.document_name,
            page=citation.page,
            heading_path=list(citation.heading_path),
            text=citation.text,
            state=citation.state,
        )


class SharedMessageReply(BaseModel):
    role: Literal["user", "assistant"]
    text: str
    state: Literal["complete", "cancelled", "failed"]
    created_at: datetime
    citations: list[SharedCitationReply]

    @classmethod
    def of(cls, message: Message) -> "SharedMessageReply":
        return cls(
            role=message.role.value,
            text=message.text,
            state=message.state.value,
            created_at=message.created_at,
            citations=[SharedCitationReply.of(citation) for citation in message.citations],
        )


class SharedConversationReply(PageReply[SharedMessageReply]):
    """A conversation as it was when it was shared, oldest message first."""

    title: str
    shared_at: datetime


class SharingPolicyBody(Body):
    """What is left out, or null, stays as it is."""

    model_config = ConfigDict(json_schema_extra={"example": {"public_sharing": False}})

    public_sharing: bool | None = Field(
        None, description="Whether links may be public; turning it off ends the public ones for strangers."
    )
    public_passages: bool | None = Field(
        None, description="Whether public links show cited passages, beside the titles of their documents."
    )


class SharingPolicyReply(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={"example": {"public_sharing": False, "public_passages": False}}
    )

    public_sharing: bool
    public_passages: bool

    @classmethod
    def of(cls, policy: SharingPolicy) -> "SharingPolicyReply":
        return cls(public_sharing=policy.public_sharing, public_passages=policy.public_passages)


@router.post(
    "/conversations/{conversation_id}/share",
    response_model=NewShareReply,
    status_code=status.HTTP_201_CREATED,
    summary="Share a conversation",
)
async def share_conversation(
    conversation_id: ConversationPath,
    body: ShareBody,
    app: ServicesDep,
    caller: CallerDep,
    idempotency_key: Annotated[str | None, Header(max_length=200)] = None,
) -> NewShareReply:
    """Makes a link that shows one branch as it is now, read-only, without what is said later.

    Who opens it sees the questions and answers as they are, but cited passages only of documents that
    they may read. The same `Idempotency-Key` gives the same link with a new token; the old token ends.
    """
    scope = await app.authorizer.on(caller, Action.CHAT, ResourceKind.CONVERSATION, conversation_id)
    wanted = ShareRequest(
        conversation_id=ConversationId(conversation_id),
        audience=body.audience,
        leaf_id=None if body.message_id is None else MessageId(body.message_id),
        lifetime=None if body.expires_in_days is None else timedelta(days=body.expires_in_days),
        idempotency_key=idempotency_key,
    )
    share, token = await app.use.conversations.sharing.share(scope, wanted)
    return NewShareReply(**ShareReply.of(share).model_dump(), token=token)


@router.get("/conversations/{conversation_id}/share", response_model=SharesReply, summary="List its links")
async def list_shares(conversation_id: ConversationPath, app: ServicesDep, caller: CallerDep) -> SharesReply:
    """Those that have not expired and were not revoked."""
    scope = await app.authorizer.on(caller, Action.CHAT, ResourceKind.CONVERSATION, conversation_id)
    found = await app.use.conversations.sharing.list(scope, ConversationId(conversation_id))
    return SharesReply(items=[ShareReply.of(share) for share in found])


@router.delete(
    "/conversations/{conversation_id}/share",
    status_code=status.HTTP_204_NO_CONTENT,
    summary="Stop sharing a conversation",
)
async def revoke_shares(conversation_id: ConversationPath, app: ServicesDep, caller: CallerDep) -> None:
    """Ends every link of the conversation, at once."""
    scope = await app.authorizer.on(caller, Action.CHAT, ResourceKind.CONVERSATION, conversation_id)
    await app.use.conversations.sharing.revoke(scope, ConversationId(conversation_id))


@router.get("/shared/{token}", response_model=SharedConversationReply, summary="Open a share link")
async def read_shared(
    token: Annotated[str, Path(description="Of the link.", min_length=20, max_length=100)],
    response: Response,
    app: ServicesDep,
    caller: OptionalCallerDep,
    cursor: CursorQuery = None,
    limit: LimitQuery = 50,
) -> SharedConversationReply:
    """Needs no signing in where the link is public. Not to be kept by caches or search engines."""
    request = PageRequest.parse(cursor, limit, fields=1)
    shared = await app.use.conversations.read_shared.read(caller, token, request)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return SharedConversationReply(
        title=shared.share.title,
        shared_at=shared.share.created_at,
        items=[SharedMessageReply.of(message) for message in shared.messages.items],
        next_cursor=shared.messages.next_cursor,
    )


@router.get(
    "/workspaces/{workspace_id}/sharing", response_model=SharingPolicyReply, summary="Read what may be shared"
)
async def get_sharing_policy(
    workspace_id: WorkspacePath, app: ServicesDep, caller: CallerDep
) -> SharingPolicyReply:
    scope = await app.authorizer.in_workspace(caller, Action.READ_WORKSPACE, WorkspaceId(workspace_id))
    return SharingPolicyReply.of(await app.use.conversations.sharing.policy(scope))


@router.patch(
    "/workspaces/{workspace_id}/sharing",
    response_model=SharingPolicyReply,
    summary="Change what may be shared",
)
async def change_sharing_policy(
    workspace_id: WorkspacePath, body: SharingPolicyBody, app: ServicesDep, caller: CallerDep
) -> SharingPolicyReply:
    scope = await app.authorizer.in_workspace(caller, Action.EDIT_WORKSPACE, WorkspaceId(workspace_id))
    policy = await app.use.conversations.sharing.change_policy(
        scope, public_sharing=body.public_sharing, public_passages=body.public_passages
    )
    return SharingPolicyReply.of(policy)
