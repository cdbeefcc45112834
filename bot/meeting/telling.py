"""Tell whether a sentence tells of a decision or a task, by its words' stems and pairs of them.

A logistic regression, fitted by `tests/benchmarks/fit_whole.py`; `telling.json` has the few words
that count, to be read.
"""

from __future__ import annotations

from pathlib import Path

from bot.logistic import fits, stemmed_terms

FITTED = Path(__file__).with_name("telling.json")
# About one in six sentences tells of a decision; of those that reach this six in ten do.
ENOUGH = 0.3


def telling(text: str, of: str) -> float:
    """Return the probability that a sentence tells `of` "decided" or "tasks"."""
    return fits(FITTED)[of].likelihood(stemmed_terms(text))
