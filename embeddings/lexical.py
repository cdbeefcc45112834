"""Score texts against a question by the words they share: BM25."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from embeddings.arrays import Floats, Indices, Integers
from embeddings.counts import Counts
from embeddings.places import Places

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
    def _lengths(self) -> Integers:
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

    def holding(self, term: str) -> Indices:
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
            idf = idf_of(len(places), self.size)
            most += idf
            scores[places] += weigh(times, self._damping[places], idf)
        return scores / np.float32(most) if most else scores

    def scores_of(self, question_stems: Sequence[str], places: Indices) -> Floats:
        """Return the scores of some texts alone, which takes no longer where there are more."""
        scores = np.zeros(len(places), dtype=np.float32)
        damping = self._damping[places]
        most = 0.0
        for term in dict.fromkeys(question_stems):
            idf = idf_of(self._frequency(term), self.size)
            most += idf
            scores += weigh(self._times(term, places), damping, idf)
        return scores / np.float32(most) if most else scores

    def holds(self, term: str, places: Indices) -> NDArray[np.bool_]:
        """Say of some texts whether they hold a stem."""
        return self._times(term, places) > 0

    def _holding(self, term: str) -> tuple[Integers, Floats]:
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

    def _times(self, term: str, places: Indices) -> Floats:
        """Return how often each of some texts holds a stem."""
        often = np.zeros(len(places), dtype=np.float32)
        for number, which, wanted in self._places.split(places):
            rows, times = self._segments[number].of(term)  # in order
            where = np.searchsorted(rows, wanted)
            held = where < len(rows)
            held[held] = rows[where[held]] == wanted[held]
            often[which[held]] = times[where[held]]
        return often


def idf_of(frequency: int, size: int) -> float:
    """Return how much a stem says that so many of all texts hold: its inverse frequency."""
    return math.log(1 + (size - frequency + 0.5) / (frequency + 0.5))


def weigh(times: Floats, damping: Floats, idf: float) -> Floats:
    """Return what a stem adds to the scores of texts that hold it so many times."""
    weighed: Floats = np.float32(idf) * times / (times + damping)
    return weighed
