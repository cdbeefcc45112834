"""Judge whether the record answers a question at all: one probability from absolute signals.

A logistic regression over the signals below, fitted by `tests/benchmarks/fit_judge.py` on a
mixture of answerable questions and of easy, near-miss and adversarial unanswerable ones; its
weights are in `judge.json`. No single threshold on a similarity can do this: a question that the
record does not answer often lies closer to it than one that it does.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np

from embeddings.datatypes import Hit
from embeddings.index import Index
from embeddings.query import Query
from embeddings.terms import stems

FITTED = Path(__file__).with_name("judge.json")
# Below this probability the bot is silent. One half is where silence and speech cost the same.
THRESHOLD = 0.5

SIGNALS = (
    "score",  # the best sentence's combined score
    "margin",  # ... over the mean of the next four passages
    "dense",  # cosine of question and best passage
    "sentence_dense",  # cosine of question and best sentence
    "pieces",  # mean best cosine of the question's words in the best sentence
    "rare_words",  # the same, weighted by rarity
    "passage_rare_words",  # ... in the best passage
    "least_word",  # the worst matched word that says something, in the passage
    "heaviest_gap",  # the largest rarity times what is missing to a full match
    "coverage",  # share of the question's rarity whose stems stand in the sentence
    "passage_coverage",  # ... in the best passage
    "record_coverage",  # ... anywhere in the record
    "names_missing",  # share of the question's capitalised words that the passage lacks
    "numbers_missing",  # share of its numbers that the passage lacks
    "length",  # ln of the number of words that say something
)
_CAPITALISED = re.compile(r"[A-Z]")


def signals(query: Query, hits: Sequence[Hit], index: Index) -> list[float]:
    """Return the signals of a question and its hits, best first, in the order of `SIGNALS`."""
    best, sentence = hits[0], hits[0].sentences[0]
    rarities = query.rarities if query.rarities.any() else np.ones_like(query.rarities)
    share = rarities / rarities.sum()
    in_sentence = np.asarray(sentence.matches)
    in_passage = np.max([one.matches for one in best.sentences], axis=0)
    telling = query.rarities > 0 if query.rarities.any() else np.ones(len(share), dtype=bool)
    sentence_stems, passage_stems = set(stems(sentence.text)), set(stems(best.passage.text))

    def coverage(held: set[str]) -> float:
        return float(
            sum(part for word, part in zip(query.words, share, strict=True) if word.stem in held)
        )

    def missing(chosen: list[str]) -> float:
        return sum(stem not in passage_stems for stem in chosen) / len(chosen) if chosen else 0.0

    said = [query.text[word.start : word.end] for word in query.words]
    names = [
        word.stem
        for place, (word, text) in enumerate(zip(query.words, said, strict=True))
        if place and word.stem and _CAPITALISED.match(text)
    ]
    numbers = [word.stem for word, text in zip(query.words, said, strict=True) if text[0].isdigit()]
    known = {word.stem for word in query.words if word.stem and index.lexical.knows(word.stem)}
    following = [hit.score for hit in hits[1:5]]
    return [
        best.score,
        best.score - (sum(following) / len(following) if following else 0.0),
        best.dense,
        sentence.dense,
        float(in_sentence.mean()),
        float(in_sentence @ share),
        float(in_passage @ share),
        float(in_passage[telling].min()),
        float(((1 - in_passage) * query.rarities).max()),
        coverage(sentence_stems),
        coverage(passage_stems),
        coverage(known),
        missing(names),
        missing(numbers),
        math.log(max(1, int(telling.sum()))),
    ]


@cache
def _fitted() -> tuple[list[float], list[float], list[float], float]:
    """Return the signals' means, scales and weights, and the bias."""
    fitted = json.loads(FITTED.read_text("utf-8"))
    if tuple(fitted["signals"]) != SIGNALS:
        raise ValueError(
            f"{FITTED}: was fitted on other signals; run tests/benchmarks/fit_judge.py"
        )
    return fitted["means"], fitted["scales"], fitted["weights"], fitted["bias"]


def probability(values: Sequence[float]) -> float:
    """Return the probability that the record answers the question, from its signals."""
    means, scales, weights, bias = _fitted()
    logit = bias + sum(
        weight * (value - mean) / scale
        for value, mean, scale, weight in zip(values, means, scales, weights, strict=True)
    )
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))
