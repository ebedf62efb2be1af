"""The contracts of searching by vectors, and of the stores that mirror the database's vectors."""

import asyncio
import math
import random
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar
from uuid import UUID, uuid4

import pytest

from parley.core.kernel.ids import UserId, WorkspaceId
from parley.core.kernel.transactions import marked_as_open
from parley.core.knowledge.model import (
    CollectionId,
    DocumentId,
    ScoredChunk,
    StoredVector,
    VectorQuery,
    VectorStoreUnavailable,
    WrongDimension,
)
from parley.core.knowledge.ports import VectorMirror, VectorSearch

MODEL = "acme:Möbius embedder/v2 'quoted' \"twice\"; 日本語 🚀"
"""Model names are free text."""
DIMENSION = 8


@dataclass(frozen=True, slots=True)
class Reader:
    """Who searches."""

    workspace_id: WorkspaceId
    principals: frozenset[UUID] = frozenset()
    user_id: UserId | None = None


def a_workspace() -> WorkspaceId:
    return WorkspaceId(uuid4())


def a_collection() -> CollectionId:
    return CollectionId(uuid4())


def towards(angle: float, dimension: int = DIMENSION) -> tuple[float, ...]:
    """A unit vector whose cosine with `towards(0)` is that of the angle."""
    return (math.cos(angle), math.sin(angle), *([0.0] * (dimension - 2)))


def stored(
    key: int,
    angle: float,
    collection: CollectionId,
    principals: frozenset[UUID] | None = None,
    *,
    dimension: int = DIMENSION,
) -> StoredVector:
    return StoredVector(key, DocumentId(uuid4()), collection, principals, towards(angle, dimension))


def asking(
    *collections: CollectionId, limit: int = 10, model: str = MODEL, angle: float = 0.0
) -> VectorQuery:
    return VectorQuery(collections, towards(angle), model, limit)


def keys(found: Sequence[ScoredChunk]) -> list[int]:
    return [each.chunk_key for each in found]


class VectorSearchContract(ABC):
    """Subclass it beside each way to search by vectors. Fixture: `store`."""

    fixed_dimension: ClassVar[bool] = False
    """Whether all vectors of the store have one dimension, DIMENSION, whatever their model."""

    @abstractmethod
    async def fill(
        self,
        store: VectorSearch,
        workspace_id: WorkspaceId,
        vectors: Sequence[StoredVector],
        model: str = MODEL,
    ) -> list[int]:
        """Brings the vectors in; the keys under which searches find them, in the same order."""

    async def test_the_nearest_come_first_with_their_cosines(self, store: VectorSearch) -> None:
        workspace, collection = a_workspace(), a_collection()
        angles = [1.2, 0.1, 0.7, 3.0]
        there = await self.fill(
            store, workspace, [stored(i + 1, angle, collection) for i, angle in enumerate(angles)]
        )
        found = await store.nearest(Reader(workspace), asking(collection))
        assert keys(found) == [there[1], there[2], there[0], there[3]]
        assert [each.score for each in found] == pytest.approx(
            [math.cos(angle) for angle in sorted(angles)], abs=2e-3
        )

    async def test_equal_scores_are_in_the_order_of_their_keys(self, store: VectorSearch) -> None:
        workspace, collection = a_workspace(), a_collection()
        there = await self.fill(store, workspace, [stored(key, 0.5, collection) for key in (7, 3, 11, 5)])
        assert keys(await store.nearest(Reader(workspace), asking(collection))) == sorted(there)

    async def test_no_more_than_the_limit_come(self, store: VectorSearch) -> None:
        workspace, collection = a_workspace(), a_collection()
        there = await self.fill(store, workspace, [stored(i, i / 100, collection) for i in range(1, 31)])
        assert keys(await store.nearest(Reader(workspace), asking(collection, limit=3))) == there[:3]
        assert keys(await store.nearest(Reader(workspace), asking(collection, limit=1_000))) == there

    async def test_a_workspace_finds_its_own_alone(self, store: VectorSearch) -> None:
        ours, theirs, collection = a_workspace(), a_workspace(), a_collection()
        await self.fill(store, theirs, [stored(1, 0.0, collection), stored(2, 0.1, collection)])
        there = await self.fill(store, ours, [stored(3, 1.0, a_collection())])
        assert keys(await store.nearest(Reader(ours), asking())) == there
        assert await store.nearest(Reader(ours), asking(collection)) == ()
        assert await store.nearest(Reader(a_workspace()), asking()) == ()

    async def test_only_the_collections_asked_for_are_searched(self, store: VectorSearch) -> None:
        workspace, first, second, third = a_workspace(), a_collection(), a_collection(), a_collection()
        vectors = [stored(1, 0.3, first), stored(2, 0.2, second), stored(3, 0.1, third)]
        there = await self.fill(store, workspace, vectors)
        assert keys(await store.nearest(Reader(workspace), asking(first))) == [there[0]]
        assert keys(await store.nearest(Reader(workspace), asking(first, third))) == [there[2], there[0]]
        assert keys(await store.nearest(Reader(workspace), asking())) == [there[2], there[1], there[0]]
        assert await store.nearest(Reader(workspace), asking(a_collection())) == ()

    async def test_nobody_finds_what_he_may_not_read(self, store: VectorSearch) -> None:
        workspace, collection = a_workspace(), a_collection()
        user, group, stranger = uuid4(), uuid4(), uuid4()
        vectors = [
            stored(1, 0.1, collection, frozenset({user})),
            stored(2, 0.2, collection, frozenset({group, uuid4()})),
            stored(3, 0.3, collection, None),
            stored(4, 0.4, collection, frozenset()),
        ]
        for_user, for_group, for_all, _ = await self.fill(store, workspace, vectors)

        async def found_by(*principals: UUID) -> list[int]:
            return keys(await store.nearest(Reader(workspace, frozenset(principals)), asking(collection)))

        assert await found_by() == [for_all]
        assert await found_by(stranger) == [for_all]
        assert await found_by(user) == [for_user, for_all]
        assert await found_by(user, group, stranger) == [for_user, for_group, for_all]

    async def test_the_filter_does_not_cost_results(self, store: VectorSearch) -> None:
        """A store that filters what it has found already would come back with little or nothing."""
        workspace, wanted, other = a_workspace(), a_collection(), a_collection()
        reader = uuid4()
        near = [stored(i, i / 1_000, other) for i in range(1, 251)]
        closed = [stored(i, i / 1_000, wanted, frozenset({uuid4()})) for i in range(251, 401)]
        far = [stored(i, 1 + i / 1_000, wanted, frozenset({reader})) for i in range(401, 421)]
        there = await self.fill(store, workspace, [*near, *closed, *far])
        found = await store.nearest(Reader(workspace, frozenset({reader})), asking(wanted, limit=20))
        assert keys(found) == there[400:]

    async def test_models_do_not_meet(self, store: VectorSearch) -> None:
        workspace, collection = a_workspace(), a_collection()
        [first] = await self.fill(store, workspace, [stored(1, 0.1, collection)], "one")
        other = DIMENSION if self.fixed_dimension else 4
        [second] = await self.fill(store, workspace, [stored(2, 0.2, collection, dimension=other)], "two")
        assert keys(await store.nearest(Reader(workspace), asking(model="one"))) == [first]
        narrow = VectorQuery((), towards(0, other), "two", 10)
        assert keys(await store.nearest(Reader(workspace), narrow)) == [second]
        assert await store.nearest(Reader(workspace), asking(model="three")) == ()


class VectorStoreContract(VectorSearchContract):
    """Subclass it beside each store. Fixture: `store`, empty, of the class below its `VectorMirror`."""

    async def fill(
        self,
        store: VectorSearch,
        workspace_id: WorkspaceId,
        vectors: Sequence[StoredVector],
        model: str = MODEL,
    ) -> list[int]:
        await self.put(store, workspace_id, vectors, model)
        return [each.chunk_key for each in vectors]

    @staticmethod
    async def put(
        store: VectorSearch, workspace_id: WorkspaceId, vectors: Sequence[StoredVector], model: str = MODEL
    ) -> None:
        await store.put(workspace_id, model, vectors)  # type: ignore[attr-defined]

    async def test_putting_again_overwrites(self, store: VectorMirror) -> None:
        workspace, collection, other = a_workspace(), a_collection(), a_collection()
        user = uuid4()
        await store.put(workspace, MODEL, [stored(1, 0.1, collection), stored(2, 0.2, collection)])
        await store.put(workspace, MODEL, [stored(1, 1.0, other, frozenset({user}))])
        assert keys(await store.nearest(Reader(workspace), asking())) == [2]
        assert await store.nearest(Reader(workspace, frozenset({user})), asking(collection)) == (
            await store.nearest(Reader(workspace), asking(collection))
        )
        [found] = await store.nearest(Reader(workspace, frozenset({user})), asking(other))
        assert found.chunk_key == 1
        assert found.score == pytest.approx(math.cos(1.0), abs=2e-3)
        assert await store.count(workspace, MODEL) == 2

    async def test_a_key_may_come_twice_at_once(self, store: VectorMirror) -> None:
        workspace, collection = a_workspace(), a_collection()
        await store.put(workspace, MODEL, [stored(1, 0.1, collection)])
        await store.put(workspace, MODEL, [stored(1, 0.1, collection)])
        await store.put(workspace, MODEL, [])
        assert keys(await store.nearest(Reader(workspace), asking())) == [1]

    async def test_what_is_removed_is_not_found(self, store: VectorMirror) -> None:
        workspace, collection = a_workspace(), a_collection()
        await store.put(workspace, MODEL, [stored(key, key / 10, collection) for key in range(1, 6)])
        await store.remove(workspace, MODEL, [2, 4, 99])
        await store.remove(workspace, MODEL, [])
        await store.remove(workspace, "another model", [1])
        await store.remove(a_workspace(), MODEL, [3])
        assert keys(await store.nearest(Reader(workspace), asking())) == [1, 3, 5]
        assert await store.count(workspace, MODEL) == 3
        await store.put(workspace, MODEL, [stored(2, 0.0, collection)])
        assert keys(await store.nearest(Reader(workspace), asking())) == [2, 1, 3, 5]

    async def test_a_workspace_is_removed_with_all_its_models(self, store: VectorMirror) -> None:
        leaving, staying, collection = a_workspace(), a_workspace(), a_collection()
        for model in ("one", "two"):
            await store.put(leaving, model, [stored(1, 0.1, collection)])
            await store.put(staying, model, [stored(2, 0.1, collection)])
        await store.remove_workspace(leaving)
        await store.remove_workspace(leaving)
        await store.remove_workspace(a_workspace())
        for model in ("one", "two"):
            assert await store.nearest(Reader(leaving), asking(model=model)) == ()
            assert await store.count(leaving, model) == 0
            assert keys(await store.nearest(Reader(staying), asking(model=model))) == [2]

    async def test_after_its_removal_vectors_may_have_another_dimension(self, store: VectorMirror) -> None:
        workspace, collection = a_workspace(), a_collection()
        await store.put(workspace, MODEL, [stored(1, 0.1, collection)])
        await store.remove_workspace(workspace)
        other = DIMENSION if self.fixed_dimension else 4
        await store.put(workspace, MODEL, [stored(2, 0.1, collection, dimension=other)])
        narrow = VectorQuery((), towards(0, other), MODEL, 10)
        assert keys(await store.nearest(Reader(workspace), narrow)) == [2]

    async def test_a_vector_of_another_dimension_is_refused(self, store: VectorMirror) -> None:
        workspace, collection = a_workspace(), a_collection()
        wrong = stored(2, 0.2, collection, dimension=5)
        await store.put(workspace, MODEL, [stored(1, 0.1, collection)])
        with pytest.raises(WrongDimension, match="8 dimensions, and one of 5"):
            await store.put(workspace, MODEL, [wrong])
        with pytest.raises(WrongDimension, match="5 dimensions, and one of 8"):
            await store.put(a_workspace(), MODEL, [wrong, stored(3, 0.1, collection)])
        with pytest.raises(WrongDimension, match="8 dimensions, and one of 5"):
            await store.nearest(Reader(workspace), replace(asking(), vector=towards(0, 5)))
        assert keys(await store.nearest(Reader(workspace), asking())) == [1]

    async def test_large_keys_and_many_principals_are_no_matter(self, store: VectorMirror) -> None:
        workspace, collection = a_workspace(), a_collection()
        many = frozenset(uuid4() for _ in range(30))
        largest = 2**53 - 1
        await store.put(workspace, MODEL, [stored(largest, 0.1, collection, many)])
        for principals in (many, frozenset({next(iter(many))})):
            found = await store.nearest(Reader(workspace, principals), asking(collection))
            assert keys(found) == [largest]
        assert await store.nearest(Reader(workspace), asking(collection)) == ()

    async def test_searches_go_on_while_vectors_come_and_go(self, store: VectorMirror) -> None:
        workspace, collection = a_workspace(), a_collection()
        await store.put(workspace, MODEL, [stored(1, 0.0, collection)])

        async def write(first: int) -> None:
            await store.put(workspace, MODEL, [stored(first + i, 1 + i / 100, collection) for i in range(20)])
            await store.remove(workspace, MODEL, [first])

        async def search() -> None:
            found = await store.nearest(Reader(workspace), asking(collection))
            assert keys(found)[:1] == [1]

        await asyncio.gather(*(write(100 * n) for n in range(1, 4)), *(search() for _ in range(6)))
        assert await store.count(workspace, MODEL) == 1 + 3 * 19

    async def test_of_thousands_the_right_ones_are_found(self, store: VectorMirror) -> None:
        workspace = a_workspace()
        collections = [a_collection() for _ in range(4)]
        reader = uuid4()
        choice = random.Random(7)  # noqa: S311 - no secret
        vectors = [
            StoredVector(
                key,
                DocumentId(uuid4()),
                collections[key % 4],
                None if key % 3 else frozenset({reader if key % 2 else uuid4()}),
                _random_unit(choice, DIMENSION),
            )
            for key in range(1, 3_001)
        ]
        for start in range(0, len(vectors), 1_000):
            await store.put(workspace, MODEL, vectors[start : start + 1_000])
        asked = _random_unit(choice, DIMENSION)
        readable = [
            each
            for each in vectors
            if each.collection_id in collections[:2]
            and (each.principals is None or reader in each.principals)
        ]
        expected = sorted(readable, key=lambda each: -_cosine(each.vector, asked))[:10]
        found = await store.nearest(
            Reader(workspace, frozenset({reader})), VectorQuery(tuple(collections[:2]), asked, MODEL, 10)
        )
        hits = set(keys(found)) & {each.chunk_key for each in expected}
        assert set(keys(found)) <= {each.chunk_key for each in readable}
        assert len(hits) >= 9, "an approximate search may miss one in ten"

    async def test_inside_a_transaction_it_is_refused(self, store: VectorMirror) -> None:
        workspace = a_workspace()
        with marked_as_open():
            with pytest.raises(RuntimeError, match="inside a database transaction"):
                await store.nearest(Reader(workspace), asking())
            with pytest.raises(RuntimeError, match="inside a database transaction"):
                await store.put(workspace, MODEL, [stored(1, 0.1, a_collection())])
            with pytest.raises(RuntimeError, match="inside a database transaction"):
                await store.remove_workspace(workspace)

    async def test_a_store_that_does_not_answer_is_named_with_a_way_out(
        self, unreachable: VectorMirror
    ) -> None:
        """Fixture: `unreachable`, the same store where it cannot be reached, with short deadlines."""
        workspace = a_workspace()
        for call in (
            unreachable.nearest(Reader(workspace), asking()),
            unreachable.put(workspace, MODEL, [stored(1, 0.1, a_collection())]),
            unreachable.remove_workspace(workspace),
        ):
            with pytest.raises(VectorStoreUnavailable) as raised:
                await call
            assert "vector store" in raised.value.detail
            assert raised.value.hint


def _random_unit(choice: random.Random, dimension: int) -> tuple[float, ...]:
    drawn = [choice.gauss(0, 1) for _ in range(dimension)]
    length = math.sqrt(sum(each * each for each in drawn))
    return tuple(each / length for each in drawn)


def _cosine(one: Sequence[float], other: Sequence[float]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))
