"""Use cases of API keys: make and revoke them, and tell who a key speaks for."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from parley.core.audit.model import AuditEntry
from parley.core.audit.ports import AuditLog
from parley.core.identity.model import ApiKeyId, Caller, InvalidApiKey, KeyGrant, KeyScope
from parley.core.kernel.clock import Clock
from parley.core.kernel.errors import InvalidInput, NotFound
from parley.core.kernel.ids import WorkspaceId, uuid7
from parley.core.kernel.transactions import Transaction, Transactions
from parley.core.workspaces.authorize import Authorizer
from parley.core.workspaces.key_secrets import SHOWN_CHARS, hash_of, is_well_formed, new_key
from parley.core.workspaces.model import Action, ApiKey, WorkspaceScope
from parley.core.workspaces.ports import ApiKeys, BotCheck

USED_TO_WITHIN = timedelta(minutes=1)
KNOWN_FOR_S = 3.0
"""How long a key is taken for good without asking the database. A key that is revoked through another
process is refused here after that time at the latest; through this one, at once."""
KEYS_KNOWN = 1_000


@dataclass(frozen=True, slots=True)
class NewApiKey:
    """What an admin asks for."""

    name: str
    scopes: frozenset[KeyScope]
    bots: tuple[UUID, ...] | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Known:
    caller: Caller
    until: float


class ApiKeyService:
    def __init__(
        self,
        transactions: Transactions,
        authorizer: Authorizer,
        keys: ApiKeys,
        bots: BotCheck,
        audit: AuditLog,
        clocks: tuple[Clock, Callable[[], float]],
    ) -> None:
        """`clocks` tell the time of day, and seconds that never go back."""
        self._transactions = transactions
        self._authorizer = authorizer
        self._keys = keys
        self._bots = bots
        self._audit = audit
        self._clock, self._monotonic = clocks
        self._known: dict[str, _Known] = {}
        self._revocations = 0

    async def create(
        self, caller: Caller, workspace_id: WorkspaceId, wanted: NewApiKey
    ) -> tuple[ApiKey, str]:
        """The new key's record and the key itself, which is shown this once. Raises InvalidInput."""
        scope = await self._authorizer.in_workspace(caller, Action.MANAGE_API_KEYS, workspace_id)
        now = self._clock.now()
        _check(wanted, now)
        secret = new_key()
        key = ApiKey(
            id=ApiKeyId(uuid7()),
            workspace_id=workspace_id,
            user_id=scope.user_id,
            name=wanted.name,
            prefix=secret[:SHOWN_CHARS],
            hash=hash_of(secret),
            scopes=wanted.scopes,
            bots=None if wanted.bots is None else frozenset(wanted.bots),
            created_at=now,
            expires_at=wanted.expires_at,
        )
        async with self._transactions.begin(scope) as tx:
            missing = await self._bots.missing(tx, wanted.bots or ())
            if missing:
                raise InvalidInput(
                    f"bots names {missing[0]}, which is not a bot of this workspace.",
                    hint="Choose among the bots of the key's own workspace.",
                )
            await self._keys.add(tx, key)
            await self._record(tx, scope, "api_key.created", key)
        return key, secret

    async def revoke(self, caller: Caller, workspace_id: WorkspaceId, key_id: ApiKeyId) -> None:
        """The key is refused from now on. Raises NotFound."""
        scope = await self._authorizer.in_workspace(caller, Action.MANAGE_API_KEYS, workspace_id)
        async with self._transactions.begin(scope) as tx:
            key = await self._keys.remove(tx, key_id)
            if key is None:
                raise NotFound("API key", key_id)
            await self._record(tx, scope, "api_key.revoked", key)
        self._revocations += 1
        self._known.pop(key.hash, None)

    async def authenticate(self, secret: str) -> Caller:
        """Who the key speaks for. Raises InvalidApiKey for one that is unknown, revoked or expired."""
        if not is_well_formed(secret):
            raise InvalidApiKey("The API key is not one that this server made: it is misspelt or cut.")
        key_hash = hash_of(secret)
        known = self._known.get(key_hash)
        if known is not None and known.until > self._monotonic():
            return self._still_valid(known.caller)
        revocations = self._revocations
        caller = await self._look_up(key_hash)
        if revocations == self._revocations:
            # Otherwise it may be this very key that was revoked while the answer was on its way.
            self._remember(key_hash, caller)
        return caller

    async def _look_up(self, key_hash: str) -> Caller:
        now = self._clock.now()
        async with self._transactions.begin_platform() as tx:
            key = await self._keys.by_hash(tx, key_hash)
            if key is None:
                raise InvalidApiKey("The API key is unknown, or was revoked.")
            grant = KeyGrant(key.id, key.workspace_id, key.scopes, key.bots)
            caller = self._still_valid(Caller(key.user_id, valid_until=key.expires_at, key=grant))
            if key.last_used_at is None or now - key.last_used_at >= USED_TO_WITHIN:
                await self._keys.used(tx, key.id, now)
        return caller

    def _still_valid(self, caller: Caller) -> Caller:
        if caller.valid_until is not None and caller.valid_until <= self._clock.now():
            raise InvalidApiKey("The API key has expired.")
        return caller

    def _remember(self, key_hash: str, caller: Caller) -> None:
        self._known.pop(key_hash, None)
        if len(self._known) >= KEYS_KNOWN:
            del self._known[next(iter(self._known))]
        self._known[key_hash] = _Known(caller, self._monotonic() + KNOWN_FOR_S)

    async def _record(self, tx: Transaction, scope: WorkspaceScope, action: str, key: ApiKey) -> None:
        await self._audit.append(
            tx,
            AuditEntry(
                id=uuid7(),
                at=self._clock.now(),
                workspace_id=scope.workspace_id,
                actor_id=scope.user_id,
                action=action,
                subject_id=key.id,
                detail={"name": key.name, "prefix": key.prefix, "scopes": " ".join(sorted(key.scopes))},
            ),
        )


def _check(wanted: NewApiKey, now: datetime) -> None:
    if not wanted.scopes:
        raise InvalidInput("scopes is empty.", hint="Name what the key is for.")
    if wanted.bots is not None and not wanted.bots:
        raise InvalidInput("bots is empty.", hint="Name the bots, or leave it out for every bot.")
    if wanted.expires_at is not None and wanted.expires_at <= now:
        raise InvalidInput("expires_at has passed.", hint="Choose a time to come, or leave it out.")
