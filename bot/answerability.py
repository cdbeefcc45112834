"""Judge whether the record answers a question at all: one probability from absolute signals.

A logistic regression over the signals below, fitted by `tests/benchmarks/fit_judge.py` on a mixture
of answerable questions and of easy, near-miss and adversarial unanswerable ones; its weights are in
`judge.json`. No single threshold on a similarity can do this: a question that the record does not
answer often lies closer to it than one that it does.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Collection, Sequence
from functools import cache
from pathlib import Path

import numpy as np

from bot.logistic import logistic
from embeddings.datatypes import Hit
from embeddings.index import Index
from embeddings.query import Query
from embeddings.terms import POSSESSIVE, Word, stems

FITTED = Path(__file__).with_name("judge.json")
# Below this probability the bot is silent. One half is where silence and speech cost the same.
THRESHOLD = 0.5
# What a user may choose instead: to hear more, or to be told less that is not so.
CAUTION = {"low": 0.35, "normal": THRESHOLD, "high": 0.7}
# ln(148): a word that fewer than one in 148 texts use says what a question is about.
TELLING_RARITY = 5.0
MOST_MISSING = 3
# So many letters a country has in common with its people.
NAME_BEGINS = 5

SIGNALS = (
    "sentence_dense",  # cosine of question and best sentence
    "pieces",  # mean best cosine of the question's words in the best sentence
    "least_word",  # the worst matched word that says something, in the best passage
    "names_missing",  # share of the question's capitalised words that the passage lacks
    "numbers_missing",  # share of its numbers that the passage lacks
    "length",  # ln of the number of words that say something
    "margin",  # the reader's margin of the best sentence; left out where there is no reader
)
_CAPITALISED = re.compile(r"[A-Z]")


def signals(query: Query, hits: Sequence[Hit]) -> list[float]:
    """Return the signals of a question and its hits, best first, in the order of `SIGNALS`.

    The last is left out where no reader has read the best sentence.
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
    return [
        sentence.dense,
        float(np.mean(sentence.matches)),
        float(in_passage[telling].min()),
        missing(names),
        missing(numbers),
        math.log(max(1, int(telling.sum()))),
        *([sentence.reading.margin] if sentence.reading else []),
    ]


def missing_words(
    query: Query,
    index: Index,
    documents: Sequence[str] | None,
    *,
    names: bool = False,
    numbers: Collection[str] = (),
) -> tuple[str, ...]:
    """Return the telling words of a question that the documents never mention, the rarest first.

    It is their stems that are looked for: "quotas" is mentioned where "quota" stands. Of `names`
    alone, the beginnings are: what is Japanese is mentioned where Japan is. `numbers` that name a
    thing tell as much as names do.
    """
    numbered = set(stems(" ".join(numbers)))
    missing = {}
    for word, rare in zip(query.words, query.rarities, strict=True):
        if word.stem in numbered:
            sought = word.stem
        elif rare >= TELLING_RARITY and (not names or _is_name(query, word)):
            sought = word.stem[:NAME_BEGINS] if names else word.stem
        else:
            continue
        if not index.mentions(sought, documents):
            text = POSSESSIVE.sub("", query.text[word.start : word.end])
            missing[word.stem] = float(rare), text
    rarest = sorted(missing.values(), key=lambda found: -found[0])[:MOST_MISSING]
    return tuple(text for _, text in rarest)


def _is_name(query: Query, word: Word) -> bool:
    """Say whether a word has a capital, and not only because it opens the question."""
    opens = word == query.words[0] and len(query.words) > 1
    return not opens and bool(_CAPITALISED.match(query.text, word.start))


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
