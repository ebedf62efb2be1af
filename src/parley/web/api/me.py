"""Routes of one's own account."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from parley.core.identity.model import User
from parley.web.api.fields import EXAMPLE_ID, Body, Name
from parley.web.deps import CallerDep, ServicesDep

router = APIRouter(prefix="/me", tags=["me"])


class UserReply(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": EXAMPLE_ID,
                "email": "you@example.org",
                "name": "You",
                "created_at": "2026-01-31T12:00:00Z",
            }
        }
    )

    id: UUID
    email: str
    name: str
    created_at: datetime

    @classmethod
    def of(cls, user: User) -> "UserReply":
        return cls(id=user.id, email=user.email, name=user.name, created_at=user.created_at)


class MeChange(Body):
    model_config = ConfigDict(json_schema_extra={"example": {"name": "You"}})

    name: Name


@router.get("", response_model=UserReply, summary="Read your account")
async def get_me(app: ServicesDep, caller: CallerDep) -> UserReply:
    return UserReply.of(await app.use.identity.me(caller))


@router.patch("", response_model=UserReply, summary="Change your name")
async def change_me(body: MeChange, app: ServicesDep, caller: CallerDep) -> UserReply:
    return UserReply.of(await app.use.identity.rename(caller, body.name))
