"""Count the words of texts, and keep the counts in a folder.

terms.json          the stems, each a column of a sparse matrix
begins.npy, rows.npy, times.npy: for each stem the texts that hold it, in order, and how often
lengths.npy         how many stems each text has
"""

from __future__ import annotations

import json
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embeddings.arrays import Indices, Integers
from embeddings.saved.open_file import mapped
from embeddings.terms import stems

_ARRAYS = ("begins", "rows", "times", "lengths")


@dataclass(frozen=True, slots=True)
class Counts:
    """Which of some texts hold each stem, and how often: all that BM25 is computed from.

    Those of `columns[stem]` stand in `rows` and `times` from `begins[column]` on.
    """

    columns: Mapping[str, int]
    begins: Indices
    rows: Integers
    times: NDArray[np.uint16]
    lengths: Integers

    @classmethod
    def build(cls, texts: Iterable[str]) -> Counts:
        """Count the stems of texts."""
        columns: dict[str, int] = {}
        lengths, stands, rows, times = array("i"), array("i"), array("i"), array("H")
        for row, text in enumerate(texts):
            counted = Counter(stems(text))
            lengths.append(counted.total())
            stands.extend(columns.setdefault(term, len(columns)) for term in counted)
            times.extend(counted.values())
            rows.extend([row] * len(counted))
        return cls.sort(
            columns,
            np.frombuffer(stands, np.int32) if stands else np.zeros(0, np.int32),
            np.frombuffer(rows, np.int32) if rows else np.zeros(0, np.int32),
            np.frombuffer(times, np.uint16) if times else np.zeros(0, np.uint16),
            np.asarray(lengths, np.int32),
        )

    @classmethod
    def sort(
        cls,
        columns: Mapping[str, int],
        stands: Integers,
        rows: Integers,
        times: NDArray[np.uint16],
        lengths: Integers,
    ) -> Counts:
        """Put counts, each given with its column and row, in order; leave unused columns out."""
        order = np.lexsort((rows, stands))
        counts = np.bincount(stands, minlength=len(columns))
        held = counts > 0
        numbers = np.cumsum(held) - 1
        return cls(
            {term: int(numbers[column]) for term, column in columns.items() if held[column]},
            np.concatenate(([0], np.cumsum(counts[held]))),
            rows[order],
            times[order],
            lengths,
        )

    def of(self, term: str) -> tuple[Integers, NDArray[np.uint16]]:
        """Return the rows of the texts that hold a stem, and how often each does."""
        column = self.columns.get(term)
        if column is None:
            return self.rows[:0], self.times[:0]
        own = slice(self.begins[column], self.begins[column + 1])
        return self.rows[own], self.times[own]

    def save(self, folder: Path) -> None:
        """Write the counts into a folder."""
        folder.mkdir()
        (folder / "terms.json").write_text(json.dumps([*self.columns], ensure_ascii=False), "utf-8")
        for name in _ARRAYS:
            np.save(folder / f"{name}.npy", getattr(self, name))

    @classmethod
    def load(cls, folder: Path) -> Counts:
        """Open what `save` wrote; most of it stays on disk until it is used."""
        terms = json.loads((folder / "terms.json").read_text("utf-8"))
        arrays = [mapped(folder / f"{name}.npy") for name in _ARRAYS]
        counts = cls({term: column for column, term in enumerate(terms)}, *arrays)
        if len(counts.begins) != len(counts.columns) + 1 or not (
            len(counts.rows) == len(counts.times) == counts.begins[-1]
        ):
            raise ValueError(f"{folder.name} is not whole")
        return counts
