"""Synthetic corpora of any size: tenants of skewed sizes, words by Zipf's law, vectors in clusters.

A tenant is made anew from its number alone, so that what was loaded can be searched again in memory.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID, uuid5

import numpy as np
import numpy.typing as npt

TENANTS = 200
DIMENSIONS = 384
CHUNKS_A_DOCUMENT = 10
RESTRICTED = 0.1
"""Of the documents; each is open to one of the tenant's groups."""
GROUPS = 5
COLLECTIONS = (0.6, 0.3, 0.1)
"""Their shares of a tenant's documents."""

_NAMES = UUID("6f0c1d52-7f3e-4d0b-9a51-0d6d7cf2a9b4")
_VOCABULARY = 50_000
_TERMS_MEAN, _TERMS_SPREAD, _TERMS_RANGE = 90, 25, (10, 220)
_CLUSTERS = 60
_SPREAD = 0.9

_Integers = npt.NDArray[np.int64]


def tenant_sizes(chunks: int) -> list[int]:
    """Documents of each tenant, largest first: the n-th has an n-th of the first."""
    shares = 1 / np.arange(1, TENANTS + 1)
    documents = chunks // CHUNKS_A_DOCUMENT
    return [max(1, int(share)) for share in shares / shares.sum() * documents]


def _word_chances() -> npt.NDArray[np.float64]:
    chances: npt.NDArray[np.float64] = 1 / (np.arange(_VOCABULARY) + 10.0) ** 1.05
    chances /= chances.sum()
    return chances


_CHANCES = _word_chances()
_CUMULATED = np.cumsum(_CHANCES)


@dataclass(frozen=True)
class Tenant:
    """Its chunks are numbered from 0 here and from `first_chunk` in the database."""

    number: int
    documents: int
    first_chunk: int

    @property
    def chunks(self) -> int:
        return self.documents * CHUNKS_A_DOCUMENT

    @cached_property
    def id(self) -> UUID:
        return uuid5(_NAMES, f"tenant {self.number}")

    @cached_property
    def collections(self) -> list[UUID]:
        return [uuid5(self.id, f"collection {number}") for number in range(len(COLLECTIONS))]

    @cached_property
    def groups(self) -> list[UUID]:
        return [uuid5(self.id, f"group {number}") for number in range(GROUPS)]

    def document_ids(self) -> list[UUID]:
        return [uuid5(self.id, f"document {number}") for number in range(self.documents)]

    def _dice(self, subject: int) -> np.random.Generator:
        return np.random.default_rng([20_26, subject, self.number, self.documents])

    @cached_property
    def collection_of(self) -> _Integers:
        """By document."""
        return self._dice(1).choice(len(COLLECTIONS), self.documents, p=COLLECTIONS)

    @cached_property
    def group_of(self) -> _Integers:
        """By document; -1 where everyone may read it."""
        dice = self._dice(2)
        restricted = dice.random(self.documents) < RESTRICTED
        return np.where(restricted, dice.integers(0, GROUPS, self.documents), -1)

    @cached_property
    def lengths(self) -> _Integers:
        drawn = self._dice(3).normal(_TERMS_MEAN, _TERMS_SPREAD, self.chunks)
        return np.clip(drawn, *_TERMS_RANGE).astype(np.int64)

    @cached_property
    def postings(self) -> tuple[_Integers, _Integers, _Integers]:
        """Word, chunk and frequency, by word, then chunk."""
        drawn = np.searchsorted(_CUMULATED, self._dice(4).random(int(self.lengths.sum())))
        words = np.minimum(drawn, _VOCABULARY - 1).astype(np.int64)
        chunks = np.repeat(np.arange(self.chunks), self.lengths)
        keys, frequencies = np.unique(words * self.chunks + chunks, return_counts=True)
        return keys // self.chunks, keys % self.chunks, frequencies

    def vectors(self) -> npt.NDArray[np.float32]:
        dice = self._dice(5)
        centres = dice.standard_normal((_CLUSTERS, DIMENSIONS), np.float32)
        # A document keeps to its subject.
        subject = np.repeat(dice.integers(0, _CLUSTERS, self.documents), CHUNKS_A_DOCUMENT)
        found = centres[subject]
        found += _SPREAD * dice.standard_normal((self.chunks, DIMENSIONS), np.float32)
        found /= np.linalg.norm(found, axis=1, keepdims=True)
        return found

    def readable(self, groups: Sequence[int], collections: Sequence[int]) -> npt.NDArray[np.bool_]:
        """By chunk: what a member of the groups finds in the collections."""
        documents = np.isin(self.group_of, [-1, *groups]) & np.isin(self.collection_of, collections)
        return np.repeat(documents, CHUNKS_A_DOCUMENT)

    def questions(self, count: int) -> Iterator[tuple[list[str], list[float]]]:
        """Six words, rarer ones than texts have, and a vector near that of some chunk."""
        dice = self._dice(6)
        chances = _CHANCES**0.75
        chances /= chances.sum()
        vectors = self.vectors()
        for chunk in dice.integers(0, self.chunks, count):
            words = dice.choice(_VOCABULARY, 6, replace=False, p=chances)
            near = vectors[chunk] + 0.03 * dice.standard_normal(DIMENSIONS)
            yield [word(each) for each in words], (near / np.linalg.norm(near)).tolist()


def word(number: int) -> str:
    return f"w{number}"


def tenants(chunks: int) -> list[Tenant]:
    made = []
    first = 1
    for number, documents in enumerate(tenant_sizes(chunks)):
        made.append(Tenant(number, documents, first))
        first += documents * CHUNKS_A_DOCUMENT
    return made
