"""Routes of a workspace's API keys."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, status
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from parley.core.identity.model import ApiKeyId, KeyScope
from parley.core.kernel.ids import WorkspaceId
from parley.core.workspaces.api_keys import NewApiKey
from parley.core.workspaces.model import Action, ApiKey
from parley.web.api.fields import EXAMPLE_ID, Body, Name, PageReply
from parley.web.api.workspaces import WorkspacePath
from parley.web.deps import CallerDep, ServicesDep

router = APIRouter(prefix="/workspaces/{workspace_id}/api-keys", tags=["api keys"])

_MOST_BOTS = 100


class ApiKeyBody(Body):
    model_config = ConfigDict(
        json_schema_extra={
            "example": {"name": "Help desk", "scopes": ["chat", "models"], "bots": [EXAMPLE_ID]}
        }
    )

    name: Name
    scopes: set[KeyScope] = Field(min_length=1, description="What the key may be used for.")
    bots: list[UUID] | None = Field(
        None,
        min_length=1,
        max_length=_MOST_BOTS,
        description="The only bots it may ask; every bot when left out.",
    )
    expires_at: AwareDatetime | None = Field(None, description="Good until revoked when left out.")


class ApiKeyReply(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": EXAMPLE_ID,
                "name": "Help desk",
                "prefix": "pk_4fQz8a",
                "scopes": ["chat", "models"],
                "bots": None,
                "created_by": EXAMPLE_ID,
                "created_at": "2026-01-31T12:00:00Z",
                "expires_at": None,
                "last_used_at": "2026-02-01T08:30:00Z",
            }
        }
    )

    id: UUID
    name: str
    prefix: str = Field(description="How the key begins.")
    scopes: list[KeyScope]
    bots: list[UUID] | None = Field(description="The only bots it may ask; null: every bot.")
    created_by: UUID = Field(description="The user for whom it acts: it may do no more than they may.")
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None = Field(description="To the minute.")

    @classmethod
    def of(cls, key: ApiKey) -> "ApiKeyReply":
        return cls(
            id=key.id,
            name=key.name,
            prefix=key.prefix,
            scopes=sorted(key.scopes),
            bots=None if key.bots is None else sorted(key.bots),
            created_by=key.user_id,
            created_at=key.created_at,
            expires_at=key.expires_at,
            last_used_at=key.last_used_at,
        )


class NewApiKeyReply(ApiKeyReply):
    """The only reply that holds the key."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                **ApiKeyReply.model_config["json_schema_extra"]["example"],  # type: ignore[index, dict-item]
                "key": "pk_4fQz8aW2…",
            }
        }
    )

    key: str = Field(description="Keep it now: it cannot be shown again.")


class ApiKeysReply(PageReply[ApiKeyReply]):
    """Newest first, all on one page."""


@router.get("", response_model=ApiKeysReply, summary="List API keys")
async def list_api_keys(workspace_id: WorkspacePath, app: ServicesDep, caller: CallerDep) -> ApiKeysReply:
    scope = await app.authorizer.in_workspace(caller, Action.MANAGE_API_KEYS, WorkspaceId(workspace_id))
    async with app.transactions.begin(scope) as tx:
        keys = await app.read.api_keys.list(tx)
    return ApiKeysReply(items=[ApiKeyReply.of(key) for key in keys])


@router.post(
    "", response_model=NewApiKeyReply, status_code=status.HTTP_201_CREATED, summary="Make an API key"
)
async def create_api_key(
    workspace_id: WorkspacePath, body: ApiKeyBody, app: ServicesDep, caller: CallerDep
) -> NewApiKeyReply:
    """The key acts for you, in this workspace alone. The reply is the only place where it is shown."""
    wanted = NewApiKey(
        body.name,
        frozenset(body.scopes),
        None if body.bots is None else tuple(body.bots),
        body.expires_at,
    )
    key, secret = await app.use.api_keys.create(caller, WorkspaceId(workspace_id), wanted)
    return NewApiKeyReply(**ApiKeyReply.of(key).model_dump(), key=secret)


@router.delete("/{key_id}", status_code=status.HTTP_204_NO_CONTENT, summary="Revoke an API key")
async def revoke_api_key(
    workspace_id: WorkspacePath,
    key_id: Annotated[UUID, Path(description="Id of the key, not the key itself.")],
    app: ServicesDep,
    caller: CallerDep,
) -> None:
    """Refused from now on; another replica of the server may take it for three seconds more."""
    await app.use.api_keys.revoke(caller, WorkspaceId(workspace_id), ApiKeyId(key_id))
