"""Keep token vectors in a file that nobody reads whole: each passage has a checksum of its own.

tokens.bin          the vectors, a byte a component, passage after passage
sums.npy            the CRC-32 of each passage's
rows.npy, sentences.npy, headed.npy: whose they are, see `TokenVectors`
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from embeddings.arrays import Indices
from embeddings.late import TokenVectors
from embeddings.places import Places
from embeddings.saved.generations import Damaged
from embeddings.saved.open_file import OpenFile

TOKENS = "tokens.bin"
_SUMS, _ROWS, _SENTENCES, _HEADED = "sums.npy", "rows.npy", "sentences.npy", "headed.npy"


def write_tokens(tokens: TokenVectors, folder: Path) -> None:
    """Write token vectors to a folder."""
    sums = np.zeros(len(tokens), dtype=np.uint32)
    lengths = array("q", [0])
    with (folder / TOKENS).open("wb") as file:
        for place in range(len(tokens)):
            own = tokens.of(place).tobytes()
            sums[place] = crc32(own)
            lengths.extend(tokens.lengths(place).tolist())
            file.write(own)
    np.save(folder / _SUMS, sums)
    np.save(folder / _ROWS, np.cumsum(lengths))
    np.save(folder / _SENTENCES, tokens.sentences)
    np.save(folder / _HEADED, tokens.headed)


class StoredTokens(TokenVectors):
    """Read a passage's token vectors from the disk when they are needed, and check them then.

    A flipped bit costs nobody a wrong answer, though opening a large index reads none of them.
    """

    def __init__(self, folder: Path, dimension: int) -> None:
        """Open what `write_tokens` wrote to a generation of an index."""
        rows, sentences = np.load(folder / _ROWS), np.load(folder / _SENTENCES)
        self._folder, self._path = folder.parent, folder / TOKENS
        self._file, self._dimension = OpenFile(self._path), dimension
        self._sums = np.load(folder / _SUMS)
        if self._file.size != int(rows[-1]) * dimension:
            raise Damaged(self._folder, self._path)
        self.rows, self.sentences, self.headed = rows, sentences, np.load(folder / _HEADED)
        for path, own in ((_SUMS, self._sums), (_HEADED, self.headed)):
            if len(own) != len(self):
                raise Damaged(self._folder, folder / path)

    def of(self, place: int) -> NDArray[np.int8]:
        """Return the vectors of the passage at a place; raise `Damaged` if they have changed."""
        begin, end = self.rows[self.sentences[place : place + 2]].tolist()
        own = self._file.read(begin * self._dimension, end * self._dimension)
        if crc32(own) != self._sums[place]:
            raise Damaged(self._folder, self._path)
        return np.frombuffer(own, dtype=np.int8).reshape(-1, self._dimension)


class JoinedTokens(TokenVectors):
    """The token vectors at some places, each in its segment."""

    def __init__(self, segments: Sequence[TokenVectors], places: Places) -> None:
        """Take the segments' vectors, and where each passage that is there stands."""
        self._segments, self._places = segments, places
        counts = np.zeros(len(places), dtype=np.int64)
        self.headed = np.zeros(len(places), dtype=np.int64)
        for segment, own in zip(segments, places.of, strict=True):
            counts[own[own >= 0]] = np.diff(segment.sentences)[own >= 0]
            self.headed[own[own >= 0]] = segment.headed[own >= 0]
        self.sentences = np.concatenate(([0], np.cumsum(counts)))

    def of(self, place: int) -> NDArray[np.int8]:
        """Return the vectors of the passage at a place; raise `Damaged` if they have changed."""
        number, row = self._places.at(place)
        return self._segments[number].of(row)

    def lengths(self, place: int) -> Indices:
        """Return how many vectors each sentence of the passage at a place has."""
        number, row = self._places.at(place)
        return self._segments[number].lengths(row)

    def sentence_places(self) -> Places:
        """Return where each sentence stands, counted in each segment through all its passages."""
        first = np.zeros(len(self._places), dtype=np.int64)
        for number, which, rows in self._places.split(range(len(self._places))):
            first[which] = self._segments[number].sentences[rows]
        runs = np.stack((self._places.segment, first, np.diff(self.sentences)), axis=1)
        return Places(runs, [int(one.sentences[-1]) for one in self._segments])
