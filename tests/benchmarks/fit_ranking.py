"""Fit the weights of the sentence signals: writes embeddings/ranking.json.

    python tests/benchmarks/fit_ranking.py DATA

The weights maximise the probability of a golden sentence under a softmax over all candidates of its
question (ListNet's top-one loss). SQuAD, SQuADShifts, QMSum and the invented meetings weigh alike.
What was kept out is printed and stored beside the weights; the meetings, most like the real thing,
are scored by fits without the meeting in hand, and then all fitted on.
"""

import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from tuning import Sample, samples, store

from embeddings import SentenceTransformerEncoder
from embeddings.late import Matches
from embeddings.ranking import FITTED, SIGNALS, sentence_signals, weights

# Where the fit starts from, and is drawn to: weights that were found by hand.
RECIPE = {
    "sentence_dense": 0.15,
    "sentence_pieces": 0.30,
    "sentence_lexical": 0.15,
    "passage_dense": 0.15,
    "passage_rare_words": 0.20,
    "passage_coverage": 0.05,
    "kind": 0.04,
}
PENALTY = 1e-3


@dataclass(frozen=True)
class Candidates:
    """The candidate sentences of one question."""

    sample: str
    kept_out: bool
    signals: np.ndarray  # (sentences, signals)
    owner: np.ndarray  # (sentences,) which passage
    golden: np.ndarray  # (sentences,)


def candidates(sample: Sample) -> list[Candidates]:
    rows = []
    retriever, index = sample.retriever, sample.retriever.index
    for question in sample.questions:
        if not question.answerable:
            continue
        query = retriever.read(question.question)
        places, dense, lexical, matches = retriever.compare(query)
        signals = sentence_signals(query, index, places, dense, lexical, matches)
        golden = np.asarray(
            [_golden(sample, question, places, matches, row) for row in range(len(signals))]
        )
        rows.append(Candidates(sample.name, sample.kept_out, signals, matches.owner, golden))
    return rows


def _golden(sample: Sample, question, places: list[int], matches: Matches, row: int) -> bool:
    passage = sample.retriever.index.passages[places[matches.owner[row]]]
    sentence = passage.sentences[matches.member[row]]
    return sample.golden(question, sentence.start, sentence.end)


def fit(rows: list[Candidates]) -> np.ndarray:
    """Return the weights, their absolute values summing to one."""
    used = [row for row in rows if row.golden.any()]
    matrix = np.concatenate([row.signals for row in used]).astype(np.float64)
    golden = np.concatenate([row.golden for row in used])
    starts = np.cumsum([0, *(len(row.signals) for row in used)])[:-1]
    owner = np.repeat(np.arange(len(used)), [len(row.signals) for row in used])
    corpora = [row.sample.partition("-")[0].partition(":")[0] for row in used]
    sizes = Counter(corpora)
    share = np.asarray([1 / sizes[corpus] / len(sizes) for corpus in corpora])

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        scores = matrix @ w
        top = np.maximum.reduceat(scores, starts)[owner]
        mass = np.exp(scores - top)
        every = np.add.reduceat(mass, starts)
        right = np.add.reduceat(mass * golden, starts) + 1e-30
        off = w - start
        gradient = matrix.T @ ((mass / every[owner] - mass * golden / right[owner]) * share[owner])
        value = np.log(every / right) @ share + PENALTY * (off @ off)
        return float(value), gradient + 2 * PENALTY * off

    start = np.asarray([RECIPE.get(signal, 0.0) for signal in SIGNALS]) * 20
    fitted = minimize(loss, start, jac=True, method="L-BFGS-B").x
    return fitted / np.abs(fitted).sum()


def hits(rows: list[Candidates], w: np.ndarray) -> dict[str, float]:
    """Return how often the best sentence, and its passage, is golden."""
    sentence = passage = reciprocal = 0.0
    for row in rows:
        scores = row.signals @ w
        count = int(row.owner.max()) + 1
        best, golden = np.full(count, -np.inf), np.zeros(count, dtype=bool)
        np.maximum.at(best, row.owner, scores)
        np.logical_or.at(golden, row.owner, row.golden)
        ranked = golden[np.argsort(-best, kind="stable")]
        sentence += bool(row.golden[int(np.argmax(scores))])
        passage += bool(ranked[0])
        reciprocal += 1 / (1 + int(np.argmax(ranked))) if ranked[:10].any() else 0
    n = len(rows)
    return {
        "n": n,
        "sentence_hit@1": round(sentence / n, 3),
        "success@1": round(passage / n, 3),
        "mrr@10": round(reciprocal / n, 3),
    }


def main() -> None:
    encoder = SentenceTransformerEncoder()
    rows: list[Candidates] = []
    for sample in samples(Path(sys.argv[1]), encoder):
        rows += candidates(sample)
        print(sample.name, len(rows), file=sys.stderr)
    fitted_on = [row for row in rows if not row.kept_out]
    meetings = sorted({row.sample for row in rows if row.sample.startswith("meetings")})
    inside = [row for row in rows if row.sample in meetings]
    fitted = fit(fitted_on + inside)
    results = {}
    for name in ("squad", "qmsum"):
        kept_out = [row for row in rows if row.kept_out and row.sample.startswith(name)]
        results[name] = hits(kept_out, fitted)
        print(f"{name:10} before {hits(kept_out, weights())}\n{'':10} after  {results[name]}")
    by_turns = [
        hits(
            [row for row in inside if row.sample == meeting],
            fit([*fitted_on, *(row for row in inside if row.sample != meeting)]),
        )
        for meeting in meetings
    ]
    results["meetings"] = {
        key: round(sum(turn[key] * turn["n"] for turn in by_turns) / len(inside), 3)
        for key in ("sentence_hit@1", "success@1", "mrr@10")
    }
    print(f"meetings   before {hits(inside, weights())}\n{'':10} after  {results['meetings']}")
    store(
        FITTED,
        {
            "weights": {s: round(float(w), 4) for s, w in zip(SIGNALS, fitted, strict=True)},
            "kept_out": results,
            "fitted_on": len(fitted_on) + len(inside),
        },
    )


if __name__ == "__main__":
    main()
