"""Which model a name stands for, for whom, and how lists of models are kept."""

import asyncio
from collections.abc import Sequence
from uuid import uuid4

import pytest

from parley.adapters.llm.catalogue import (
    FAILURE_TRUSTED_S,
    LIST_TRUSTED_S,
    Catalogue,
    ProviderEntry,
    fixed,
    offered,
)
from parley.adapters.llm.facts import facts_of
from parley.core.kernel.ids import WorkspaceId
from parley.core.llm.model import ModelError, ModelName, OfferedModel, UnknownModel
from parley.core.llm.ports import ChatModel
from parley.core.llm.provider_keys import OwnKey
from parley.testing.models import ScriptedModel

OURS, THEIRS = WorkspaceId(uuid4()), WorkspaceId(uuid4())
KEY = OwnKey(uuid4(), "ours")


class Keys:
    """As `KeyRing`: one workspace has a key of `acme`."""

    async def find(self, workspace_id: WorkspaceId, provider: str) -> OwnKey | None:
        return KEY if (workspace_id, provider) == (OURS, "acme") else None


class Acme:
    """A provider that counts how often it is asked for its list, and with which keys its models are made."""

    def __init__(self) -> None:
        self.asked: list[str | None] = []
        self.made_with: list[str | None] = []
        self.error: ModelError | None = None

    def make(self, model: str, key: str | None) -> ChatModel:
        self.made_with.append(key)
        return ScriptedModel(["yes"], name=f"acme:{model}")

    async def list(self, key: str | None) -> Sequence[OfferedModel]:
        self.asked.append(key)
        if self.error is not None:
            raise self.error
        return [offer("acme:small"), offer("acme:big")]

    def entry(self, *, on_server: bool = True) -> ProviderEntry:
        return ProviderEntry(self.make, self.list, offer("acme:big"), on_server=on_server)


def offer(name: str) -> OfferedModel:
    parsed = ModelName.parse(name)
    return offered(parsed, facts_of(parsed.provider, parsed.model))


class Clock:
    now = 1_000.0

    def __call__(self) -> float:
        return self.now


def catalogue(acme: ProviderEntry, clock: Clock) -> Catalogue:
    built_in = ProviderEntry(
        lambda *_: ScriptedModel([]), fixed(offer("extractive:default")), takes_keys=False
    )
    providers = {"acme": acme, "extractive": built_in}
    return Catalogue(providers, Keys(), "extractive:default", clock)


async def test_a_workspaces_own_key_is_used_and_told_apart_from_the_servers() -> None:
    acme = Acme()
    models = catalogue(acme.entry(), Clock())
    own = await models.resolve("acme:small", OURS)
    servers = [await models.resolve("acme:small", each) for each in (THEIRS, None)]
    assert (own.key_id, acme.made_with) == (KEY.id, ["ours", None, None])
    assert [each.key_id for each in servers] == [None, None]


async def test_without_a_key_a_provider_that_the_server_has_not_is_unknown() -> None:
    models = catalogue(Acme().entry(on_server=False), Clock())
    assert (await models.resolve("acme:small", OURS)).key_id == KEY.id
    for workspace in (THEIRS, None):
        with pytest.raises(UnknownModel, match="not configured here"):
            await models.resolve("acme:small", workspace)
        assert [str(model.name) for model in (await models.list(workspace)).models] == ["extractive:default"]


async def test_the_default_and_each_providers_own_choice_come_first() -> None:
    listed = await catalogue(Acme().entry(), Clock()).list(None)
    assert [str(model.name) for model in listed.models] == ["extractive:default", "acme:big", "acme:small"]


async def test_a_list_is_asked_for_once_and_for_each_key_by_itself() -> None:
    acme, clock = Acme(), Clock()
    models = catalogue(acme.entry(), clock)
    await asyncio.gather(*(models.list(None) for _ in range(5)))
    await models.list(OURS)
    assert acme.asked == [None, "ours"]
    clock.now += LIST_TRUSTED_S + 1
    await models.list(None)
    assert acme.asked == [None, "ours", None]


async def test_a_provider_that_fails_is_told_of_and_asked_again_soon() -> None:
    acme, clock = Acme(), Clock()
    acme.error = ModelError("No luck.", hint="Mend it.")
    models = catalogue(acme.entry(), clock)
    failed = await models.list(None)
    assert [(each.provider, each.detail, each.hint) for each in failed.problems] == [
        ("acme", "No luck.", "Mend it.")
    ]
    assert [str(model.name) for model in failed.models] == ["extractive:default", "acme:big"]
    acme.error = None
    clock.now += FAILURE_TRUSTED_S + 1
    assert (await models.list(None)).problems == ()
