"""Where the passages' vectors are kept and searched.

`faiss` in this process, `joined` over the segments of a saved index; `milvus` in a server, with its
`milvus_connection` and what it bears of `milvus_texts`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import Floats


class VectorStore(Protocol):
    """Keep unit vectors in the order they were added, and find the nearest by inner product."""

    def __len__(self) -> int:
        """Return how many vectors there are."""

    def add(self, vectors: Floats) -> None:
        """Append vectors (n, dimension)."""

    def search(
        self, vector: Floats, k: int, *, within: Sequence[int] | None = None
    ) -> tuple[NDArray[np.int64], Floats]:
        """Return the places and inner products of the best k, best first.

        `within` keeps the search to those places. Fewer than k come back where there are fewer.
        """

    def scores(self, vector: Floats, places: Sequence[int]) -> Floats:
        """Return the inner products with the vectors at places."""

    def vectors(self, places: Sequence[int]) -> Floats:
        """Return the vectors at places (n, dimension)."""
