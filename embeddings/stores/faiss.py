"""The embedded store: exact inner product in FAISS."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import Floats


class FaissStore:
    """Search a FAISS flat index by exact inner product."""

    def __init__(self, dimension: int) -> None:
        """Start empty, for vectors of one dimension."""
        import faiss

        self._index: Any = faiss.IndexFlatIP(dimension)

    def __len__(self) -> int:
        """Return how many vectors there are."""
        return int(self._index.ntotal)

    def add(self, vectors: Floats) -> None:
        """Append vectors (n, dimension)."""
        self._index.add(np.ascontiguousarray(vectors, dtype=np.float32))

    def search(
        self, vector: Floats, k: int, *, within: Sequence[int] | None = None
    ) -> tuple[NDArray[np.int64], Floats]:
        """Return the places and inner products of the best k, best first."""
        import faiss

        k = min(k, len(self) if within is None else len(within))
        if k == 0:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
        parameters = None
        if within is not None:
            chosen = faiss.IDSelectorBatch(np.asarray(within, dtype=np.int64))
            parameters = faiss.SearchParameters(sel=chosen)  # type: ignore[call-arg]
        scores, places = self._index.search(vector[None, :], k, params=parameters)
        return places[0], scores[0]

    def scores(self, vector: Floats, places: Sequence[int]) -> Floats:
        """Return the inner products with the vectors at places."""
        products: Floats = self.vectors(places) @ vector
        return products

    def vectors(self, places: Sequence[int]) -> Floats:
        """Return the vectors at places (n, dimension)."""
        vectors: Floats = self._index.reconstruct_batch(np.asarray(places, dtype=np.int64))
        return vectors

    def save(self, path: Path) -> None:
        """Write the vectors to a file."""
        import faiss

        faiss.write_index(self._index, str(path))

    @classmethod
    def load(cls, path: Path) -> FaissStore:
        """Read what `save` wrote."""
        import faiss

        store = cls.__new__(cls)
        store._index = faiss.read_index(str(path))
        return store
