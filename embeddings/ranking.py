"""Score each candidate sentence: a weighted sum of absolute similarities.

A passage ranks as its best sentence does, for what is asked for is a sentence. The weights are
fitted by `tests/benchmarks/fit_ranking.py` and stand in `ranking.json`, beside how well they did.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from embeddings.arrays import Floats, Indices
from embeddings.asking import fits
from embeddings.index import Index
from embeddings.late import Matches, best_of_passages
from embeddings.lexical import Bm25
from embeddings.query import Query
from embeddings.text.replies import asks

FITTED = Path(__file__).with_name("ranking.json")

SIGNALS = (
    "sentence_dense",  # cosine of the pooled question and the sentence's pooled word pieces
    "sentence_pieces",  # mean best cosine of the question's word pieces in the sentence
    "sentence_rare_words",  # the same of its words, weighted by rarity
    "sentence_lexical",  # BM25 over sentences, divided by its maximum
    "sentence_coverage",  # share of the question's rarity whose stems stand in the sentence
    "passage_dense",  # cosine of the pooled question and the pooled passage with its title
    "passage_pieces",
    "passage_rare_words",
    "passage_lexical",
    "passage_coverage",
    "before_pieces",  # what the sentence before adds to sentence_pieces: answers follow topics
    "kind",  # 1 if the sentence holds the kind of thing asked for
    "asks",  # 1 if the sentence is itself a question, as in a dialogue
    "length",  # ln of its characters: longer ones match more by chance
    "sentence_aims",  # best cosines of the question's aims in the sentence, by their shares
    "passage_aims",  # the two are left out where a question has no aims
)
WITHOUT_AIMS = len(SIGNALS) - 2


class Candidates(NamedTuple):
    """The passages that are compared with a question in full.

    They stand at `places` of the index; `dense` and `lexical` (passages,) are their scores,
    `matches` tells how well their sentences match.
    """

    places: list[int]
    dense: Floats
    lexical: Floats
    matches: Matches


def sentence_signals(query: Query, index: Index, candidates: Candidates) -> Floats:
    """Return the `SIGNALS` (sentences, signals) of the sentences of candidates."""
    places, dense, lexical, matches = candidates
    owner = matches.owner
    said = np.flatnonzero(query.pieces.any(axis=0))  # leaves punctuation out
    if not len(said):
        said = np.arange(query.pieces.shape[1])
    rarities = query.rarities if query.rarities.any() else np.ones_like(query.rarities)
    share = rarities / rarities.sum()
    rare = query.pieces.T @ share
    of_passages = best_of_passages(matches.best, owner, len(places))
    rows = index.tokens.sentences[np.asarray(places)][owner] + matches.member
    texts = [
        index.passages[places[order]].sentence_text(int(member))
        for order, member in zip(owner, matches.member, strict=True)
    ]
    own_pieces = matches.best[:, said].mean(axis=1)
    before = np.roll(matches.best, 1, axis=0)
    before[matches.member == 0] = -1
    with_before = np.maximum(matches.best, before)[:, said].mean(axis=1)
    columns = [
        matches.pooled,
        own_pieces,
        _weighted(matches.best, rare),
        index.sentence_lexical.scores_of(query.stems, rows),
        _coverage(query, share, index.sentence_lexical, rows),
        dense[owner],
        of_passages[:, said].mean(axis=1)[owner],
        _weighted(of_passages, rare)[owner],
        lexical[owner],
        _coverage(query, share, index.lexical, np.asarray(places))[owner],
        with_before - own_pieces,
        np.asarray([fits(query.text, text) for text in texts]),
        np.asarray([asks(text) for text in texts]),
        np.log([len(text) for text in texts]) / 10,
    ]
    if len(query.aims):
        aimed = _weighted(best_of_passages(matches.aimed, owner, len(places)), query.shares)
        columns += [_weighted(matches.aimed, query.shares), aimed[owner]]
    return np.stack(columns, axis=1).astype(np.float32)


def _weighted(cosines: Floats, shares: Floats) -> Floats:
    """Return the sums of rows by shares.

    As a product of matrices, rows so short were now and then told to hold an invalid value, which
    stands beyond their end: the BLAS reads a few numbers at once.
    """
    return np.asarray((cosines * shares).sum(axis=1))


def _coverage(query: Query, share: Floats, lexical: Bm25, places: Indices) -> Floats:
    """Return for each text at places the sum of the shares of the question's words it holds."""
    covered = np.zeros(len(places), dtype=np.float32)
    for word, part in zip(query.words, share, strict=True):
        if word.stem:
            covered[lexical.holds(word.stem, places)] += part
    return covered


@cache
def weights(count: int) -> Floats:
    """Return the fitted weights of the first so many signals."""
    fitted = json.loads(FITTED.read_text("utf-8"))["fits"][str(count)]["weights"]
    return np.asarray([fitted[signal] for signal in SIGNALS[:count]], dtype=np.float32)
