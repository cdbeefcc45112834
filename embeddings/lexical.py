"""Score texts against a question by the words they share: BM25, through bm25s."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import Floats
from embeddings.terms import stems

# Robertson and Zaragoza's usual values; passages differ little in length.
K1 = 1.2
B = 0.75


class Bm25:
    """Hold the BM25 statistics of a list of texts, built once and saved with the index."""

    def __init__(self, engine: Any, size: int) -> None:
        """Wrap a bm25s index over `size` texts; use `build` or `load`."""
        self._engine = engine
        self.size = size
        # Column starts of bm25s's sparse matrix: their differences are document frequencies.
        frequencies = np.diff(engine.scores["indptr"]) if engine is not None else np.zeros(0)
        self._idf = np.log(1 + (size - frequencies + 0.5) / (frequencies + 0.5))
        self._absent_idf = math.log(1 + (size + 0.5) / 0.5)

    @classmethod
    def build(cls, texts: Sequence[str]) -> Bm25:
        """Count the stems of texts."""
        import bm25s

        corpus = [stems(text) for text in texts]
        if not any(corpus):
            return cls(None, len(texts))
        engine = bm25s.BM25(k1=K1, b=B, method="lucene")
        engine.index(corpus, show_progress=False)
        return cls(engine, len(texts))

    @property
    def terms(self) -> Sequence[str]:
        """Return the stems that the texts hold."""
        return [] if self._engine is None else [term for term in self._engine.vocab_dict if term]

    def knows(self, term: str) -> bool:
        """Say whether any of the texts holds the stem."""
        return self._engine is not None and term in self._engine.vocab_dict

    def holding(self, term: str) -> NDArray[np.int64]:
        """Return the places of the texts that hold a stem."""
        if not self.knows(term):
            return np.zeros(0, dtype=np.int64)
        matrix, column = self._engine.scores, self._engine.vocab_dict[term]
        places = matrix["indices"][matrix["indptr"][column] : matrix["indptr"][column + 1]]
        return np.asarray(places, dtype=np.int64)

    def scores(self, question_stems: Sequence[str]) -> Floats:
        """Return each text's BM25 divided by the most that the question could reach, in [0, 1].

        The divisor is the sum of the idf of all the question's stems, those that occur nowhere too:
        so the value means the same in every document, and a word that is nowhere costs.
        """
        terms = list(dict.fromkeys(question_stems))
        known = [term for term in terms if self.knows(term)]
        if not known:
            return np.zeros(self.size, dtype=np.float32)
        scores: NDArray[np.float32] = self._engine.get_scores(known)
        return (scores / self._most(terms, known)).astype(np.float32)

    def scores_of(self, question_stems: Sequence[str], places: NDArray[np.int64]) -> Floats:
        """Return the scores of some texts alone, which takes no longer where there are more."""
        terms = list(dict.fromkeys(question_stems))
        known = [term for term in terms if self.knows(term)]
        scores = np.zeros(len(places), dtype=np.float32)
        for term in known:
            held, where = self._held(term, places)
            begin = self._engine.scores["indptr"][self._engine.vocab_dict[term]]
            scores[held] += self._engine.scores["data"][begin + where]
        return scores / self._most(terms, known) if known else scores

    def holds(self, term: str, places: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Say of some texts whether they hold a stem."""
        return self._held(term, places)[0]

    def _held(
        self, term: str, places: NDArray[np.int64]
    ) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
        """Say which of some texts hold a stem, and where those stand among all that hold it."""
        holding = self.holding(term)  # in order
        where = np.searchsorted(holding, places)
        held = where < len(holding)
        held[held] = holding[where[held]] == places[held]
        return held, where[held]

    def _most(self, terms: Sequence[str], known: Sequence[str]) -> float:
        """Return the sum of the idf of a question's stems."""
        ids = [self._engine.vocab_dict[term] for term in known]
        return float(self._idf[ids].sum()) + self._absent_idf * (len(terms) - len(known))

    def save(self, folder: Path) -> None:
        """Write the statistics into a folder."""
        folder.mkdir()
        if self._engine is not None:
            self._engine.save(str(folder), show_progress=False)

    @classmethod
    def load(cls, folder: Path, size: int) -> Bm25:
        """Open what `save` wrote; the counts stay on disk until they are used."""
        import bm25s

        saved = any(folder.iterdir())
        engine = bm25s.BM25.load(str(folder), mmap=True, show_progress=False) if saved else None
        return cls(engine, size)


@dataclass(frozen=True, slots=True)
class Statistics:
    """Be what BM25 must know of all texts: how many, their mean length, each stem's frequency.

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
        self._damping = K1 * (1 - B + B * lengths / max(of.length, 1e-9))

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
            idf = math.log(1 + (self._of.size - frequency + 0.5) / (frequency + 0.5))
            times = np.asarray([count[term] for count in self._counts], dtype=np.float32)
            scores += idf * times / (times + self._damping)
            most += idf
        return scores / most if most else scores

    def scores_of(self, question_stems: Sequence[str], places: NDArray[np.int64]) -> Floats:
        """Return the scores of some of the few texts alone."""
        return self.scores(question_stems)[places]

    def holds(self, term: str, places: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Say of some of the few texts whether they hold a stem."""
        return np.isin(places, self.holding(term))
