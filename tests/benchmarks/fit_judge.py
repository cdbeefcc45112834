"""Fit the judge of answerability: writes bot/judge.json.

    python tests/benchmarks/fit_judge.py DATA

A logistic regression on `bot.answerability.SIGNALS`. Answerable: questions of SQuAD, SQuADShifts,
QMSum and the invented meetings. Unanswerable, each kind weighed alike: another document's question
("other"), an answerable question with its most telling word swapped for one of the same sort or
with the passages that answer it withheld ("near-miss"), SQuAD 2.0's own ("adversarial"), and the
meetings' own. What was kept out is reported by kind; the meetings, which are most like the real
thing, are judged by a fit without the meeting in hand, then all are fitted on.
"""

import random
import re
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from sklearn.metrics import roc_auc_score
from tuning import SEED, Sample, samples, store

from bot.answerability import FITTED, SIGNALS, signals
from bot.evaluation import Question
from embeddings import SentenceTransformerEncoder
from embeddings.terms import rarity, words

SIGNS = {
    "sentence_dense": "+",
    "pieces": "+",
    "least_word": "+",
    "names_missing": "-",
    "numbers_missing": "-",
    "length": "any",
}
BOUNDS = {"+": (0, None), "-": (None, 0), "any": (None, None)}
PENALTY = 1e-3
# The share of questions that have an answer, in use: it says where a probability of one half lies.
# At .7 the meetings' answerable questions, judged by turns, are answered in 85 of 100 cases.
ANSWERABLE = 0.7


@dataclass(frozen=True)
class Judged:
    """A question as the judge sees it."""

    sample: str
    kept_out: bool
    kind: str  # "" for answerable
    values: list[float]


def judged(sample: Sample, others: list[Question], chance: random.Random) -> list[Judged]:
    """Return the sample's questions, answerable and not, as signals."""
    retriever = sample.retriever
    rows: list[Judged] = []

    def add(question: str, kind: str, without: Question | None = None) -> None:
        query = retriever.read(question)
        hits = retriever.rank(query, 30 if without else 10)
        if without:
            hits = [hit for hit in hits if not sample.golden_passage(without, hit.passage)][:10]
        if hits:
            rows.append(Judged(sample.name, sample.kept_out, kind, signals(query, hits)))

    for place, question in enumerate(sample.questions):
        if not question.answerable:
            add(question.question, question.kind or "adversarial")
            continue
        add(question.question, "")
        if sample.name.startswith("meetings"):
            continue  # these bring their own of each kind
        swapped = swap(question.question, sample, others, chance)
        if place % 2 and swapped:
            add(swapped, "near-miss")
        elif place % 4 == 0:
            add(question.question, "near-miss", without=question)
        elif others:
            add(chance.choice(others).question, "other")
    return rows


def swap(text: str, sample: Sample, others: list[Question], chance: random.Random) -> str:
    """Return the question, its rarest word that the document has swapped for a strange one."""
    lexical = sample.retriever.index.lexical
    known = [word for word in words(text) if word.stem and lexical.knows(word.stem)]
    if not known or not others:
        return ""
    target = max(known[-4:], key=lambda word: rarity(word.stem))
    old = text[target.start : target.end]
    for _ in range(40):
        other = chance.choice(others).question
        for word in words(other)[1:]:
            new = other[word.start : word.end]
            if word.stem and not lexical.knows(word.stem) and _sort(new) == _sort(old):
                return text[: target.start] + new + text[target.end :]
    return ""


def _sort(word: str) -> str:
    return "number" if word[0].isdigit() else "name" if re.match("[A-Z]", word) else "word"


@dataclass(frozen=True)
class Fitted:
    """A logistic regression on standardised signals."""

    means: np.ndarray
    scales: np.ndarray
    weights: np.ndarray
    bias: float


def fit(rows: list[Judged]) -> Fitted:
    """Fit with each signal's sign held: a better match must never make an answer less likely.

    Without that, the fit learns how near misses are worded (in the record's own words) and holds a
    question's agreement with the record against it.
    """
    values = np.asarray([row.values for row in rows])
    means, scales = values.mean(axis=0), values.std(axis=0)
    matrix = np.column_stack([(values - means) / scales, np.ones(len(rows))])
    side = np.asarray([-1.0 if row.kind else 1.0 for row in rows])
    # Each corpus and each kind of question in it counts alike.
    groups = [(row.sample.partition("-")[0].partition(":")[0], row.kind) for row in rows]
    sizes = Counter(groups)
    answering = sum(not kind for _, kind in sizes)
    share = {
        group: (1 - ANSWERABLE) / (len(sizes) - answering) if group[1] else ANSWERABLE / answering
        for group in sizes
    }
    weight = np.asarray([share[group] / sizes[group] for group in groups])

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        margins = side * (matrix @ w)
        penalised = np.append(w[:-1], 0.0)
        gradient = -(matrix.T @ (weight * side / (1 + np.exp(margins)))) + 2 * PENALTY * penalised
        return float(weight @ np.logaddexp(0, -margins) + PENALTY * (w[:-1] @ w[:-1])), gradient

    bounds = [BOUNDS[SIGNS[signal]] for signal in SIGNALS] + [(None, None)]
    found = minimize(loss, np.zeros(matrix.shape[1]), jac=True, method="L-BFGS-B", bounds=bounds).x
    return Fitted(means, scales, found[:-1], float(found[-1]))


def predict(fitted: Fitted, rows: list[Judged]) -> np.ndarray:
    values = np.asarray([row.values for row in rows])
    logits = (values - fitted.means) / fitted.scales @ fitted.weights + fitted.bias
    return 1 / (1 + np.exp(-logits))


def report(rows: list[Judged], p: np.ndarray) -> dict[str, float]:
    """Return AUROC of answerable against each kind, and what the threshold of one half does."""
    kinds = np.asarray([row.kind for row in rows])
    result = {"n": len(rows), "answered": round(float((p[kinds == ""] >= 0.5).mean()), 3)}
    for kind in sorted({*kinds} - {""}):
        chosen = (kinds == "") | (kinds == kind)
        result[f"auroc {kind}"] = round(float(roc_auc_score(kinds[chosen] == "", p[chosen])), 3)
        result[f"silent {kind}"] = round(float((p[kinds == kind] < 0.5).mean()), 3)
    return result


def calibration_error(rows: list[Judged], p: np.ndarray) -> float:
    right = np.asarray([not row.kind for row in rows])
    bins = np.minimum((p * 10).astype(int), 9)
    return float(
        sum(
            abs(right[bins == b].mean() - p[bins == b].mean()) * (bins == b).mean()
            for b in set(bins)
        )
    )


def main() -> None:
    chance = random.Random(SEED)
    encoder = SentenceTransformerEncoder()
    rows: list[Judged] = []
    others: list[Question] = []
    for sample in samples(Path(sys.argv[1]), encoder, most=60):
        rows += judged(sample, others[-600:], chance)
        own = [question for question in sample.questions if question.answerable]
        others += chance.sample(own, min(20, len(own)))
        print(sample.name, len(rows), file=sys.stderr)
    fitted_on = [row for row in rows if not row.kept_out]
    meetings = sorted({row.sample for row in rows if row.sample.startswith("meetings")})
    inside = [row for row in rows if row.sample in meetings]
    results = {}
    first = fit(fitted_on)
    for name in ("squad", "qmsum", "meetings"):
        kept_out = [row for row in rows if row.kept_out and row.sample.startswith(name)]
        p = predict(first, kept_out)
        results[name] = {**report(kept_out, p), "ece": round(calibration_error(kept_out, p), 3)}
    p = np.zeros(len(inside))
    for meeting in meetings:
        chosen = np.asarray([row.sample == meeting for row in inside])
        fold = fit([*fitted_on, *(row for row in inside if row.sample != meeting)])
        p[chosen] = predict(fold, [row for row in inside if row.sample == meeting])
    results["meetings, by turns"] = {
        **report(inside, p),
        "ece": round(calibration_error(inside, p), 3),
    }
    for name, result in results.items():
        print(f"{name:20}", result)
    last = fit([*fitted_on, *inside])
    store(
        FITTED,
        {
            "signals": SIGNALS,
            "means": [round(float(x), 4) for x in last.means],
            "scales": [round(float(x), 4) for x in last.scales],
            "weights": [round(float(x), 4) for x in last.weights],
            "bias": round(last.bias, 4),
            "kept_out": results,
            "fitted_on": len(fitted_on) + len(inside),
        },
    )


if __name__ == "__main__":
    main()
