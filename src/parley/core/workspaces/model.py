"""Values of workspaces: roles, actions, memberships, and the scope that a decision hands out."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import NewType
from uuid import UUID

from parley.core.identity.model import ApiKeyId, KeyScope
from parley.core.kernel.errors import ErrorKind, ParleyError
from parley.core.kernel.ids import UserId, WorkspaceId

GroupId = NewType("GroupId", UUID)


class Role(StrEnum):
    """Each role may do all that the ones below it may."""

    OWNER = "owner"
    ADMIN = "admin"
    EDITOR = "editor"
    MEMBER = "member"
    VIEWER = "viewer"

    @property
    def rank(self) -> int:
        return _RANK[self]


class _Rank(IntEnum):
    VIEWER = 1
    MEMBER = 2
    EDITOR = 3
    ADMIN = 4
    OWNER = 5


_RANK = {role: _Rank[role.name] for role in Role}


class Action(StrEnum):
    """What can be asked for; the least role that may is in `LEAST_ROLE`."""

    READ_WORKSPACE = "workspace.read"
    EDIT_WORKSPACE = "workspace.edit"
    DELETE_WORKSPACE = "workspace.delete"
    READ_MEMBERS = "members.read"
    MANAGE_MEMBERS = "members.manage"
    READ_GROUPS = "groups.read"
    """Also those that one is not in, and who is in them."""
    MANAGE_GROUPS = "groups.manage"
    MANAGE_API_KEYS = "api_keys.manage"
    MANAGE_PROVIDER_KEYS = "provider_keys.manage"
    READ_BOTS = "bots.read"
    EDIT_BOTS = "bots.edit"
    READ_DOCUMENTS = "documents.read"
    EDIT_DOCUMENTS = "documents.edit"
    MANAGE_ACCESS = "access.manage"
    """See and change the access list of every document, also of those that one may not read."""
    MANAGE_TOOLS = "tools.manage"
    MANAGE_WEBHOOKS = "webhooks.manage"
    CHAT = "chat"
    READ_FEEDBACK = "feedback.read"
    READ_FEEDBACK_EXCHANGES = "feedback.read_exchanges"
    """Also the questions and answers that feedback is about: they are other users' conversations."""
    READ_EMBEDDING = "embedding.read"
    READ_USAGE = "usage.read"
    EDIT_BUDGET = "budget.edit"


LEAST_ROLE: dict[Action, Role] = {
    Action.READ_WORKSPACE: Role.VIEWER,
    Action.EDIT_WORKSPACE: Role.ADMIN,
    Action.DELETE_WORKSPACE: Role.OWNER,
    Action.READ_MEMBERS: Role.MEMBER,
    Action.MANAGE_MEMBERS: Role.ADMIN,
    Action.READ_GROUPS: Role.EDITOR,
    Action.MANAGE_GROUPS: Role.ADMIN,
    Action.MANAGE_API_KEYS: Role.ADMIN,
    Action.MANAGE_PROVIDER_KEYS: Role.ADMIN,
    Action.READ_BOTS: Role.VIEWER,
    Action.EDIT_BOTS: Role.EDITOR,
    Action.READ_DOCUMENTS: Role.VIEWER,
    Action.EDIT_DOCUMENTS: Role.EDITOR,
    Action.MANAGE_ACCESS: Role.ADMIN,
    Action.MANAGE_TOOLS: Role.ADMIN,
    Action.MANAGE_WEBHOOKS: Role.ADMIN,
    Action.CHAT: Role.VIEWER,
    Action.READ_FEEDBACK: Role.EDITOR,
    Action.READ_FEEDBACK_EXCHANGES: Role.ADMIN,
    Action.READ_EMBEDDING: Role.ADMIN,
    Action.READ_USAGE: Role.ADMIN,
    Action.EDIT_BUDGET: Role.ADMIN,
}


class ResourceKind(StrEnum):
    """Things that live in a workspace and are addressed by their own id."""

    BOT = "bot"
    GROUP = "group"
    COLLECTION = "collection"
    DOCUMENT = "document"
    IMPORT = "import"
    CONVERSATION = "conversation"
    TURN = "turn"
    MESSAGE = "message"


WITHOUT_BOT = frozenset(
    {ResourceKind.GROUP, ResourceKind.COLLECTION, ResourceKind.DOCUMENT, ResourceKind.IMPORT}
)
"""What a limit to some bots does not concern; every other thing it does."""


@dataclass(frozen=True, slots=True)
class Workspace:
    id: WorkspaceId
    name: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Membership:
    workspace_id: WorkspaceId
    user_id: UserId
    role: Role
    groups: frozenset[UUID] = frozenset()
    """Of the workspace, that the user is in."""


@dataclass(frozen=True, slots=True)
class Group:
    """Members who are given access to documents together."""

    id: GroupId
    workspace_id: WorkspaceId
    name: str
    created_at: datetime
    member_count: int = 0


@dataclass(frozen=True, slots=True)
class Member:
    """A membership with what a list of people shows."""

    user_id: UserId
    email: str
    name: str
    role: Role
    joined_at: datetime


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A program's way in. The key itself is nowhere stored, only its hash."""

    id: ApiKeyId
    workspace_id: WorkspaceId
    user_id: UserId
    """Who made it, and for whom it acts."""
    name: str
    prefix: str
    """How the key begins, to tell it from others."""
    hash: str
    scopes: frozenset[KeyScope]
    bots: frozenset[UUID] | None
    """The only bots it may ask; None: every bot of the workspace."""
    created_at: datetime
    expires_at: datetime | None = None
    last_used_at: datetime | None = None
    """To the minute."""


@dataclass(frozen=True, slots=True)
class WorkspaceScope:
    """Proof that `user_id` may act in the workspace. Only `parley.core.workspaces.authorize` makes one."""

    workspace_id: WorkspaceId
    user_id: UserId
    role: Role
    bots: frozenset[UUID] | None = None
    """The only bots that may be asked; None: every bot of the workspace."""
    groups: frozenset[UUID] = frozenset()
    """Of the workspace, that the user was in when this was decided."""

    def reaches_bot(self, bot_id: UUID | None) -> bool:
        return self.bots is None or bot_id in self.bots

    @property
    def principals(self) -> frozenset[UUID]:
        """Whose documents the scope may read, beside those open to the whole workspace."""
        return self.groups | {self.user_id}


class Forbidden(ParleyError):
    code = "forbidden"
    kind = ErrorKind.FORBIDDEN

    def __init__(self, action: Action, role: Role) -> None:
        super().__init__(
            f"Your role here is {role}; {action} needs at least {LEAST_ROLE[action]}.",
            hint="Ask an owner or admin of the workspace.",
        )


class OwnersOnly(ParleyError):
    code = "owners_only"
    kind = ErrorKind.FORBIDDEN

    def __init__(self) -> None:
        super().__init__(
            "Only an owner may make someone owner, or change or remove an owner.",
            hint="Ask an owner of the workspace.",
        )


class LastOwner(ParleyError):
    code = "last_owner"
    kind = ErrorKind.CONFLICT

    def __init__(self) -> None:
        super().__init__("A workspace keeps at least one owner.", hint="Make someone else owner first.")


class AlreadyMember(ParleyError):
    code = "already_member"
    kind = ErrorKind.CONFLICT

    def __init__(self, email: str) -> None:
        super().__init__(f"{email} is already a member.", hint="Change the role instead.")


class NoSuchAccount(ParleyError):
    code = "no_such_account"
    kind = ErrorKind.NOT_FOUND

    def __init__(self, email: str) -> None:
        super().__init__(
            f"Nobody has signed up with {email}.", hint="Ask them to make an account on this server first."
        )


class TooManyGroups(ParleyError):
    code = "too_many_groups"
    kind = ErrorKind.CONFLICT

    def __init__(self, limit: int) -> None:
        super().__init__(f"A workspace has at most {limit} groups.", hint="Remove one that is not used.")


class GroupNameTaken(ParleyError):
    code = "duplicate_name"
    kind = ErrorKind.CONFLICT

    def __init__(self, name: str) -> None:
        super().__init__(f"There is already a group named {name!r}.", hint="Choose another name.")
