"""The embedded store: inner product in FAISS, exact until there are very many vectors."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from embeddings.arrays import Floats, Indices

# In an index of up to so many vectors each is compared with the question's.
EXACT = 100_000
# In a larger one so is each of a segment with fewer than this.
SMALL = 10_000
# Beyond that they are sorted into cells, and as many cells are looked at as it takes to find this
# share of the ten nearest to what lies as far from a text as a question does: so much noise gave,
# of 200,000 vectors, the share found for 566 real questions within .02, for 9 cells to 63. Hence
# .97 of what real questions are to find takes .995 here.
RECALL = 0.995
MEASURED_ON = 200
NOISE = 4
# Vectors a cell to train on: FAISS asks for 39.
TRAINED_ON = 64


class FaissStore:
    """Search a FAISS index by inner product.

    Beyond `EXACT` vectors it keeps a byte a component, in cells around trained centres (IVF); read
    from a file, those take no more vectors.
    """

    def __init__(self, dimension: int) -> None:
        """Start empty, for vectors of one dimension."""
        import faiss

        self._index: Any = faiss.IndexFlatIP(dimension)

    def __len__(self) -> int:
        """Return how many vectors there are."""
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        """Return the length of a vector."""
        return int(self._index.d)

    @property
    def is_exact(self) -> bool:
        """Say whether each vector is compared with the question's."""
        return not hasattr(self._index, "nprobe")

    def add(self, vectors: Floats) -> None:
        """Append vectors (n, dimension)."""
        vectors = np.ascontiguousarray(vectors, dtype=np.float32)
        if self.is_exact and len(self) + len(vectors) > EXACT:
            vectors = np.concatenate((self.vectors(range(len(self))), vectors))
            self._index = _trained(vectors)
        else:
            self._index.add(vectors)

    def search(
        self,
        vector: Floats,
        k: int,
        *,
        within: Sequence[int] | None = None,
        without: Sequence[int] | Indices = (),
    ) -> tuple[Indices, Floats]:
        """Return the places and inner products of the best k, best first.

        Only those `within` are looked at where that is given, else all but those `without`.
        """
        import faiss

        k = min(k, len(self) - len(without) if within is None else len(within))
        if k == 0:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
        parameters = None
        if within is not None:
            if not self.is_exact:  # most cells would hold few of them
                scores = self.scores(vector, within)
                best = np.argsort(-scores, kind="stable")[:k]
                return np.asarray(within, dtype=np.int64)[best], scores[best]
            chosen = faiss.IDSelectorBatch(np.asarray(within, dtype=np.int64))
            parameters = faiss.SearchParameters(sel=chosen)  # type: ignore[call-arg]
        elif len(without):
            other = faiss.IDSelectorNot(faiss.IDSelectorBatch(np.asarray(without, dtype=np.int64)))
            parameters = (
                faiss.SearchParameters(sel=other)  # type: ignore[call-arg]
                if self.is_exact
                else faiss.SearchParametersIVF(sel=other, nprobe=self._index.nprobe)  # type: ignore[call-arg]
            )
        scores, places = self._index.search(vector[None, :], k, params=parameters)
        found = places[0] >= 0  # the cells that were looked at may hold fewer
        return places[0][found], scores[0][found]

    def scores(self, vector: Floats, places: Sequence[int]) -> Floats:
        """Return the inner products with the vectors at places."""
        products: Floats = self.vectors(places) @ vector
        return products

    def vectors(self, places: Sequence[int] | Indices) -> Floats:
        """Return the vectors at places (n, dimension)."""
        vectors: Floats = self._index.reconstruct_batch(np.asarray(places, dtype=np.int64))
        return vectors

    def part_of(self, size: int) -> FaissStore:
        """Return a segment of an index of `size` vectors: in cells where both are large."""
        if not self.is_exact or size <= EXACT or len(self) < SMALL:
            return self
        store = FaissStore(self._index.d)
        store._index = _trained(self.vectors(range(len(self))))
        return store

    def save(self, path: Path) -> None:
        """Write the vectors to a file."""
        import faiss

        # FAISS itself would print what went wrong, and not tell it.
        with path.open("wb") as file:
            writer = faiss.PyCallbackIOWriter(file.write)  # type: ignore[attr-defined]
            faiss.write_index(self._index, writer)

    @classmethod
    def load(cls, path: Path) -> FaissStore:
        """Read what `save` wrote."""
        import faiss

        store = cls.__new__(cls)
        store._index = faiss.read_index(str(path))  # mapped, a search takes twice as long
        if not store.is_exact:
            store._index.make_direct_map()
        return store


def _trained(vectors: Floats) -> Any:
    """Return an index of vectors in cells, which looks at enough of them."""
    import faiss

    count, dimension = vectors.shape
    cells = int(count**0.5)
    chance = np.random.default_rng(0)
    index: Any = faiss.IndexIVFScalarQuantizer(
        faiss.IndexFlatIP(dimension),
        dimension,
        cells,
        faiss.ScalarQuantizer.QT_8bit,
        faiss.METRIC_INNER_PRODUCT,
    )
    index.train(vectors[chance.choice(count, min(count, TRAINED_ON * cells), replace=False)])
    index.add(vectors)
    index.make_direct_map()
    asked = vectors[chance.choice(count, MEASURED_ON, replace=False)]
    asked = asked + chance.normal(0, NOISE * dimension**-0.5, asked.shape).astype(np.float32)
    index.nprobe = cells
    _, nearest = index.search(asked, 10)
    index.nprobe = 4
    while index.nprobe < cells and _recall(index.search(asked, 10)[1], nearest) < RECALL:
        index.nprobe = min(cells, index.nprobe * 5 // 4)
    return index


def _recall(found: Indices, nearest: Indices) -> float:
    """Return the share of the nearest that were found."""
    pairs = zip(found, nearest, strict=True)
    return float(np.mean([len(set(one) & set(other)) / len(other) for one, other in pairs]))
