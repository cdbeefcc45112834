"""Find the passages that answer a question: dense, lexical and late scores, added up.

The scores are absolute similarities, so they are added as they are: rank fusion would throw away
how good a match is, which the judge of answerability needs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from embeddings.acronyms import use_usual_names
from embeddings.arrays import Floats, Indices
from embeddings.datatypes import Hit, Passage, SentenceHit
from embeddings.errors import QuestionError
from embeddings.index import Index
from embeddings.initials import read_initials
from embeddings.late import with_replies
from embeddings.query import LONGEST_QUESTION, Query, check_question, read_query
from embeddings.ranking import Candidates, sentence_signals, weights
from embeddings.scope import EVERYTHING, Scope
from embeddings.spelling import mend

DEFAULT_K = 5
# Dense and lexical search each propose this many passages; only those are compared in full.
CANDIDATES = 50
# Of so many lexical scores one is sorted, to find a lower bound of the best.
SAMPLED = 16
# A follow-up is mostly answered close to the answer before it, and after rather than before. On the
# invented meetings' 30 follow-ups this found 23 instead of 15; of 170 other questions, asked in a
# row, it lost one.
NEAR_WEIGHT = 0.05
NEAR_CHARACTERS = 800

Span = tuple[str, int, int]  # document id, start, end


class Retriever:
    """Search an index; holds no state besides it, so that threads can share one."""

    def __init__(self, index: Index) -> None:
        """Take the index to search."""
        self.index = index

    def __repr__(self) -> str:
        """Return what it searches."""
        return f"Retriever({self.index!r})"

    def search(
        self,
        question: str,
        k: int = DEFAULT_K,
        *,
        documents: Sequence[str] | None = None,
        speakers: Sequence[str] | None = None,
        after: str | date | None = None,
        before: str | date | None = None,
    ) -> list[Hit]:
        """Return the k best passages for a question, best first, of the `Scope` where one is given.

        Raises `QuestionError` for a blank or over-long question, an unknown document or speaker,
        what is no time, or k < 1.
        """
        scope = Scope(documents, speakers, after, before)
        return self.rank(self.read(question), k, scope=scope)

    def read(self, question: str) -> Query:
        """Read a question with the index's encoder, in the record's words where those are known.

        Misspelt words are mended, acronyms and long forms read as the record mostly has them.
        """
        self.index.follow()
        return read_query(self._in_its_words(question), self.index.encoder)

    def _in_its_words(self, question: str) -> str:
        """Return a question in the record's words; as it is where that would be too long."""
        named = read_initials(check_question(question), self.index)
        named = use_usual_names(mend(named, self.index), self.index.usual_names)
        return named if len(named) <= LONGEST_QUESTION else question

    def rank(
        self,
        query: Query,
        k: int = DEFAULT_K,
        *,
        scope: Scope = EVERYTHING,
        near: Span | None = None,
    ) -> list[Hit]:
        """Return the k best passages for a question that was read before.

        A hit's sentences are those in the scope. `near` is the span last spoken of in a
        conversation: what stands close to it is preferred.
        """
        if k < 1:
            raise QuestionError(f"k is {k}: ask for at least one passage")
        index = self.index.nearest(query, max(k, CANDIDATES), scope)
        if index is not self.index:
            return Retriever(index).rank(query, k, scope=scope, near=near)
        candidates = self.compare(query, max(k, CANDIDATES), scope=scope)
        if not candidates.places:
            return []
        matches = candidates.matches
        signals = sentence_signals(query, self.index, candidates)
        scores = signals @ weights(signals.shape[1])
        if near:
            scores = scores + NEAR_WEIGHT * self._closeness(candidates, near)
        best = np.full(len(candidates.places), -np.inf)
        inside = self._inside(scope, candidates)
        np.maximum.at(best, matches.owner[inside], scores[inside])
        words = matches.best @ query.pieces.T
        hits = []
        # Stable: ties go to the passage that comes first, so that every run gives the same order.
        for order in np.argsort(-best, kind="stable")[:k]:
            rows = np.flatnonzero(inside & (matches.owner == order))
            rows = rows[np.argsort(-scores[rows], kind="stable")]
            hit = self._hit(candidates, int(order), rows, scores, words)
            part = self._part(hit.passage, hit.sentences) if scope.by_sentence else None
            hits.append(replace(hit, part=part))
        return hits

    def _hit(
        self,
        candidates: Candidates,
        order: int,
        rows: Indices,
        scores: Floats,
        words: Floats,
    ) -> Hit:
        """Return a candidate as a hit, with the sentences at some rows of its matches, best first.

        `scores` (rows,) are the sentences', `words` (rows, words) the question's words' in them.
        """
        passage = self.index.passages[candidates.places[order]]
        sentences = []
        for row in rows:
            member = int(candidates.matches.member[row])
            span, text = passage.sentences[member], passage.sentence_text(member)
            dense = float(candidates.matches.pooled[row])
            matches = tuple(words[row].tolist())
            sentences.append(
                SentenceHit(span.start, span.end, text, float(scores[row]), dense, matches)
            )
        return Hit(
            passage,
            score=sentences[0].score,
            dense=float(candidates.dense[order]),
            lexical=float(candidates.lexical[order]),
            late=float(words[rows].max(axis=0).mean()),
            sentences=tuple(sentences),
        )

    def compare(
        self, query: Query, count: int = CANDIDATES, *, scope: Scope = EVERYTHING
    ) -> Candidates:
        """Return the passages that dense and lexical search propose, compared in full."""
        lexical = self.index.lexical.scores(query.stems)
        places = self._candidates(query, lexical, count, scope)
        dense = self.index.store.scores(query.encoded.vector, places)
        matches = self.index.tokens.match(places, query.encoded, query.aims)
        matches = with_replies(matches, [self.index.passages[place] for place in places])
        return Candidates(places, dense, lexical[places], matches)

    def _candidates(self, query: Query, lexical: Floats, count: int, scope: Scope) -> list[int]:
        """Return the places of the passages worth comparing in full, in the index's order."""
        within = scope.places(self.index)
        nearest, _ = self.index.store.search(query.encoded.vector, count, within=within)
        shared = _worth(lexical, count) if within is None else np.asarray(within, dtype=np.int64)
        if len(shared) > count:  # only what ties with the best needs to be sorted
            least = np.partition(lexical[shared], -count)[-count]
            shared = shared[lexical[shared] >= least]
        shared = shared[np.argsort(-lexical[shared], kind="stable")[:count]]
        return sorted({*nearest.tolist(), *(int(place) for place in shared if lexical[place] > 0)})

    def _inside(self, scope: Scope, candidates: Candidates) -> NDArray[np.bool_]:
        """Say of each sentence whether it is in the scope; its neighbours still tell its topic."""
        places, matches = candidates.places, candidates.matches
        if not scope.by_sentence:
            return np.ones(len(matches.owner), dtype=bool)
        inside = scope.inside(self.index)
        rows = zip(matches.owner, matches.member, strict=True)
        return np.asarray(
            [inside(places[order], int(member)) for order, member in rows], dtype=bool
        )

    def _part(self, passage: Passage, inside: Sequence[SentenceHit]) -> Passage:
        """Return the best sentence of a passage with those about it that are inside a scope."""
        members = passage.sentences
        starts = {one.start for one in inside}
        first = last = passage.member_at(inside[0].start)
        while first > 0 and members[first - 1].start in starts:
            first -= 1
        while last + 1 < len(members) and members[last + 1].start in starts:
            last += 1
        start, end = members[first].start, members[last].end
        return replace(
            passage,
            start=start,
            end=end,
            text=passage.between(start, end),
            sentences=members[first : last + 1],
            location=self.index.documents[passage.document_id].location(start),
        )

    def _closeness(self, candidates: Candidates, near: Span) -> Floats:
        """Return 1 for the sentence right after a span, less for further ones, half before it."""
        document, start, end = near
        places, matches = candidates.places, candidates.matches
        closeness = np.zeros(len(matches.owner), dtype=np.float32)
        for row, (order, member) in enumerate(zip(matches.owner, matches.member, strict=True)):
            passage = self.index.passages[places[order]]
            if passage.document_id != document:
                continue
            sentence = passage.sentences[member]
            if sentence.start >= end:
                closeness[row] = max(0.0, 1 - (sentence.start - end) / NEAR_CHARACTERS)
            elif sentence.end <= start:
                closeness[row] = max(0.0, 1 - (start - sentence.end) / NEAR_CHARACTERS) / 2
        return closeness


def _worth(scores: Floats, count: int) -> Indices:
    """Return where scores are above 0, but for those that cannot be among the best `count`."""
    least = np.float32(0)
    some = scores[::SAMPLED]  # of all at least as many are as good as the best of some
    if len(some) > count:
        least = np.partition(some, -count)[-count]
    return np.flatnonzero(scores >= least) if least > 0 else np.flatnonzero(scores > 0)
