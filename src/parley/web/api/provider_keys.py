"""Routes of the provider keys that a workspace brings along; no reply ever holds a key."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, status
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from parley.core.kernel.ids import WorkspaceId
from parley.core.llm.provider_keys import ProviderKey
from parley.web.api.fields import EXAMPLE_ID, Body
from parley.web.api.workspaces import WorkspacePath
from parley.web.deps import CallerDep, ServicesDep

router = APIRouter(prefix="/workspaces/{workspace_id}/provider-keys", tags=["provider keys"])

ProviderPath = Annotated[str, Path(description="Name of the provider, such as `openai`.", max_length=50)]


class ProviderKeyBody(Body):
    model_config = ConfigDict(json_schema_extra={"example": {"api_key": "sk-your-key"}})

    api_key: SecretStr = Field(description="Kept encrypted and never shown again.", max_length=2_000)


class ProviderKeyReply(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "provider": "openai",
                "last_four": "-key",
                "set_by": EXAMPLE_ID,
                "set_at": "2026-01-31T12:00:00Z",
            }
        }
    )

    provider: str
    last_four: str = Field(description="The last characters of the key, to tell it from others.")
    set_by: UUID = Field(description="Id of the user who stored it.")
    set_at: datetime

    @classmethod
    def of(cls, key: ProviderKey) -> "ProviderKeyReply":
        return cls(provider=key.provider, last_four=key.last_four, set_by=key.set_by, set_at=key.set_at)


class ProviderKeysReply(BaseModel):
    items: list[ProviderKeyReply]
    providers: list[str] = Field(description="All providers that a key can be stored for.")


@router.get("", response_model=ProviderKeysReply, summary="List provider keys")
async def list_provider_keys(
    workspace_id: WorkspacePath, app: ServicesDep, caller: CallerDep
) -> ProviderKeysReply:
    keys = await app.provider_keys.list(caller, WorkspaceId(workspace_id))
    return ProviderKeysReply(
        items=[ProviderKeyReply.of(key) for key in keys], providers=list(app.provider_keys.providers)
    )


@router.put("/{provider}", response_model=ProviderKeyReply, summary="Store a provider key")
async def put_provider_key(
    workspace_id: WorkspacePath,
    provider: ProviderPath,
    body: ProviderKeyBody,
    app: ServicesDep,
    caller: CallerDep,
) -> ProviderKeyReply:
    """The workspace's bots use it from now on, instead of the server's own key for this provider."""
    key = await app.provider_keys.put(
        caller, WorkspaceId(workspace_id), provider, body.api_key.get_secret_value()
    )
    return ProviderKeyReply.of(key)


@router.delete("/{provider}", status_code=status.HTTP_204_NO_CONTENT, summary="Remove a provider key")
async def remove_provider_key(
    workspace_id: WorkspacePath, provider: ProviderPath, app: ServicesDep, caller: CallerDep
) -> None:
    """The bots then use the server's own key for this provider, if it has one."""
    await app.provider_keys.remove(caller, WorkspaceId(workspace_id), provider)
