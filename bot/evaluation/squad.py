"""Set a text against gold answers as SQuAD does (Rajpurkar et al., 2016): token F1, exact match."""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Sequence

_ARTICLES = re.compile(r"\b(?:a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation)


def normalise(text: str) -> str:
    """Lower, drop punctuation and articles, squeeze blanks: SQuAD's normalisation of answers."""
    return " ".join(_ARTICLES.sub(" ", text.lower().translate(_PUNCTUATION)).split())


def token_f1(text: str, answers: Sequence[str]) -> float:
    """Return SQuAD's F1 of the bags of tokens, the best over the gold answers.

    F1 = 2PR / (P + R), P and R being the shared tokens' share of the text's and of the gold's;
    where either has no tokens it is 1 if both have none. Gold answers without tokens are left
    out.
    """
    golds = [gold.split() for gold in _golds(answers)]
    said = normalise(text).split()
    best = 0.0
    for gold in golds:
        shared = sum((Counter(said) & Counter(gold)).values())
        if not said or not gold:
            best = max(best, float(said == gold))
        elif shared:
            best = max(best, 2 * shared / (len(said) + len(gold)))
    return best


def exact_match(text: str, answers: Sequence[str]) -> float:
    """Return 1 for a text that is one of the gold answers after SQuAD's normalisation, else 0."""
    return float(normalise(text) in _golds(answers))


def _golds(answers: Sequence[str]) -> list[str]:
    """Return the gold answers, normalised; those without words only if there are no others."""
    return [gold for gold in map(normalise, answers) if gold] or [""]
