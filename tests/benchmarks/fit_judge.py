"""Fit the judge of answerability: writes bot/judge.json.

    python tests/benchmarks/fit_judge.py DATA

A logistic regression on `bot.answerability.SIGNALS`, one with the reader's and one without, on what
neither the aims and the ranking nor the reader learnt from: four SQuAD articles, QMSum's validation
meetings and the invented ones in `meetings/`. Unanswerable, each kind weighed alike: another
document's question ("other"), an answerable question with its most telling word swapped for one of
the same sort or with the passages that answer it withheld ("near-miss"), SQuAD 2.0's own
("adversarial"), and the meetings' own. Each question is reported as a fit without its document
judges it.
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

from bot.answerability import FITTED, OF_READER, SIGNALS, signals
from bot.evaluation import Question
from bot.reader import Reader
from embeddings import SentenceTransformerEncoder
from embeddings.terms import rarity, words

SIGNS = {
    "sentence_dense": "+",
    "pieces": "+",
    "least_word": "+",
    "names_missing": "-",
    "numbers_missing": "-",
    "length": "any",
    "talk": "any",
    "talk_dense": "+",
    "talk_pieces": "+",
    "talk_least_word": "+",
    "margin": "+",
    "talk_margin": "+",
}
BOUNDS = {"+": (0, None), "-": (None, 0), "any": (None, None)}
PENALTY = 1e-3
CORPORA = ("squad", "qmsum", "meetings", "asked")
# The share of questions that have an answer, in use: it says where a probability of one half lies.
# At .6 the meetings' answerable questions, judged by turns, are answered in 87 of 100 cases.
ANSWERABLE = 0.6


@dataclass(frozen=True)
class Judged:
    """A question as the judge sees it."""

    sample: str
    kind: str  # "" for answerable
    values: list[float]


def judged(
    sample: Sample, others: list[Question], reader: Reader, chance: random.Random
) -> list[Judged]:
    """Return the sample's questions, answerable and not, as signals."""
    retriever = sample.retriever
    rows: list[Judged] = []

    def add(question: str, kind: str, without: Question | None = None) -> None:
        query = retriever.read(question)
        hits = retriever.rank(query, 30 if without else 10)
        if without:
            hits = [hit for hit in hits if not sample.golden_passage(without, hit.passage)][:10]
        hits = reader.read(query.text, hits)
        if hits:
            document = retriever.index.documents[hits[0].passage.document_id]
            rows.append(Judged(sample.name, kind, signals(query, hits, document)))

    for place, question in enumerate(sample.questions):
        if not question.answerable:
            add(question.question, question.kind or "adversarial")
            continue
        add(question.question, "")
        if sample.name.startswith(("meetings", "asked")):
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


def fit(rows: list[Judged], count: int) -> Fitted:
    """Fit the first so many signals, with the sign of each held.

    A better match must never make an answer less likely. Without that, the fit learns how near
    misses are worded (in the record's own words) and holds a question's agreement with the record
    against it.
    """
    values = np.asarray([row.values[:count] for row in rows])
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

    bounds = [BOUNDS[SIGNS[signal]] for signal in SIGNALS[:count]] + [(None, None)]
    found = minimize(loss, np.zeros(matrix.shape[1]), jac=True, method="L-BFGS-B", bounds=bounds).x
    return Fitted(means, scales, found[:-1], float(found[-1]))


def predict(fitted: Fitted, rows: list[Judged]) -> np.ndarray:
    values = np.asarray([row.values[: len(fitted.weights)] for row in rows])
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


def by_turns(rows: list[Judged], count: int) -> dict[str, dict[str, float]]:
    """Judge each document by a fit without it, and report each corpus."""
    names = np.asarray([row.sample for row in rows])
    documents = np.asarray([name.partition(":")[2] for name in names])
    p = np.zeros(len(rows))
    for document in sorted(set(documents)):
        own = documents == document
        fitted = fit([row for row, taken in zip(rows, own, strict=True) if not taken], count)
        p[own] = predict(fitted, [row for row, taken in zip(rows, own, strict=True) if taken])
    result = {}
    for corpus in CORPORA:
        chosen = np.asarray([name.startswith(corpus) for name in names])
        own = [row for row, taken in zip(rows, chosen, strict=True) if taken]
        error = round(calibration_error(own, p[chosen]), 3)
        result[corpus] = {**report(own, p[chosen]), "ece": error}
    return result


def main() -> None:
    chance = random.Random(SEED)
    reader = Reader()
    rows: list[Judged] = []
    everything = list(samples(Path(sys.argv[1]), SentenceTransformerEncoder(), 60))
    for sample in everything:
        # Another of the same corpus: an article's question suits no meeting anyhow.
        corpus = sample.name.partition(":")[0]
        others = [
            question
            for other in everything
            if other is not sample and other.name.startswith(corpus)
            for question in other.questions
            if question.answerable
        ]
        rows += judged(sample, others, reader, chance)
        print(sample.name, len(rows), file=sys.stderr)
    fits = {}
    for count in (len(SIGNALS) - OF_READER, len(SIGNALS)):
        fitted, results = fit(rows, count), by_turns(rows, count)
        for name, result in results.items():
            print(f"{count:2} signals, {name:10}", result)
        fits[str(count)] = {
            "signals": SIGNALS[:count],
            "means": [round(float(x), 4) for x in fitted.means],
            "scales": [round(float(x), 4) for x in fitted.scales],
            "weights": [round(float(x), 4) for x in fitted.weights],
            "bias": round(fitted.bias, 4),
            "kept_out": results,
        }
    store(FITTED, {"fits": fits, "fitted_on": len(rows)})


if __name__ == "__main__":
    main()
