"""Keys of providers that a workspace brings along: kept encrypted, shown to nobody, used for its own bots."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from parley.core.audit.model import AuditEntry
from parley.core.audit.ports import AuditLog
from parley.core.identity.model import Caller
from parley.core.kernel.clock import Clock
from parley.core.kernel.errors import InvalidInput, NotFound
from parley.core.kernel.ids import UserId, WorkspaceId, uuid7
from parley.core.kernel.secrets import SecretBox
from parley.core.kernel.transactions import Transaction, Transactions
from parley.core.workspaces.authorize import Authorizer
from parley.core.workspaces.model import Action, WorkspaceScope

SHORTEST_KEY, LONGEST_KEY = 8, 1_000
SHOWN_CHARS = 4
TRUSTED_S = 10.0
"""How long a key that another replica has changed may still be used; a change made here counts at once."""
WORKSPACES_KNOWN = 1_000


@dataclass(frozen=True, slots=True)
class ProviderKey:
    """What may be told of a key: all but the key."""

    id: UUID
    """Another one each time that a key is stored."""
    provider: str
    last_four: str
    set_by: UserId
    set_at: datetime


@dataclass(frozen=True, slots=True)
class SealedKey:
    id: UUID
    sealed: bytes


@dataclass(frozen=True, slots=True)
class OwnKey:
    """A workspace's own key, ready for use."""

    id: UUID
    secret: str

    def __repr__(self) -> str:
        return f"OwnKey({self.id})"


class ProviderKeys(Protocol):
    """Keys of the transaction's workspace."""

    async def put(self, tx: Transaction, key: ProviderKey, sealed: bytes) -> None:
        """In place of the one that the provider has, if any."""
        ...

    async def list(self, tx: Transaction) -> tuple[ProviderKey, ...]:
        """By provider."""
        ...

    async def sealed(self, tx: Transaction) -> Mapping[str, SealedKey]:
        """By provider. Only Parley's own work may read them."""
        ...

    async def remove(self, tx: Transaction, provider: str) -> bool:
        """False: there was none."""
        ...


@dataclass(frozen=True, slots=True)
class _Known:
    keys: Mapping[str, SealedKey]
    until: float


class KeyRing:
    """Finds the keys of workspaces, remembering them sealed; one for each process."""

    def __init__(
        self, transactions: Transactions, keys: ProviderKeys, box: SecretBox, monotonic: Callable[[], float]
    ) -> None:
        self._transactions = transactions
        self._keys = keys
        self._box = box
        self._monotonic = monotonic
        self._known: dict[WorkspaceId, _Known] = {}
        self._changes = 0

    async def find(self, workspace_id: WorkspaceId, provider: str) -> OwnKey | None:
        """Raises SecretUnreadable when it was stored under another PARLEY_SECRET_KEY."""
        found = (await self._sealed(workspace_id)).get(provider)
        if found is None:
            return None
        return OwnKey(found.id, self._box.open(found.sealed, _context(workspace_id, provider)))

    def seal(self, workspace_id: WorkspaceId, provider: str, secret: str) -> bytes:
        return self._box.seal(secret, _context(workspace_id, provider))

    def forget(self, workspace_id: WorkspaceId) -> None:
        """Its keys have changed."""
        self._changes += 1
        self._known.pop(workspace_id, None)

    async def _sealed(self, workspace_id: WorkspaceId) -> Mapping[str, SealedKey]:
        known, now = self._known.get(workspace_id), self._monotonic()
        if known is not None and now < known.until:
            return known.keys
        changes = self._changes
        async with self._transactions.begin_platform(workspace_id) as tx:
            keys = await self._keys.sealed(tx)
        if changes == self._changes:  # else they may have been read before the change
            self._known.pop(workspace_id, None)
            if len(self._known) >= WORKSPACES_KNOWN:
                del self._known[next(iter(self._known))]
            self._known[workspace_id] = _Known(keys, now + TRUSTED_S)
        return keys


def _context(workspace_id: WorkspaceId, provider: str) -> str:
    """Binds a sealed key to its place: moved to another workspace or provider it cannot be opened."""
    return f"provider_keys:{workspace_id}:{provider}"


class ProviderKeyService:
    """Admins store, replace and remove keys; nobody can read one back."""

    def __init__(
        self,
        transactions: Transactions,
        authorizer: Authorizer,
        stores: tuple[ProviderKeys, AuditLog],
        ring: KeyRing,
        clock: Clock,
        providers: Collection[str],
    ) -> None:
        """`providers` are those that take a key."""
        self._transactions = transactions
        self._authorizer = authorizer
        self._keys, self._audit = stores
        self._ring = ring
        self._clock = clock
        self.providers = tuple(sorted(providers))

    async def list(self, caller: Caller, workspace_id: WorkspaceId) -> tuple[ProviderKey, ...]:
        scope = await self._authorizer.in_workspace(caller, Action.MANAGE_PROVIDER_KEYS, workspace_id)
        async with self._transactions.begin(scope) as tx:
            return await self._keys.list(tx)

    async def put(self, caller: Caller, workspace_id: WorkspaceId, provider: str, secret: str) -> ProviderKey:
        """Stores `secret` in place of what there is. Raises InvalidInput."""
        scope = await self._authorizer.in_workspace(caller, Action.MANAGE_PROVIDER_KEYS, workspace_id)
        self._check_provider(provider)
        secret = secret.strip()
        _check_key(secret)
        key = ProviderKey(uuid7(), provider, secret[-SHOWN_CHARS:], scope.user_id, self._clock.now())
        sealed = self._ring.seal(workspace_id, provider, secret)
        async with self._transactions.begin(scope) as tx:
            await self._keys.put(tx, key, sealed)
            await self._record(tx, scope, "provider_key.stored", provider, key.id)
        self._ring.forget(workspace_id)
        return key

    async def remove(self, caller: Caller, workspace_id: WorkspaceId, provider: str) -> None:
        """Raises NotFound. Answers that already stream with the key end undisturbed."""
        scope = await self._authorizer.in_workspace(caller, Action.MANAGE_PROVIDER_KEYS, workspace_id)
        async with self._transactions.begin(scope) as tx:
            if not await self._keys.remove(tx, provider):
                raise NotFound("provider key", provider)
            await self._record(tx, scope, "provider_key.removed", provider, None)
        self._ring.forget(workspace_id)

    def _check_provider(self, provider: str) -> None:
        if provider not in self.providers:
            raise InvalidInput(
                f"{provider!r} is no provider that takes a workspace's key.",
                hint=f"Those that do: {', '.join(self.providers)}.",
            )

    async def _record(
        self, tx: Transaction, scope: WorkspaceScope, action: str, provider: str, key_id: UUID | None
    ) -> None:
        await self._audit.append(
            tx,
            AuditEntry(
                id=uuid7(),
                at=self._clock.now(),
                workspace_id=scope.workspace_id,
                actor_id=scope.user_id,
                action=action,
                subject_id=key_id,
                detail={"provider": provider},
            ),
        )


def _check_key(secret: str) -> None:
    """Keys go into a header: nothing that could end it may be in one."""
    if not SHORTEST_KEY <= len(secret) <= LONGEST_KEY:
        raise InvalidInput(
            f"A key has {SHORTEST_KEY} to {LONGEST_KEY} characters; this one has {len(secret)}.",
            hint="Copy the whole key from the provider's page.",
        )
    if not (secret.isascii() and secret.isprintable()) or " " in secret:
        raise InvalidInput(
            "A key holds no spaces, line breaks or letters with accents.",
            hint="Copy the key alone from the provider's page.",
        )
