"""Keep token vectors in a file that nobody reads whole: each passage has a checksum of its own.

tokens.bin          the vectors, a byte a component, passage after passage
sums.npy            the CRC-32 of each passage's
rows.npy, sentences.npy: whose they are, see `TokenVectors`
"""

from __future__ import annotations

from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from embeddings.generations import Damaged
from embeddings.late import TokenVectors

TOKENS = "tokens.bin"
_SUMS, _ROWS, _SENTENCES = "sums.npy", "rows.npy", "sentences.npy"


def write_tokens(tokens: TokenVectors, folder: Path) -> None:
    """Write token vectors to a folder."""
    sums = np.zeros(len(tokens), dtype=np.uint32)
    with (folder / TOKENS).open("wb") as file:
        for place in range(len(tokens)):
            own = tokens.of(place).tobytes()
            sums[place] = crc32(own)
            file.write(own)
    np.save(folder / _SUMS, sums)
    np.save(folder / _ROWS, tokens.rows)
    np.save(folder / _SENTENCES, tokens.sentences)


class StoredTokens(TokenVectors):
    """Read a passage's token vectors from the disk when they are needed, and check them then.

    A flipped bit costs nobody a wrong answer, though opening a large index reads none of them.
    """

    def __init__(self, folder: Path, dimension: int) -> None:
        """Open what `write_tokens` wrote to a generation of an index."""
        rows, sentences = np.load(folder / _ROWS), np.load(folder / _SENTENCES)
        self._folder, self._path = folder.parent, folder / TOKENS
        self._sums = np.load(folder / _SUMS)
        if self._path.stat().st_size != int(rows[-1]) * dimension:
            raise Damaged(self._folder, self._path)
        if len(self._sums) != len(sentences) - 1:
            raise Damaged(self._folder, folder / _SUMS)
        vectors: NDArray[np.int8] = np.zeros(0, np.int8)
        if rows[-1]:
            vectors = np.memmap(self._path, np.int8, "r")
        super().__init__(vectors.reshape(-1, dimension), rows, sentences)

    def of(self, place: int) -> NDArray[np.int8]:
        """Return the vectors of the passage at a place; raise `Damaged` if they have changed."""
        own = super().of(place)
        if crc32(own.data) != self._sums[place]:
            raise Damaged(self._folder, self._path)
        return own
