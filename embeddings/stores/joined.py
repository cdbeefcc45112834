"""Search the vectors of several segments as one store."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from embeddings.arrays import Floats, Indices
from embeddings.places import Places
from embeddings.stores.faiss import FaissStore


class JoinedStore:
    """The vectors at some places, each in the store of its segment."""

    def __init__(self, segments: Sequence[FaissStore], places: Places, dimension: int) -> None:
        """Take the segments' stores, and where each vector that is there stands."""
        self._segments, self._places, self._dimension = segments, places, dimension

    def __len__(self) -> int:
        """Return how many vectors there are."""
        return len(self._places)

    def search(
        self, vector: Floats, k: int, *, within: Sequence[int] | None = None
    ) -> tuple[Indices, Floats]:
        """Return the places and inner products of the best k, best first."""
        found = [np.zeros(0, dtype=np.int64)]
        products = [np.zeros(0, dtype=np.float32)]
        if within is None:
            for number, store in enumerate(self._segments):
                rows, scores = store.search(vector, k, without=self._places.dead[number])
                found.append(self._places.of[number][rows].astype(np.int64))
                products.append(scores)
        else:
            for number, _, rows in self._places.split(within):
                best, scores = self._segments[number].search(vector, k, within=rows.tolist())
                found.append(self._places.of[number][best].astype(np.int64))
                products.append(scores)
        places, scores = np.concatenate(found), np.concatenate(products)
        order = np.argsort(-scores, kind="stable")[:k]
        return places[order], scores[order]

    def scores(self, vector: Floats, places: Sequence[int]) -> Floats:
        """Return the inner products with the vectors at places."""
        products: Floats = self.vectors(places) @ vector
        return products

    def vectors(self, places: Sequence[int]) -> Floats:
        """Return the vectors at places (n, dimension)."""
        vectors = np.zeros((len(places), self._dimension), dtype=np.float32)
        for number, which, rows in self._places.split(places):
            vectors[which] = self._segments[number].vectors(rows)
        return vectors

    def part_of(self, size: int) -> FaissStore:
        """Return a segment of an index of `size` vectors: in cells where both are large."""
        store = FaissStore(self._dimension)
        store.add(self.vectors(range(len(self))))
        return store.part_of(size)
