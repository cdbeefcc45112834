"""Judge whether the record answers a question at all: one probability from absolute signals.

A logistic regression over the signals below, fitted by `tests/benchmarks/fit_judge.py` on a mixture
of answerable questions and of easy, near-miss and adversarial unanswerable ones; its weights are in
`judge.json`. No single threshold on a similarity can do this: a question that the record does not
answer often lies closer to it than one that it does. The longer people talk, the less can the
reader tell, and the more does the search: the signals count anew, by the length of the talk.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np

from bot.logistic import logistic
from embeddings.datatypes import Document, Hit
from embeddings.query import Query
from embeddings.terms import stems

FITTED = Path(__file__).with_name("judge.json")
# Below this probability the bot is silent. One half is where silence and speech cost the same.
THRESHOLD = 0.5
# What a user may choose instead: to hear more, or to be told less that is not so.
CAUTION = {"low": 0.35, "normal": THRESHOLD, "high": 0.7}

SIGNALS = (
    "sentence_dense",  # cosine of question and best sentence
    "pieces",  # mean best cosine of the question's words in the best sentence
    "least_word",  # the worst matched word that says something, in the best passage
    "names_missing",  # share of the question's capitalised words that the passage lacks
    "numbers_missing",  # share of its numbers that the passage lacks
    "length",  # ln of the number of words that say something
    "talk",  # how long the talk is that the best sentence is from, in [0, 1]
    "talk_dense",  # that share of sentence_dense
    "talk_pieces",
    "talk_least_word",
    # The reader's margin of the best sentence, shared out: what is not for talk, and what is. Left
    # out where none has read it.
    "margin",
    "talk_margin",
)
OF_READER = 2
# In characters: a quarter of an hour, up to which the reader can be trusted, and an hour, beyond
# which its margin says nothing.
SHORT_TALK = 12_000
LONG_TALK = 48_000
_CAPITALISED = re.compile(r"[A-Z]")


def signals(query: Query, hits: Sequence[Hit], document: Document) -> list[float]:
    """Return the signals of a question and its hits, best first, in the order of `SIGNALS`.

    `document` is the best hit's. The reader's are left out where none has read the best sentence.
    """
    best, sentence = hits[0], hits[0].sentences[0]
    telling = query.rarities > 0 if query.rarities.any() else np.ones(len(query.words), dtype=bool)
    in_passage = np.max([one.matches for one in best.sentences], axis=0)
    held = set(stems(best.passage.headed(best.passage.text)))

    def missing(chosen: list[str]) -> float:
        return sum(stem not in held for stem in chosen) / len(chosen) if chosen else 0.0

    said = [(word.stem, query.text[word.start : word.end]) for word in query.words]
    # The word that opens a question has a capital in any case.
    names = [stem for stem, text in said[1:] if stem and _CAPITALISED.match(text)]
    numbers = [stem for stem, text in said if text[0].isdigit()]
    pieces, least_word = float(np.mean(sentence.matches)), float(in_passage[telling].min())
    talk = _length_of_talk(document, sentence.start)
    found = [
        sentence.dense,
        pieces,
        least_word,
        missing(names),
        missing(numbers),
        math.log(max(1, int(telling.sum()))),
        talk,
        talk * sentence.dense,
        talk * pieces,
        talk * least_word,
    ]
    if not sentence.reading:
        return found
    margin = sentence.reading.margin
    return [*found, (1 - talk) * margin, talk * margin]


def _length_of_talk(document: Document, offset: int) -> float:
    if not document.mark(offset).speaker:
        return 0.0
    length = min(max(len(document.text), SHORT_TALK), LONG_TALK)
    return math.log(length / SHORT_TALK) / math.log(LONG_TALK / SHORT_TALK)


@cache
def _fitted(count: int) -> tuple[list[float], list[float], list[float], float]:
    """Return the means, scales and weights of the first so many signals, and the bias."""
    fitted = json.loads(FITTED.read_text("utf-8"))["fits"].get(str(count))
    if fitted is None or tuple(fitted["signals"]) != SIGNALS[:count]:
        raise ValueError(
            f"{FITTED}: was fitted on other signals; run tests/benchmarks/fit_judge.py"
        )
    return fitted["means"], fitted["scales"], fitted["weights"], fitted["bias"]


def probability(values: Sequence[float]) -> float:
    """Return the probability that the record answers the question, from its signals."""
    means, scales, weights, bias = _fitted(len(values))
    logit = bias + sum(
        weight * (value - mean) / scale
        for value, mean, scale, weight in zip(values, means, scales, weights, strict=True)
    )
    return logistic(logit)
