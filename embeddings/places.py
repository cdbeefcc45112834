"""Say where the rows of an index stand that is kept in several segments."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

import numpy as np

from embeddings.arrays import Indices


class Places:
    """The way from a place in an index to a segment and its row, and back.

    `segment` and `row` (places,) lead there, `of[segment]` (rows,) back: -1 for a row that is no
    longer part of the index.
    """

    def __init__(self, runs: Indices, sizes: Sequence[int]) -> None:
        """Take runs of rows in the index's order (segment, first row, count), and segments' sizes.

        What no run takes in is not part of the index.
        """
        segment, first, count = np.asarray(runs, dtype=np.int64).reshape(-1, 3).T
        if (first < 0).any() or (count < 0).any():
            raise ValueError("a run of rows begins or ends before the first")
        if (first + count > np.asarray(sizes, dtype=np.int64)[segment]).any():
            raise ValueError("a run of rows goes beyond its segment")
        begins = np.cumsum(count) - count
        size = int(count.sum())
        self.segment, self.row = np.zeros(size, dtype=np.int32), np.zeros(size, dtype=np.int32)
        self.of = [np.full(size, -1, dtype=np.int32) for size in sizes]
        # Runs that go on where the one before ends are one.
        heads = np.ones(len(count), dtype=bool)
        heads[1:] = (segment[1:] != segment[:-1]) | (first[1:] != first[:-1] + count[:-1])
        every = np.flatnonzero(heads)
        ends = [*begins[every[1:]].tolist(), size]
        for head, end in zip(every.tolist(), ends, strict=False):
            begin, own, row = (int(one[head]) for one in (begins, segment, first))
            self.segment[begin:end] = own
            self.row[begin:end] = np.arange(row, row + end - begin)
            self.of[own][row : row + end - begin] = np.arange(begin, end)

    @classmethod
    def whole(cls, size: int) -> Places:
        """Return those of one segment, all of whose rows stand in the index's order."""
        return cls(np.asarray([(0, 0, size)]), [size])

    def __len__(self) -> int:
        """Return how many places there are."""
        return len(self.row)

    @cached_property
    def dead(self) -> list[Indices]:
        """Return for each segment the rows that are no longer part of the index."""
        return [np.flatnonzero(places < 0) for places in self.of]

    def at(self, place: int) -> tuple[int, int]:
        """Return the segment and the row of a place."""
        return int(self.segment[place]), int(self.row[place])

    def split(self, places: Sequence[int] | Indices) -> Iterator[tuple[int, Indices, Indices]]:
        """Yield each segment that has some of the places, which of them, and its rows of those."""
        places = np.asarray(places, dtype=np.int64)
        segments = self.segment[places]
        for number in np.unique(segments).tolist():
            which = np.flatnonzero(segments == number)
            yield number, which, self.row[places[which]].astype(np.int64)
