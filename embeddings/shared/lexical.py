"""Score a few of many texts by BM25 as if all of them were there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embeddings.arrays import Floats, Indices
from embeddings.lexical import K1, B, Bm25, idf_of, weigh
from embeddings.terms import stems


@dataclass(frozen=True, slots=True)
class Statistics:
    """What BM25 must know of all texts: how many, their mean length, each stem's frequency.

    A stem's frequency is the number of texts that hold it.
    """

    size: int
    length: float
    frequencies: Mapping[str, int]


class PartialBm25(Bm25):
    """Score a few of many texts, by the statistics of them all."""

    def __init__(self, texts: Sequence[str], of: Statistics) -> None:
        """Count the stems of the texts that are to be scored."""
        self.size = len(texts)
        self._of = of
        self._counts = [Counter(stems(text)) for text in texts]
        lengths = np.asarray([count.total() for count in self._counts], dtype=np.float32)
        self._partial_damping = K1 * (1 - B + B * lengths / max(of.length, 1e-9))

    @property
    def terms(self) -> Sequence[str]:
        """Return the stems that all the texts hold."""
        return list(self._of.frequencies)

    def knows(self, term: str) -> bool:
        """Say whether any of all the texts holds the stem."""
        return term in self._of.frequencies

    def holding(self, term: str) -> Indices:
        """Return the places of the few texts that hold a stem."""
        return np.flatnonzero([term in count for count in self._counts])

    def scores(self, question_stems: Sequence[str]) -> Floats:
        """Return what `Bm25` of all the texts would, for these."""
        scores, most = np.zeros(self.size, dtype=np.float32), 0.0
        for term in dict.fromkeys(question_stems):
            frequency = self._of.frequencies.get(term, 0)
            idf = idf_of(frequency, self._of.size)
            times = np.asarray([count[term] for count in self._counts], dtype=np.float32)
            scores += weigh(times, self._partial_damping, idf)
            most += idf
        return scores / most if most else scores

    def scores_of(self, question_stems: Sequence[str], places: Indices) -> Floats:
        """Return the scores of some of the few texts alone."""
        return self.scores(question_stems)[places]

    def holds(self, term: str, places: Indices) -> NDArray[np.bool_]:
        """Say of some of the few texts whether they hold a stem."""
        return np.isin(places, self.holding(term))
