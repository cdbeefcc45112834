"""Tell how likely something is by logistic regressions, fitted on the terms of texts."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np

from embeddings.arrays import Floats
from embeddings.terms import stem

# Beyond these a probability is 0 or 1 to 13 digits, and at last the exponential overflows.
FURTHEST = 30.0
_WORD = re.compile(r"[a-z']+")
_NO_VECTOR = np.zeros(0, dtype=np.float32)


@dataclass(frozen=True)
class Fit:
    """What the terms of a text, and some texts' vectors, add to the log-odds of something."""

    bias: float
    terms: Mapping[str, float]
    vector: Floats  # (dimension,), of none where it is fitted on terms alone

    def likelihood(self, said: Iterable[str], vector: Floats = _NO_VECTOR) -> float:
        """Return its probability for a text with these terms and this vector."""
        counted = sum(self.terms.get(term, 0.0) for term in {*said})
        return logistic(self.bias + float(self.vector @ vector) + counted)


@cache
def fits(path: Path) -> Mapping[str, Fit]:
    """Return the fits in a file, by what each tells."""
    return {
        name: Fit(one["bias"], one["terms"], np.asarray(one.get("vector", ()), dtype=np.float32))
        for name, one in json.loads(path.read_text("utf-8"))["fits"].items()
    }


def terms(text: str) -> list[str]:
    """Return the words of a text, and each pair of neighbours, in small letters."""
    return _with_pairs(_WORD.findall(text.lower().replace("’", "'")))


def stemmed_terms(text: str) -> list[str]:
    """Return the terms of a text by the stems of its words: "agrees" is as good as "agreed"."""
    said = _WORD.findall(text.lower().replace("’", "'"))
    return _with_pairs([stem(word) or word for word in said])


def _with_pairs(said: list[str]) -> list[str]:
    return [*said, *map(" ".join, pairwise(said))]


def logistic(logit: float) -> float:
    """Return the probability that has these log-odds."""
    return 1 / (1 + math.exp(-max(-FURTHEST, min(FURTHEST, logit))))
