"""How sure a metric is: percentile bootstrap (Efron, 1979) over questions, or over whole documents.

Questions on one document are not independent: with several documents, documents are what is drawn,
and beside them the questions that are on none, each by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from bot.evaluation.metrics import METRICS, Columns
from bot.evaluation.outcomes import Outcome

Interval = tuple[float, float]
SEED = 20180814
RESAMPLES = 1000
LEVEL = 0.95
# Fewer documents than this say too little about how documents differ.
FEWEST_DOCUMENTS = 5


def unit(outcomes: Sequence[Outcome]) -> str:
    """Return what is drawn: "documents" where there are several, or "questions"."""
    documents = {one.document for one in outcomes} - {""}
    return "questions" if len(documents) < FEWEST_DOCUMENTS else "documents"


def intervals(outcomes: Sequence[Outcome]) -> dict[str, Interval | None]:
    """Return each metric's 95 % interval; None where it is undefined."""
    columns = Columns.of(outcomes)
    return _percentiles([columns.take(rows).metrics() for rows in _draws(outcomes)])


def paired_intervals(
    before: Sequence[Outcome], after: Sequence[Outcome]
) -> dict[str, Interval | None]:
    """Return the 95 % interval of each metric's change, the same questions being drawn of both."""
    old, new = Columns.of(before), Columns.of(after)
    changes: list[Mapping[str, float]] = []
    for rows in _draws(after):
        was, now = old.take(rows).metrics(), new.take(rows).metrics()
        changes.append({name: now[name] - was[name] for name in METRICS})
    return _percentiles(changes)


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
