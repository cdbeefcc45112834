"""Score texts against a question by the words they share: BM25."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from embeddings.counts import Counts
from embeddings.network import Floats
from embeddings.saved.places import Places
from embeddings.terms import stems

# Robertson and Zaragoza's usual values; passages differ little in length.
K1 = 1.2
B = 0.75
# Stems whose frequency is remembered: those of the last questions.
FREQUENCIES_KEPT = 4096


class Bm25:
    """Score texts by the counts of one segment or several, as if they were counted together."""

    def __init__(self, segments: Sequence[Counts], places: Places) -> None:
        """Take the counts, and where each text that is there stands."""
        self._segments, self._places = segments, places
        self.size = len(places)
        self._frequency = lru_cache(maxsize=FREQUENCIES_KEPT)(self._count)

    @classmethod
    def build(cls, texts: Sequence[str]) -> Bm25:
        """Count the stems of texts."""
        return cls([Counts.build(texts)], Places.whole(len(texts)))

    @cached_property
    def counts(self) -> Counts:
        """Return the counts of all texts, in their order."""
        columns: dict[str, int] = {}
        stands, rows, times = [], [], []
        for segment, places in zip(self._segments, self._places.of, strict=True):
            own = [columns.setdefault(term, len(columns)) for term in segment.columns]
            found = places[segment.rows]
            alive = found >= 0
            every = np.repeat(np.asarray(own, dtype=np.int32), np.diff(segment.begins))
            stands.append(every[alive])
            rows.append(found[alive])
            times.append(segment.times[alive])
        return Counts.sort(
            columns,
            np.concatenate(stands),
            np.concatenate(rows),
            np.concatenate(times),
            self._lengths,
        )

    @cached_property
    def _lengths(self) -> NDArray[np.int32]:
        lengths = np.zeros(self.size, dtype=np.int32)
        for segment, places in zip(self._segments, self._places.of, strict=True):
            alive = places >= 0
            lengths[places[alive]] = segment.lengths[alive]
        return lengths

    @cached_property
    def _damping(self) -> Floats:
        """Return what a text's length adds to the count that a score is divided by."""
        lengths = self._lengths.astype(np.float32)
        mean = max(float(lengths.mean(dtype=np.float64)) if len(lengths) else 0.0, 1e-9)
        damping: Floats = K1 * (1 - B + B * (lengths / np.float32(mean)))
        return damping

    @cached_property
    def terms(self) -> Sequence[str]:
        """Return the stems that the texts hold."""
        if any(len(dead) for dead in self._places.dead):
            return [*self.counts.columns]
        return [*dict.fromkeys(term for segment in self._segments for term in segment.columns)]

    def knows(self, term: str) -> bool:
        """Say whether any of the texts holds the stem."""
        return self._frequency(term) > 0

    def holding(self, term: str) -> NDArray[np.int64]:
        """Return the places of the texts that hold a stem."""
        return np.sort(self._holding(term)[0]).astype(np.int64)

    def scores(self, question_stems: Sequence[str]) -> Floats:
        """Return each text's BM25 divided by the most that the question could reach, in [0, 1].

        The divisor is the sum of the idf of all the question's stems, those that occur nowhere too:
        so the value means the same in every document, and a word that is nowhere costs.
        """
        scores = np.zeros(self.size, dtype=np.float32)
        most = 0.0
        for term in dict.fromkeys(question_stems):
            places, times = self._holding(term)
            idf = _idf(len(places), self.size)
            most += idf
            scores[places] += _weigh(times, self._damping[places], idf)
        return scores / np.float32(most) if most else scores

    def scores_of(self, question_stems: Sequence[str], places: NDArray[np.int64]) -> Floats:
        """Return the scores of some texts alone, which takes no longer where there are more."""
        scores = np.zeros(len(places), dtype=np.float32)
        damping = self._damping[places]
        most = 0.0
        for term in dict.fromkeys(question_stems):
            idf = _idf(self._frequency(term), self.size)
            most += idf
            scores += _weigh(self._times(term, places), damping, idf)
        return scores / np.float32(most) if most else scores

    def holds(self, term: str, places: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Say of some texts whether they hold a stem."""
        return self._times(term, places) > 0

    def _holding(self, term: str) -> tuple[NDArray[np.int32], Floats]:
        """Return the places of the texts that hold a stem, in no order, and how often each does."""
        found, often = [], []
        for segment, places, dead in zip(
            self._segments, self._places.of, self._places.dead, strict=True
        ):
            rows, times = segment.of(term)
            own = places[rows]
            if len(dead):
                own, times = own[own >= 0], times[own >= 0]
            found.append(own)
            often.append(times)
        return np.concatenate(found), np.concatenate(often).astype(np.float32)

    def _count(self, term: str) -> int:
        if any(len(dead) for dead in self._places.dead):
            return len(self._holding(term)[0])
        return sum(len(segment.of(term)[0]) for segment in self._segments)

    def _times(self, term: str, places: NDArray[np.int64]) -> Floats:
        """Return how often each of some texts holds a stem."""
        often = np.zeros(len(places), dtype=np.float32)
        for number, which, wanted in self._places.split(places):
            rows, times = self._segments[number].of(term)  # in order
            where = np.searchsorted(rows, wanted)
            held = where < len(rows)
            held[held] = rows[where[held]] == wanted[held]
            often[which[held]] = times[where[held]]
        return often


def _idf(frequency: int, size: int) -> float:
    return math.log(1 + (size - frequency + 0.5) / (frequency + 0.5))


def _weigh(times: Floats, damping: Floats, idf: float) -> Floats:
    """Return what a stem adds to the scores of texts that hold it so many times."""
    weighed: Floats = np.float32(idf) * times / (times + damping)
    return weighed


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

    def holding(self, term: str) -> NDArray[np.int64]:
        """Return the places of the few texts that hold a stem."""
        return np.flatnonzero([term in count for count in self._counts])

    def scores(self, question_stems: Sequence[str]) -> Floats:
        """Return what `Bm25` of all the texts would, for these."""
        scores, most = np.zeros(self.size, dtype=np.float32), 0.0
        for term in dict.fromkeys(question_stems):
            frequency = self._of.frequencies.get(term, 0)
            idf = _idf(frequency, self._of.size)
            times = np.asarray([count[term] for count in self._counts], dtype=np.float32)
            scores += _weigh(times, self._partial_damping, idf)
            most += idf
        return scores / most if most else scores

    def scores_of(self, question_stems: Sequence[str], places: NDArray[np.int64]) -> Floats:
        """Return the scores of some of the few texts alone."""
        return self.scores(question_stems)[places]

    def holds(self, term: str, places: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Say of some of the few texts whether they hold a stem."""
        return np.isin(places, self.holding(term))
