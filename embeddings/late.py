"""Late interaction: compare a question's word pieces with those of each passage and sentence.

MaxSim (Khattab and Zaharia, SIGIR 2020) over the encoder's own token vectors: each word piece of
the question looks for its best match, and so does each of its aims (see `aims`). One encoding of a
passage serves the pooled vector, the passage's MaxSim and that of every sentence in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from embeddings.arrays import Floats, Indices
from embeddings.datatypes import Passage
from embeddings.encoder import Encoded
from embeddings.text.replies import exchange


@dataclass(frozen=True, slots=True)
class Matches:
    """How well some passages' sentences match a question's word pieces.

    `best` (sentences, pieces) is the best cosine of each piece in each sentence, `aimed`
    (sentences, aims) that of each aim; `pooled` (sentences,) the cosine of the question with the
    mean of the sentence's own token vectors, which equals encoding the sentence in its passage;
    `owner` (sentences,) the passage's place in the list asked for, `member` (sentences,) the
    sentence's place in its passage.
    """

    best: Floats
    aimed: Floats
    pooled: Floats
    owner: Indices
    member: Indices


def with_replies(matches: Matches, passages: Sequence[Passage]) -> Matches:
    """Return the matches of passages, each reply's as good as those of what it replies to."""
    best, aimed, pooled = matches.best.copy(), matches.aimed.copy(), matches.pooled.copy()
    places = zip(matches.owner.tolist(), matches.member.tolist(), strict=True)
    rows = {place: row for row, place in enumerate(places)}
    for order, passage in enumerate(passages):
        for member, replied in enumerate(exchange(passage).replied):
            asked = [rows[order, one] for one in replied if (order, one) in rows]
            if asked and (order, member) in rows:
                row = rows[order, member]
                best[row] = np.maximum(best[row], matches.best[asked].max(axis=0))
                aimed[row] = np.maximum(aimed[row], matches.aimed[asked].max(axis=0, initial=-1))
                pooled[row] = max(pooled[row], matches.pooled[asked].max())
    return replace(matches, best=best, aimed=aimed, pooled=pooled)


def best_of_passages(of_sentences: Floats, owner: Indices, count: int) -> Floats:
    """Return the best cosines (passages, vectors) of those of sentences, by their passages."""
    best = np.full((count, of_sentences.shape[1]), -1.0, dtype=np.float32)
    np.maximum.at(best, owner, of_sentences)
    return best


class TokenVectors:
    """Keep the token vectors of passages, a byte a component.

    A vector is divided by its largest component and rounded to a signed byte; since all vectors
    have unit length, the length that was lost is known. `rows` (sentences + 1,) says where each
    sentence's vectors begin, `sentences` (passages + 1,) where each passage's sentences do. Of a
    passage's first sentence the first `headed` (passages,) vectors are of the heading above.
    """

    def __init__(
        self, vectors: NDArray[np.int8], rows: Indices, sentences: Indices, headed: Indices
    ) -> None:
        """Take the arrays as `build` made them, or as they were read from a saved index."""
        self.vectors = vectors
        self.rows = rows
        self.sentences = sentences
        self.headed = headed

    @classmethod
    def build(cls, passages: Sequence[Passage], encoded: Sequence[Encoded]) -> TokenVectors:
        """Quantise the token vectors of passages, and note which sentence each belongs to."""
        rows: list[int] = [0]
        sentences: list[int] = [0]
        headed: list[int] = []
        quantised: list[NDArray[np.int8]] = []
        for passage, one in zip(passages, encoded, strict=True):
            base = rows[-1]
            text = len(passage.headed(""))  # where it begins in what was encoded
            headed.append(int(np.searchsorted(one.spans[:, 0], text)))
            ends = [text + sentence.start - passage.start for sentence in passage.sentences[1:]]
            rows.extend(base + np.searchsorted(one.spans[:, 0], ends))
            rows.append(base + len(one.tokens))
            sentences.append(len(rows) - 1)
            largest = np.abs(one.tokens).max(axis=1, keepdims=True, initial=1e-9)
            quantised.append(np.round(one.tokens * (127 / largest)).astype(np.int8))
        width = encoded[0].tokens.shape[1] if encoded else 0
        vectors = np.concatenate(quantised) if quantised else np.zeros((0, width), dtype=np.int8)
        return cls(vectors, *(np.asarray(one, dtype=np.int64) for one in (rows, sentences, headed)))

    @classmethod
    def join(cls, parts: Sequence[TokenVectors]) -> TokenVectors:
        """Return the vectors of all the parts' passages, in order."""
        rows, sentences = [np.zeros(1, dtype=np.int64)], [np.zeros(1, dtype=np.int64)]
        row = sentence = 0
        for part in parts:
            rows.append(part.rows[1:] + row)
            sentences.append(part.sentences[1:] + sentence)
            row, sentence = row + part.rows[-1], sentence + part.sentences[-1]
        return cls(
            np.concatenate([part.vectors for part in parts]),
            np.concatenate(rows),
            np.concatenate(sentences),
            np.concatenate([part.headed for part in parts]),
        )

    def __len__(self) -> int:
        """Return how many passages there are."""
        return len(self.sentences) - 1

    @classmethod
    def none(cls, width: int) -> TokenVectors:
        """Return those of no passage."""
        begin = np.zeros(1, dtype=np.int64)
        return cls(np.zeros((0, width), dtype=np.int8), begin, begin, begin[:0])

    def of(self, place: int) -> NDArray[np.int8]:
        """Return the vectors of the passage at a place."""
        first, last = self.sentences[place], self.sentences[place + 1]
        return self.vectors[self.rows[first] : self.rows[last]]

    def lengths(self, place: int) -> Indices:
        """Return how many vectors each sentence of the passage at a place has."""
        first, last = self.sentences[place], self.sentences[place + 1]
        return self.rows[first + 1 : last + 1] - self.rows[first:last]

    def only(self, place: int) -> TokenVectors:
        """Return the passage at a place alone."""
        lengths = self.lengths(place)
        rows = np.concatenate(([0], np.cumsum(lengths)))
        sentences, headed = np.asarray([0, len(lengths)]), self.headed[place : place + 1]
        return TokenVectors(self.of(place), rows, sentences, headed)

    def match(self, places: Sequence[int], question: Encoded, aims: Floats) -> Matches:
        """Compare a question and its aims with the passages at places, sentence by sentence.

        A sentence matches the question's words as its heading does, where that is better.
        """
        owner, taken, lengths, member = [], [], [], []
        for order, place in enumerate(places):
            taken.append(self.of(place))
            heading, own = int(self.headed[place]), self.lengths(place).tolist()
            for sentence, length in enumerate([heading, own[0] - heading, *own[1:]], start=-1):
                if length:
                    owner.append(order)
                    member.append(sentence)
                    lengths.append(length)
        if not owner:
            none = np.zeros(0, dtype=np.int64)
            best, aimed = (np.zeros((0, len(one)), np.float32) for one in (question.tokens, aims))
            return Matches(best, aimed, np.zeros(0, dtype=np.float32), none, none)
        vectors = np.concatenate(taken, dtype=np.float32)
        scales = 1 / np.sqrt(np.einsum("ij,ij->i", vectors, vectors))
        ends = np.cumsum(lengths)
        begins = ends - lengths
        cosines = (vectors @ np.concatenate([question.tokens, aims]).T) * scales[:, None]
        both = np.maximum.reduceat(cosines, begins, axis=0)
        # A product for each sentence: NumPy takes five times as long to add its rows up.
        spans = zip(begins, ends, strict=True)
        means = np.stack([scales[begin:end] @ vectors[begin:end] for begin, end in spans])
        means /= np.linalg.norm(means, axis=1, keepdims=True)
        pooled = means @ question.vector
        owners, members = np.asarray(owner), np.asarray(member)
        is_heading = members < 0
        headings = np.full((len(places), both.shape[1]), -1.0, dtype=np.float32)
        headings[owners[is_heading]] = both[is_heading]
        said = ~is_heading
        both, owners = np.maximum(both[said], headings[owners[said]]), owners[said]
        best, aimed = np.split(both, [len(question.tokens)], axis=1)
        return Matches(best, aimed, pooled[said], owners, members[said])
