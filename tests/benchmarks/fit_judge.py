"""Fit the judge of answerability: writes bot/judge.json.

    python tests/benchmarks/fit_judge.py DATA

A logistic regression on `bot.answerability.SIGNALS`. Answerable: questions of SQuAD, SQuADShifts,
QMSum and the invented meetings. Unanswerable, each kind weighed alike: another document's question
("other"), an answerable question with its most telling word swapped for one of the same sort or
with the passages that answer it withheld ("near-miss"), SQuAD 2.0's own ("adversarial"), and the
meetings' own. What was kept out is reported by kind; the meetings, which are most like the real
thing, are judged by a fit without the meeting in hand, then all are fitted on.
"""

import json
import random
import re
import sys
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.preprocessing import StandardScaler
from tuning import SEED, Sample, samples

from bot.answerability import FITTED, SIGNALS, signals
from bot.evaluation import Question
from embeddings import SentenceTransformerEncoder
from embeddings.terms import rarity, words

STRENGTH = 0.3  # inverse of the penalty on weights


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
            rows.append(
                Judged(sample.name, sample.kept_out, kind, signals(query, hits, retriever.index))
            )

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


def fit(rows: list[Judged]) -> tuple[StandardScaler, LogisticRegression]:
    values = np.asarray([row.values for row in rows])
    answerable = np.asarray([not row.kind for row in rows])
    # Each sort of document and each kind of question counts alike, and answerable as much as not.
    groups = [(row.sample.split(":")[0], row.kind) for row in rows]
    sizes = Counter(groups)
    per_side = {side: sum(bool(kind) != side for _, kind in sizes) for side in (True, False)}
    weight = [1 / sizes[group] / per_side[not group[1]] for group in groups]
    scaler = StandardScaler().fit(values)
    model = LogisticRegression(C=STRENGTH * len(rows), max_iter=2000)
    model.fit(
        scaler.transform(values), answerable, sample_weight=np.asarray(weight) / np.mean(weight)
    )
    return scaler, model


def predict(fitted: tuple[StandardScaler, LogisticRegression], rows: list[Judged]) -> np.ndarray:
    scaler, model = fitted
    return model.predict_proba(scaler.transform(np.asarray([row.values for row in rows])))[:, 1]


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
        own = [replace(q, question=q.question) for q in sample.questions if q.answerable]
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
    scaler, model = fit([*fitted_on, *inside])
    FITTED.write_text(
        json.dumps(
            {
                "signals": SIGNALS,
                "means": [round(float(x), 4) for x in scaler.mean_],
                "scales": [round(float(x), 4) for x in scaler.scale_],
                "weights": [round(float(x), 4) for x in model.coef_[0]],
                "bias": round(float(model.intercept_[0]), 4),
                "kept_out": results,
                "fitted_on": len(fitted_on) + len(inside),
                "seed": SEED,
            },
            indent=2,
        )
        + "\n",
        "utf-8",
    )
    if len(sys.argv) > 2:  # for looking closer
        np.save(sys.argv[2], np.asarray([[*row.values, not row.kind] for row in rows]))


if __name__ == "__main__":
    main()
