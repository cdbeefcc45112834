"""Find the passages that answer a question: dense, lexical and late scores, added up.

The scores are absolute similarities, so they are added as they are: rank fusion would throw away how
good a match is, which the judge of answerability needs. The sums and their weights are in `Weights`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from embeddings.datatypes import Hit, SentenceHit
from embeddings.encoder import Floats
from embeddings.errors import QuestionError
from embeddings.index import Index
from embeddings.late import Matches
from embeddings.query import Query, read_query
from embeddings.terms import stems

DEFAULT_K = 5
# Dense and lexical search each propose this many passages; only those are compared in full.
CANDIDATES = 100


@dataclass(frozen=True, slots=True)
class Weights:
    """Weigh the signals of a sentence and of its passage; they sum to one.

    A passage ranks as its best sentence does: what is asked for is a sentence, and on read-outs this
    found more than any score of whole passages.
    """

    sentence_dense: float = 0.15
    sentence_pieces: float = 0.30
    sentence_lexical: float = 0.15
    passage_rare_words: float = 0.20
    passage_dense: float = 0.15
    passage_coverage: float = 0.05


WEIGHTS = Weights()


class Retriever:
    """Search an index; holds no state besides it, so that threads can share one."""

    def __init__(self, index: Index, weights: Weights = WEIGHTS) -> None:
        """Take the index to search."""
        self.index = index
        self.weights = weights

    def search(
        self, question: str, k: int = DEFAULT_K, *, documents: Sequence[str] | None = None
    ) -> list[Hit]:
        """Return the k best passages for a question, best first, of `documents` where given.

        Raises `QuestionError` for a blank or over-long question, an unknown document id or k < 1.
        """
        return self.rank(self.read(question), k, documents=documents)

    def read(self, question: str) -> Query:
        """Read a question with the index's encoder."""
        return read_query(question, self.index.encoder)

    def rank(
        self, query: Query, k: int = DEFAULT_K, *, documents: Sequence[str] | None = None
    ) -> list[Hit]:
        """Return the k best passages for a question that was read before."""
        if k < 1:
            raise QuestionError(f"k is {k}: ask for at least one passage")
        lexical = self.index.lexical.scores(query.stems)
        places = self._candidates(query, lexical, max(k, CANDIDATES), documents)
        if not len(places):
            return []
        dense = self.index.store.scores(query.encoded.vector, places)
        matches = self.index.tokens.match(places, query.encoded)
        scores = self._score_sentences(query, places, dense, matches)
        best = np.full(len(places), -np.inf)
        np.maximum.at(best, matches.owner, scores)
        words = matches.best @ query.pieces.T
        # Ties go to the passage that comes first, so that every run gives the same order.
        order = np.lexsort((places, -best))[:k]
        return [
            self._hit(places[one], one, float(dense[one]), float(lexical[places[one]]), matches, scores, words)
            for one in order
        ]

    def _candidates(
        self, query: Query, lexical: Floats, count: int, documents: Sequence[str] | None
    ) -> list[int]:
        """Return the places of the passages worth comparing in full, in the index's order."""
        within = None if documents is None else self.index.places_of(documents)
        nearest, _ = self.index.store.search(query.encoded.vector, count, within=within)
        allowed = np.arange(len(lexical)) if within is None else np.asarray(within, dtype=np.int64)
        shared = allowed[np.argsort(-lexical[allowed], kind="stable")[:count]]
        return sorted({*nearest.tolist(), *(int(place) for place in shared if lexical[place] > 0)})

    def _score_sentences(
        self, query: Query, places: Sequence[int], dense: Floats, matches: Matches
    ) -> Floats:
        """Return the weighted sum of signals for each sentence in `matches`."""
        said = query.pieces.any(axis=0)  # leaves punctuation out
        rarities = query.rarities if query.rarities.any() else np.ones_like(query.rarities)
        rare = query.pieces.T @ (rarities / rarities.sum())
        passage_rare = matches.of_passages(len(places)) @ rare
        first = self.index.tokens.sentences[places]
        sentence_lexical = self.index.sentence_lexical.scores(query.stems)
        coverage = np.asarray([self._coverage(query, place) for place in places])
        weights, owner = self.weights, matches.owner
        total: Floats = (
            weights.sentence_dense * matches.pooled
            + weights.sentence_pieces * matches.best[:, said].mean(axis=1)
            + weights.sentence_lexical * sentence_lexical[first[owner] + matches.member]
            + weights.passage_rare_words * passage_rare[owner]
            + weights.passage_dense * dense[owner]
            + weights.passage_coverage * coverage[owner]
        )
        return total

    def _coverage(self, query: Query, place: int) -> float:
        """Return the share of the question's rarity whose stems occur in a passage."""
        total = float(query.rarities.sum())
        held = set(stems(self.index.passages[place].text))
        shared = sum(
            rarity
            for word, rarity in zip(query.words, query.rarities, strict=True)
            if word.stem in held
        )
        return float(shared) / total if total else 0.0

    def _hit(
        self, place: int, order: int, dense: float, lexical: float,
        matches: Matches, scores: Floats, words: Floats,
    ) -> Hit:
        passage = self.index.passages[place]
        document = self.index.documents[passage.document_id]
        own = np.flatnonzero(matches.owner == order)
        sentences = [
            SentenceHit(
                (span := passage.sentences[matches.member[row]]).start,
                span.end,
                document.text[span.start : span.end],
                float(scores[row]),
                tuple(words[row].tolist()),
            )
            for row in own[np.argsort(-scores[own], kind="stable")]
        ]
        late = float(words[own].max(axis=0).mean()) if words.shape[1] else 0.0
        return Hit(passage, sentences[0].score, dense, lexical, late, tuple(sentences))
