"""How sure a metric is: percentile bootstrap (Efron, 1979) over questions, or over whole documents.

Over questions, a share has Wilson's interval (1927), which claims no certainty at 0 and 1, and its
change is judged by the sign test, McNemar's exact one (1947). Questions on one document are not
independent: with several documents, documents are what is drawn, and beside them the questions that
are on none, each by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import comb, sqrt
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from bot.evaluation.metrics import COST, METRICS, Columns, Floats
from bot.evaluation.outcomes import Outcome

Interval = tuple[float, float]
SEED = 20180814
RESAMPLES = 1000
LEVEL = 0.95
# Fewer documents than this say too little about how documents differ.
FEWEST_DOCUMENTS = 5
# And fewer questions than this say nothing of how sure a metric is.
FEWEST = 5
# Of these each question has a yes or a no of its own, or no say: the same in two reports, and not.
PAIRED = (
    *("success@1", "success@3", "success@5"),
    *("answer_hit", "coverage", "abstention_recall"),
)
SHARES = (*PAIRED, "short_em", "yes_precision", "abstention_precision")


def unit(outcomes: Sequence[Outcome]) -> str:
    """Return what is drawn: "documents" where there are several, or "questions"."""
    documents = {one.document for one in outcomes} - {""}
    return "questions" if len(documents) < FEWEST_DOCUMENTS else "documents"


def intervals(outcomes: Sequence[Outcome]) -> dict[str, Interval | None]:
    """Return each metric's 95 % interval; None where it is undefined."""
    columns = Columns.of(outcomes)
    found = _percentiles([columns.take(rows).metrics() for rows in _draws(outcomes)])
    values, sizes = columns.metrics(), columns.sizes()
    if unit(outcomes) == "questions":
        found |= {name: wilson(values[name], sizes[name]) for name in SHARES if sizes[name]}
    return {name: one if sizes[name] >= FEWEST else None for name, one in found.items()}


def wilson(share: float, n: int) -> Interval:
    """Return Wilson's interval of a share of n."""
    z = NormalDist().inv_cdf((1 + LEVEL) / 2)
    middle, half = share + z * z / (2 * n), z * sqrt(share * (1 - share) / n + (z / (2 * n)) ** 2)
    whole = 1 + z * z / n
    return max(0.0, (middle - half) / whole), min(1.0, (middle + half) / whole)


def sure_changes(
    before: Sequence[Outcome],
    after: Sequence[Outcome],
    found: Mapping[str, Interval | None],
) -> frozenset[str]:
    """Return the metrics that surely changed, `found` being the intervals of the changes.

    Times never do: questions asked one after the other wait for the same things.
    """
    away = {name for name, one in found.items() if one and (one[0] > 0 or one[1] < 0)} - {*COST}
    if unit(after) == "questions":
        away -= {*PAIRED}
        old, new = _own(before), _own(after)
        away |= {name for name in PAIRED if sign_test(old[name], new[name]) < 1 - LEVEL}
    return frozenset(away)


def sign_test(before: Floats, after: Floats) -> float:
    """Return how likely so one-sided a change of paired values is by chance."""
    rises, falls = int((after > before).sum()), int((after < before).sum())
    changed = rises + falls
    tail = sum(comb(changed, fewer) for fewer in range(min(rises, falls) + 1))
    return min(1.0, tail * 2.0 ** (1 - changed))


def _own(outcomes: Sequence[Outcome]) -> dict[str, Floats]:
    """Return each question's own value of the paired shares, 0 where it has no say."""
    return {
        name: np.array(
            [
                {
                    **one.scores,
                    "coverage": one.answerable and one.answered,
                    "abstention_recall": not one.answerable and not one.answered,
                }.get(name, 0.0)
                for one in outcomes
            ],
            dtype=np.float64,
        )
        for name in PAIRED
    }


def paired_intervals(
    before: Sequence[Outcome], after: Sequence[Outcome]
) -> dict[str, Interval | None]:
    """Return the 95 % interval of each metric's change, the same questions being drawn of both."""
    old, new = Columns.of(before), Columns.of(after)
    changes: list[Mapping[str, float]] = []
    for rows in _draws(after):
        was, now = old.take(rows).metrics(), new.take(rows).metrics()
        changes.append({name: now[name] - was[name] for name in METRICS})
    sizes = new.sizes()
    return {
        name: one if sizes[name] >= FEWEST else None for name, one in _percentiles(changes).items()
    }


def _draws(outcomes: Sequence[Outcome]) -> Iterator[NDArray[np.int64]]:
    """Yield rows drawn with replacement, the same ones in every run."""
    random = np.random.default_rng(SEED)
    if unit(outcomes) == "questions":
        for _ in range(RESAMPLES if outcomes else 0):
            yield random.integers(len(outcomes), size=len(outcomes))
        return
    rows: dict[str | int, list[int]] = {}
    for row, one in enumerate(outcomes):
        rows.setdefault(one.document or row, []).append(row)  # of no document: alone
    groups = [np.array(group, dtype=np.int64) for group in rows.values()]
    for _ in range(RESAMPLES):
        yield np.concatenate(
            [groups[place] for place in random.integers(len(groups), size=len(groups))]
        )


def _percentiles(samples: Sequence[Mapping[str, float]]) -> dict[str, Interval | None]:
    """Return the middle 95 % of each metric, the samples where it is undefined left out."""
    edges = (100 * (1 - LEVEL) / 2, 100 * (1 + LEVEL) / 2)
    found: dict[str, Interval | None] = {}
    for name in METRICS:
        values = np.array([sample[name] for sample in samples])
        values = values[~np.isnan(values)]
        low, high = np.percentile(values, edges) if len(values) else (0.0, 0.0)
        found[name] = (float(low), float(high)) if len(values) else None
    return found
