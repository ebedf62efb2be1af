"""Routes of signing up, in and out."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, status
from fastapi.security import OAuth2PasswordRequestForm
from pydantic import BaseModel, ConfigDict, EmailStr, Field

from parley.core.identity.model import MAX_PASSWORD_CHARS, MIN_PASSWORD_CHARS, SignedIn
from parley.web.api.fields import EXAMPLE_ID, Body, Name
from parley.web.api.me import UserReply
from parley.web.deps import CallerDep, ServicesDep

router = APIRouter(prefix="/auth", tags=["auth"])

_MAX_TOKEN_CHARS = 500

Email = Annotated[EmailStr, Field(max_length=254)]


class RegisterBody(Body):
    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "email": "you@example.org",
                "name": "You",
                "password": "three unrelated words",
                "workspace_name": "Support team",
            }
        }
    )

    email: Email
    name: Name
    password: str = Field(
        max_length=1_000,
        description=f"From {MIN_PASSWORD_CHARS} to {MAX_PASSWORD_CHARS} characters, of any kind.",
    )
    workspace_name: Name | None = Field(None, description="Your first workspace; named after you by default.")


class LoginBody(Body):
    model_config = ConfigDict(
        json_schema_extra={"example": {"email": "you@example.org", "password": "three unrelated words"}}
    )

    email: str = Field(max_length=254)
    password: str = Field(max_length=1_000)


class RefreshBody(Body):
    model_config = ConfigDict(json_schema_extra={"example": {"refresh_token": "0199c0de….pDqH…"}})

    refresh_token: str = Field(max_length=_MAX_TOKEN_CHARS)


class SignedInReply(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "access_token": "eyJhbGciOi…",
                "refresh_token": "0199c0de….pDqH…",
                "token_type": "bearer",
                "expires_in": 900,
                "user": {
                    "id": EXAMPLE_ID,
                    "email": "you@example.org",
                    "name": "You",
                    "created_at": "2026-01-31T12:00:00Z",
                },
            }
        }
    )

    access_token: str
    refresh_token: str = Field(description="Good once; each refresh gives the next.")
    token_type: Literal["bearer"] = "bearer"  # noqa: S105 - the kind of token, not one
    expires_in: int = Field(description="Seconds until the access token expires.")
    user: UserReply

    @classmethod
    def of(cls, signed_in: SignedIn) -> "SignedInReply":
        return cls(
            access_token=signed_in.access_token,
            refresh_token=signed_in.refresh_token,
            expires_in=signed_in.expires_in_s,
            user=UserReply.of(signed_in.user),
        )


class AuthStatusReply(BaseModel):
    registration_open: bool = Field(description="Whether you can make an account now.")
    has_users: bool = Field(description="False on a new server, whose first account is its owner's.")


@router.get("/status", response_model=AuthStatusReply, summary="Can accounts be made?")
async def get_status(app: ServicesDep) -> AuthStatusReply:
    found = await app.use.registration.status()
    return AuthStatusReply(registration_open=found.registration_open, has_users=found.has_users)


@router.post(
    "/register",
    response_model=SignedInReply,
    status_code=status.HTTP_201_CREATED,
    summary="Make an account",
)
async def register(body: RegisterBody, app: ServicesDep) -> SignedInReply:
    """Makes an account with a workspace of its own, and signs it in."""
    signed_in = await app.use.registration.register(
        email=body.email,
        name=body.name,
        password=body.password,
        workspace_name=body.workspace_name or f"{body.name}'s workspace",
    )
    return SignedInReply.of(signed_in)


@router.post("/login", response_model=SignedInReply, summary="Sign in")
async def login(body: LoginBody, app: ServicesDep) -> SignedInReply:
    return SignedInReply.of(await app.use.identity.login(body.email, body.password))


@router.post("/token", response_model=SignedInReply, summary="Sign in by an OAuth2 password form")
async def token(form: Annotated[OAuth2PasswordRequestForm, Depends()], app: ServicesDep) -> SignedInReply:
    """The same as login, in the form that the Authorize button and OAuth2 clients send."""
    return SignedInReply.of(await app.use.identity.login(form.username, form.password))


@router.post("/refresh-token", response_model=SignedInReply, summary="Renew the tokens")
async def refresh_token(body: RefreshBody, app: ServicesDep) -> SignedInReply:
    """Swaps a refresh token for a new pair. One that is used twice ends its session."""
    return SignedInReply.of(await app.use.identity.refresh(body.refresh_token))


@router.post("/logout", status_code=status.HTTP_204_NO_CONTENT, summary="Sign out")
async def logout(app: ServicesDep, caller: CallerDep) -> None:
    """Ends the session of the access token; its refresh token is void at once."""
    await app.use.identity.logout(caller)
