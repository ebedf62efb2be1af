"""Finds the model that a bot names, and lists those that can be named."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from parley.core.kernel.errors import ParleyError
from parley.core.kernel.ids import WorkspaceId
from parley.core.llm.model import (
    ModelFacts,
    ModelList,
    ModelName,
    OfferedModel,
    ProviderProblem,
    UnknownModel,
)
from parley.core.llm.ports import ChatModel, ResolvedModel
from parley.core.llm.provider_keys import OwnKey

LIST_DEADLINE_S = 4.0
LIST_TRUSTED_S = 300.0
FAILURE_TRUSTED_S = 30.0
_MOST_LISTS = 1_000


@dataclass(frozen=True, slots=True)
class ProviderEntry:
    """A provider as the catalogue knows it; a key of None stands for what the server itself has."""

    make: Callable[[str, str | None], ChatModel]
    """The model of that name, asked with that key. Raises UnknownModel."""
    list: Callable[[str | None], Awaitable[Sequence[OfferedModel]]]
    """Raises ModelError."""
    first: OfferedModel | None = None
    """Offered before the others, whether or not the provider can be asked for its list."""
    on_server: bool = True
    """The server itself can ask it; False: only a workspace with a key of its own can."""
    takes_keys: bool = True


class OwnKeys(Protocol):
    async def find(self, workspace_id: WorkspaceId, provider: str) -> OwnKey | None:
        """Raises SecretUnreadable."""
        ...


@dataclass(slots=True)
class _List:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    models: Sequence[OfferedModel] = ()
    problem: ProviderProblem | None = None
    until: float = 0.0


class Catalogue:
    """Implements `ModelCatalogue`."""

    def __init__(
        self,
        providers: Mapping[str, ProviderEntry],
        keys: OwnKeys,
        default: str,
        monotonic: Callable[[], float],
    ) -> None:
        """`providers` may change at any time, as local servers come and go."""
        self._providers = providers
        self._keys = keys
        self._default = default
        self._monotonic = monotonic
        self._lists: dict[tuple[str, UUID | None], _List] = {}

    async def resolve(self, name: str, workspace_id: WorkspaceId | None) -> ResolvedModel:
        parsed = ModelName.parse(name)
        entry = self._providers.get(parsed.provider)
        if entry is None:
            raise UnknownModel(name, self._not_here(parsed.provider))
        own = await self._own(entry, parsed.provider, workspace_id)
        if own is not None:
            return ResolvedModel(entry.make(parsed.model, own.secret), own.id)
        if not entry.on_server:
            raise UnknownModel(name, self._not_here(parsed.provider))
        return ResolvedModel(entry.make(parsed.model, None))

    def default(self) -> str:
        return self._default

    async def list(self, workspace_id: WorkspaceId | None) -> ModelList:
        lists = await asyncio.gather(
            *(self._of(provider, entry, workspace_id) for provider, entry in dict(self._providers).items())
        )
        models = {model.name: model for models, _ in lists for model in models}
        problems = tuple(problem for _, problem in lists if problem is not None)
        default = self._default
        first_default = sorted(models.values(), key=lambda model: str(model.name) != default)
        return ModelList(tuple(first_default), problems)

    async def _own(
        self, entry: ProviderEntry, provider: str, workspace_id: WorkspaceId | None
    ) -> OwnKey | None:
        if workspace_id is None or not entry.takes_keys:
            return None
        return await self._keys.find(workspace_id, provider)

    async def _of(
        self, provider: str, entry: ProviderEntry, workspace_id: WorkspaceId | None
    ) -> tuple[Sequence[OfferedModel], ProviderProblem | None]:
        """The models of one provider, its first ahead; none where nobody here may ask it."""
        try:
            own = await self._own(entry, provider, workspace_id)
        except ParleyError as error:
            return (), ProviderProblem(provider, error.detail, error.hint)
        if own is None and not entry.on_server:
            return (), None
        known = self._remembered(provider, own)
        async with known.lock:
            if self._monotonic() >= known.until:
                await self._ask(provider, entry, own, known)
        first = () if entry.first is None else (entry.first,)
        others = [model for model in known.models if model.name not in {each.name for each in first}]
        return (*first, *others), known.problem

    def _remembered(self, provider: str, own: OwnKey | None) -> _List:
        place = provider, None if own is None else own.id
        if place not in self._lists and len(self._lists) >= _MOST_LISTS:
            del self._lists[next(iter(self._lists))]
        return self._lists.setdefault(place, _List())

    async def _ask(self, provider: str, entry: ProviderEntry, own: OwnKey | None, known: _List) -> None:
        known.models, known.problem = (), None
        try:
            async with asyncio.timeout(LIST_DEADLINE_S):
                known.models = await entry.list(None if own is None else own.secret)
        except TimeoutError:
            known.problem = ProviderProblem(
                provider,
                f"It did not tell its models within {LIST_DEADLINE_S:g} seconds.",
                "A model can be named all the same.",
            )
        except ParleyError as error:
            known.problem = ProviderProblem(provider, error.detail, error.hint)
        trusted_s = LIST_TRUSTED_S if known.problem is None else FAILURE_TRUSTED_S
        known.until = self._monotonic() + trusted_s

    def _not_here(self, provider: str) -> str:
        here = ", ".join(sorted(name for name, entry in self._providers.items() if entry.on_server))
        return f"the provider {provider!r} is not configured here (there are: {here})"


def fixed(*models: OfferedModel) -> Callable[[str | None], Awaitable[Sequence[OfferedModel]]]:
    """The `list` of a provider that need not be asked."""

    async def listed(_: str | None) -> Sequence[OfferedModel]:
        return models

    return listed


def offered(name: ModelName, facts: ModelFacts, label: str = "") -> OfferedModel:
    return OfferedModel(name, label or name.model, facts)
