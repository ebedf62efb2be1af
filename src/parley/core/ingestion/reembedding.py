"""Keeps the vectors of all documents those of the configured embedder, in the background."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby

from parley.core.ingestion.chunking import text_to_search, title_of
from parley.core.kernel.clock import Clock
from parley.core.kernel.errors import NotFound, ParleyError
from parley.core.kernel.ids import WorkspaceId
from parley.core.kernel.telemetry import Log
from parley.core.kernel.transactions import Transactions
from parley.core.knowledge.embedding import EmbeddingAccounts
from parley.core.knowledge.model import EmbedderUnavailable
from parley.core.knowledge.ports import Embedder, TokenMatcher
from parley.core.knowledge.space import (
    BuildQueue,
    ChunkVectors,
    Embedded,
    Embedders,
    EmbeddingSpace,
    EmbeddingSpaces,
    Place,
    Unembedded,
)
from parley.core.usage.model import Payer


@dataclass(frozen=True, slots=True)
class BuildLimits:
    chunks_at_once: int = 32
    """Embedded for one workspace before the next one has its turn."""
    documents_at_once: int = 50
    """Whose old vectors are removed in one transaction."""
    step_s: float = 60.0
    """For one turn; a worker that dies with it leaves it for so long."""
    look_s: float = 5.0
    """Between two looks when there was nothing to do."""
    yield_s: float = 2.0
    """Left to documents that wait to be read, after each turn."""
    rest: float = 0.5
    """After each turn, as a part of the time it took: the processor is not ours alone."""
    keep_s: float = 60.0
    """How long vectors outlive a switch: searches notice it some seconds later."""
    longest_delay_s: float = 300.0
    """Until the next attempt after failures; the first is 2 s, each further one twice as long."""


@dataclass(frozen=True, slots=True)
class Embedding:
    """What makes vectors, and who pays for it."""

    embedders: Embedders
    accounts: EmbeddingAccounts
    matcher: TokenMatcher | None = None
    """What it keeps of passages is made with the vectors of its model."""


@dataclass(frozen=True, slots=True)
class SpaceStores:
    spaces: EmbeddingSpaces
    queue: BuildQueue
    vectors: ChunkVectors


class KeepEmbeddings:
    """One per worker process; any number may run. Each workspace is served by one at a time, a batch a turn,
    the one that has waited longest first. What a turn did is stored at its end: a process that dies in
    between leaves nothing half-done.
    """

    def __init__(
        self,
        transactions: Transactions,
        stores: SpaceStores,
        embedding: Embedding,
        telemetry: tuple[Clock, Log],
        limits: BuildLimits = BuildLimits(),
    ) -> None:
        self._transactions = transactions
        self._stores = stores
        self._embedders = embedding.embedders
        self._accounts = embedding.accounts
        self._matcher = embedding.matcher
        self._clock, self._log = telemetry
        self._limits = limits
        self._not_before: dict[str, datetime] = {}
        """When models that searches still use, and that failed, are asked again."""

    async def aim(self) -> None:
        """Has every workspace's vectors become those of the configured embedder. To be called before any
        document is read: a workspace's first document tells which vectors it has."""
        configured = self._embedders.configured
        if configured is None:
            return
        async with self._transactions.begin_platform() as tx:
            begun = await self._stores.queue.aim(tx, configured.model, self._clock.now())
        if begun:
            self._log.info("embeddings.begun", model=configured.model, workspaces=begun)

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            began = time.monotonic()
            try:
                busy = await self.step()
                waiting = busy and await self._documents_wait()
            except ParleyError as error:  # the database
                self._log.warning("embeddings.interrupted", code=error.code, detail=error.detail)
                busy = waiting = False
            pause_s = (time.monotonic() - began) * self._limits.rest if busy else self._limits.look_s
            await asyncio.sleep(max(pause_s, self._limits.yield_s) if waiting else pause_s)

    async def step(self) -> bool:
        """Serves the workspace that has waited longest; False when none has to be served now."""
        configured = self._embedders.configured
        if configured is None:
            return False
        now = self._clock.now()
        until = now + timedelta(seconds=self._limits.step_s)
        async with self._transactions.begin_platform() as tx:
            space = await self._stores.queue.take(tx, configured.model, now, until)
        if space is None:
            return False
        try:
            async with asyncio.timeout(self._limits.step_s):
                await self._serve(space, configured)
        except NotFound:
            pass  # the workspace was removed meanwhile, and the space with it
        except EmbedderUnavailable as error:
            await self._put_off(space, str(error))
        except TimeoutError:
            await self._put_off(
                space, f"The embedder did not embed some passages within {self._limits.step_s:g} seconds."
            )
        return True

    async def _documents_wait(self) -> bool:
        async with self._transactions.begin_platform() as tx:
            return await self._stores.queue.documents_wait(tx)

    async def _serve(self, space: EmbeddingSpace, configured: Embedder) -> None:
        if space.building_model is None and space.incomplete:
            await self._begin(space, configured.model)
        elif space.building_model is not None:
            await self._build(space, configured)
        elif space.removing:
            await self._remove_some(space)
        else:
            await self._store(space, lambda now: replace(now, due_at=None))

    async def _begin(self, space: EmbeddingSpace, model: str) -> None:
        await self._store(
            space,
            lambda now: replace(
                now,
                building_model=model,
                passed=None,
                chunks_per_s=None,
                started_at=self._clock.now(),
                finished_at=None,
                incomplete=False,
                due_at=self._clock.now(),
            ),
        )

    async def _build(self, space: EmbeddingSpace, embedder: Embedder) -> None:
        fresh = await self._keep_searchable(space)
        async with self._transactions.begin_platform(space.workspace_id) as tx:
            stretch = await self._stores.vectors.missing(
                tx,
                embedder.model,
                self._limits.chunks_at_once,
                space.passed,
                with_tokens=self._matches(embedder),
            )
        await self._embed(space.workspace_id, stretch.lacking, embedder)
        if stretch.passed is None:
            await self._finish(space, embedder.model)
        else:
            await self._advance(space, stretch.passed, len(stretch.lacking) + fresh)

    async def _keep_searchable(self, space: EmbeddingSpace) -> int:
        """Embeds documents that came since the build began with the model that searches still use, too. When
        that cannot be had any more, they are found by their words alone until the switch.
        """
        active = space.active_model
        if active in {"", space.building_model} or space.started_at is None:
            return 0
        embedder = self._embedders.named(active)
        if embedder is None or self._clock.now() < self._not_before.get(active, space.started_at):
            return 0
        async with self._transactions.begin_platform(space.workspace_id) as tx:
            batch = await self._stores.vectors.fresh(
                tx, active, self._limits.chunks_at_once, space.started_at
            )
        try:
            async with asyncio.timeout(self._limits.step_s / 3):
                await self._embed(space.workspace_id, batch, embedder)
        except (EmbedderUnavailable, TimeoutError) as error:
            pause = timedelta(seconds=self._limits.longest_delay_s)
            self._not_before[active] = self._clock.now() + pause
            self._log.warning("embeddings.before_unavailable", model=active, detail=str(error))
            return 0
        return len(batch)

    async def _embed(
        self, workspace_id: WorkspaceId, batch: Sequence[Unembedded], embedder: Embedder
    ) -> None:
        embedded: dict[int, Embedded] = {}
        for creator, some in groupby(batch, lambda each: each.created_by):
            chunks = list(some)
            texts = [_text_of(each) for each in chunks]
            paid = self._accounts.of(Payer(workspace_id, creator), embedder, within_budget=False)
            vectors = await paid.embed(texts)
            tokens: Sequence[bytes | None] = [None] * len(texts)
            if self._matcher is not None and self._matches(embedder):
                tokens = await self._matcher.read(texts)
            for each, vector, kept in zip(chunks, vectors, tokens, strict=True):
                embedded[each.chunk_key] = Embedded(vector, kept)
        if embedded:
            async with self._transactions.begin_platform(workspace_id) as tx:
                await self._stores.vectors.add(tx, embedder.model, embedded)

    def _matches(self, embedder: Embedder) -> bool:
        return self._matcher is not None and self._matcher.model == embedder.model

    async def _advance(self, space: EmbeddingSpace, passed: Place, chunks: int) -> None:
        now = self._clock.now()
        since = space.worked_at or space.started_at or now
        took_s = (now - since).total_seconds()
        rate = space.chunks_per_s
        # A pause of the workers says nothing about their pace.
        if 0 < took_s < 2 * self._limits.step_s:
            rate = chunks / took_s if rate is None else 0.8 * rate + 0.2 * chunks / took_s

        def further(stored: EmbeddingSpace) -> EmbeddingSpace:
            return replace(
                stored, passed=passed, chunks_per_s=rate, worked_at=now, due_at=now, failures=0, error=""
            )

        await self._store(space, further)

    async def _finish(self, space: EmbeddingSpace, model: str) -> None:
        """The switch, in one transaction; or another round, where documents came without the vectors."""
        now = self._clock.now()
        async with self._transactions.begin_platform(space.workspace_id) as tx:
            stored = await self._stores.spaces.lock(tx)
            if stored is None or stored.building_model != model:
                return
            # Whoever indexes a document tells the space, which is locked: none can slip through.
            again = stored.incomplete
            replaces = stored.active_model not in {"", model}
            switched = replace(
                stored,
                active_model=model,
                building_model=None,
                finished_at=now,
                removing=stored.removing or replaces,
                removed=None,
                due_at=now + timedelta(seconds=self._limits.keep_s) if stored.removing or replaces else None,
            )
            after = replace(stored, due_at=now) if again else switched
            await self._stores.spaces.save(
                tx, replace(after, incomplete=False, passed=None, failures=0, error="")
            )
        if not again:
            self._log.info("embeddings.switched", workspace_id=str(space.workspace_id), model=model)

    async def _remove_some(self, space: EmbeddingSpace) -> None:
        # Without the space's row, for which documents that are being indexed wait while they hold vectors.
        async with self._transactions.begin_platform(space.workspace_id) as tx:
            removed = await self._stores.vectors.remove_others(
                tx, [space.active_model], space.removed, self._limits.documents_at_once
            )
        now = self._clock.now()
        async with self._transactions.begin_platform(space.workspace_id) as tx:
            stored = await self._stores.spaces.lock(tx)
            if stored is None:
                return
            if stored.building_model is not None:
                # It began meanwhile, and some of what it has made may be gone again.
                await self._stores.spaces.save(tx, replace(stored, incomplete=True))
                return
            due_at = now if removed is not None or stored.incomplete else None
            left = replace(stored, removing=removed is not None, removed=removed, due_at=due_at, failures=0)
            await self._stores.spaces.save(tx, left)

    async def _put_off(self, space: EmbeddingSpace, error: str) -> None:
        delay_s = min(2.0 ** min(space.failures, 16), self._limits.longest_delay_s)
        due_at = self._clock.now() + timedelta(seconds=delay_s)
        self._log.warning(
            "embeddings.postponed", workspace_id=str(space.workspace_id), detail=error, again_in_s=delay_s
        )
        await self._store(space, lambda now: replace(now, error=error, due_at=due_at))

    async def _store(self, space: EmbeddingSpace, change: Callable[[EmbeddingSpace], EmbeddingSpace]) -> None:
        """Changes the stored space, unless it is gone or has to become something else by now."""
        async with self._transactions.begin_platform(space.workspace_id) as tx:
            stored = await self._stores.spaces.lock(tx)
            if stored is not None and stored.building_model == space.building_model:
                await self._stores.spaces.save(tx, change(stored))


def _text_of(unembedded: Unembedded) -> str:
    title = unembedded.title if unembedded.title is not None else title_of("", unembedded.document_name)
    return text_to_search(title, unembedded.chunk)
