"""The metrics of the contract, each as a formula over the outcomes of the questions.

Retrieval is scored by ir-measures (MacAvaney et al., 2022), answers as in `squad`, calibration by
the expected calibration error (Guo et al., 2017).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.evaluation.outcomes import Outcome

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

# Our key -> the name of ir-measures and, but for the spelling, of trec_eval.
RETRIEVAL = {
    "success@1": "Success@1",
    "success@3": "Success@3",
    "success@5": "Success@5",
    "mrr@10": "RR@10",
    "ndcg@10": "nDCG@10",
}
# What is said beside the quotes: the short answer within them, and "Yes".
SAID = ("short_f1", "short_em", "yes_precision")
ANSWERS = ("answer_hit", "answer_f1", "answer_chars", "citation_precision", *SAID)
ABSTENTION = (
    "abstention_precision",
    "abstention_recall",
    "abstention_f1",
    "auroc",
    "coverage",
    "ece",
)
COST = ("seconds_p50", "seconds_p95")
METRICS = (*RETRIEVAL, *ANSWERS, *ABSTENTION, *COST)
LOWER_IS_BETTER = frozenset({"answer_chars", "ece", *COST})
# Those that are the mean of the questions' own values.
MEANS = (*RETRIEVAL, "answer_hit", "answer_f1", "answer_chars", *SAID)
ECE_BINS = 10
_NONE = float("nan")


def score_retrieval(
    relevant: Mapping[str, Iterable[str]], ranked: Mapping[str, Sequence[str]]
) -> dict[str, dict[str, float]]:
    """Return each question's retrieval metrics, from the ids of passages: relevant, and found.

    Computed by ir-measures for every question of `relevant`, 0 where nothing was found. The run's
    scores fall strictly with the rank, so that no tool has a tie to break.
    """
    if not relevant:
        return {}
    import ir_measures

    # A judgement of 0 keeps a question without any relevant passage in the average.
    judged = {question: {**dict.fromkeys(ids, 1)} or {"": 0} for question, ids in relevant.items()}
    run = {
        question: {
            passage: run_score(rank) for rank, passage in enumerate(ranked[question], start=1)
        }
        for question in relevant
        if ranked.get(question)
    }
    names = {ir_measures.parse_measure(name): key for key, name in RETRIEVAL.items()}
    scores: dict[str, dict[str, float]] = {
        question: dict.fromkeys(RETRIEVAL, 0.0) for question in relevant
    }
    for found in ir_measures.iter_calc(list(names), judged, run):
        scores[found.query_id][names[found.measure]] = float(found.value)
    return scores


def run_score(rank: int) -> float:
    """Return the score that a run file gives to a rank (from 1): strictly falling."""
    return 1.0 / rank


def auroc(positive: Floats, negative: Floats) -> float:
    """Return the chance that a positive's score is above a negative's, a tie counting half.

    The Mann-Whitney U divided by the number of pairs (Hanley and McNeil, 1982); NaN without a pair.
    """
    if not len(positive) or not len(negative):
        return float("nan")
    ordered = np.sort(negative)
    below = np.searchsorted(ordered, positive, "left")
    up_to = np.searchsorted(ordered, positive, "right")
    return float((below + up_to).mean() / 2 / len(negative))


def calibration(confidence: Floats, truth: Bools) -> tuple[Floats, Floats, Floats]:
    """Return the size, mean confidence and share of truth of ten equal bins of [0, 1]."""
    places = np.minimum((confidence * ECE_BINS).astype(int), ECE_BINS - 1)
    sizes = np.bincount(places, minlength=ECE_BINS).astype(float)
    divisor = np.maximum(sizes, 1)
    return (
        sizes,
        np.bincount(places, weights=confidence, minlength=ECE_BINS) / divisor,
        np.bincount(places, weights=truth.astype(float), minlength=ECE_BINS) / divisor,
    )


def expected_calibration_error(confidence: Floats, truth: Bools) -> float:
    """Return the mean over bins, by size, of |confidence - share of truth| (Guo et al., 2017)."""
    if not len(confidence):
        return float("nan")
    sizes, confidences, shares = calibration(confidence, truth)
    return float(sizes @ np.abs(confidences - shares) / sizes.sum())


@dataclass(frozen=True)
class Columns:
    """Hold the outcomes as columns, so that a metric of a resample is quick to compute."""

    answerable: Bools
    answered: Bools
    confidence: Floats
    seconds: Floats
    cited: Floats
    supported: Floats
    own: Floats  # a row for each of MEANS, 0 where a question has no value of its own
    has: Bools  # whether it has one

    @classmethod
    def of(cls, outcomes: Sequence[Outcome]) -> Columns:
        """Return the outcomes' columns."""

        def column(values: Iterable[float]) -> Floats:
            return np.fromiter(values, dtype=np.float64, count=len(outcomes))

        return cls(
            np.array([one.answerable for one in outcomes], dtype=bool),
            np.array([one.answered for one in outcomes], dtype=bool),
            column(one.confidence for one in outcomes),
            column(one.seconds for one in outcomes),
            column(len(one.citations) for one in outcomes),
            column(one.supported for one in outcomes),
            np.stack([column(one.scores.get(name, 0.0) for one in outcomes) for name in MEANS]),
            np.array([[name in one.scores for one in outcomes] for name in MEANS], dtype=bool),
        )

    def take(self, rows: NDArray[np.int64]) -> Columns:
        """Return some rows, any of them as often as it is named."""
        return Columns(
            self.answerable[rows],
            self.answered[rows],
            self.confidence[rows],
            self.seconds[rows],
            self.cited[rows],
            self.supported[rows],
            self.own[:, rows],
            self.has[:, rows],
        )

    def sizes(self) -> dict[str, int]:
        """Return over how many questions (for citation_precision: quotes) each metric is taken."""
        everything, answerable = len(self.answerable), int(self.answerable.sum())
        unanswerable = everything - answerable
        return {
            **dict(zip(MEANS, self.has.sum(axis=1).tolist(), strict=True)),
            "citation_precision": int(self.cited.sum()),
            "abstention_precision": int((~self.answered).sum()) if unanswerable else 0,
            "abstention_recall": unanswerable,
            "abstention_f1": everything if unanswerable else 0,
            "auroc": everything if answerable and unanswerable else 0,
            "coverage": answerable,
            "ece": everything,
            "seconds_p50": everything,
            "seconds_p95": everything,
        }

    def metrics(self) -> dict[str, float]:
        """Return every metric; NaN where no question has a say in it.

        - success@k, mrr@10, ndcg@10, answer_hit: means over the answerable questions;
        - answer_f1: mean over the questions with gold answers, 0 where none was given to them;
        - answer_chars: mean length over the answered questions;
        - citation_precision: of all cited quotes, the share that overlaps some evidence;
        - short_f1, short_em: F1 and exact match of the short answers that were given, where there
          are gold answers, or no answer, so that none is right;
        - yes_precision: of the answers with a "Yes", the share that the evidence supports;
        - abstention_*: precision, recall and F1 = 2TP / (2TP + FP + FN) of abstaining, a true
          positive being an unanswerable question without an answer;
        - auroc, ece: of confidence, the truth being that the question is answerable;
        - coverage: the share of answerable questions that got an answer;
        - seconds_p50, seconds_p95: percentiles over the questions.
        """
        silent, unanswerable = ~self.answered, ~self.answerable
        right = float((silent & unanswerable).sum())
        abstained, asked = float(silent.sum()), float(unanswerable.sum())
        cited = float(self.cited.sum())
        totals, sizes = self.own.sum(axis=1).tolist(), self.has.sum(axis=1).tolist()
        median, slow = np.percentile(self.seconds, (50, 95)) if len(silent) else (_NONE, _NONE)
        return {
            **{name: _share(total, n) for name, total, n in zip(MEANS, totals, sizes, strict=True)},
            "citation_precision": _share(float(self.supported.sum()), cited),
            "abstention_precision": _share(right, abstained if asked else 0),
            "abstention_recall": _share(right, asked),
            "abstention_f1": _share(2 * right, abstained + asked if asked else 0),
            "auroc": auroc(self.confidence[self.answerable], self.confidence[unanswerable]),
            "coverage": _share(
                float((self.answered & self.answerable).sum()), float(self.answerable.sum())
            ),
            "ece": expected_calibration_error(self.confidence, self.answerable),
            "seconds_p50": float(median),
            "seconds_p95": float(slow),
        }


def _share(part: float, whole: float) -> float:
    return part / whole if whole else _NONE
