"""Tell whether a sentence tells of a decision or a task, by its words and pairs of words.

A logistic regression, fitted by `tests/benchmarks/fit_whole.py`; `telling.json` has the few words
that count, to be read.
"""

from __future__ import annotations

import json
import re
from functools import cache
from itertools import pairwise
from pathlib import Path

from bot.logistic import logistic

FITTED = Path(__file__).with_name("telling.json")
# About one in six sentences tells of a decision; of those that reach this six in ten do.
ENOUGH = 0.3
_WORD = re.compile(r"[a-z']+")


def terms(text: str) -> list[str]:
    """Return the words of a text, and each pair of neighbours, in small letters."""
    said = _WORD.findall(text.lower().replace("’", "'"))
    return [*said, *map(" ".join, pairwise(said))]


def telling(text: str, of: str) -> float:
    """Return the probability that a sentence tells `of` "decided" or "tasks"."""
    weights, logit = _fitted()[of]
    logit += sum(weights.get(term, 0.0) for term in {*terms(text)})
    return logistic(logit)


@cache
def _fitted() -> dict[str, tuple[dict[str, float], float]]:
    fits = json.loads(FITTED.read_text("utf-8"))["fits"]
    return {name: (fitted["weights"], fitted["bias"]) for name, fitted in fits.items()}
