"""Fit the weights of the sentence signals: writes embeddings/ranking.json.

    python tests/benchmarks/fit_ranking.py DATA

The weights maximise the probability of a golden sentence under a softmax over all candidates of its
question (ListNet's top-one loss). They are fitted on the documents that are set apart from what the
question's aims are trained on: articles, QMSum's meetings and invented ones, the last counting
twice. One fit is with the aims' signals, one without. What was kept out of both is printed and
stored beside the weights.
"""

import random
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from tuning import SEED, compared, learnt, samples, store

from bot.evaluation import Question
from embeddings import Index, Retriever, SentenceTransformerEncoder
from embeddings.ranking import FITTED, SIGNALS, WITHOUT_AIMS, weights

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
COUNTS = {"squad": 1, "qmsum": 1, "meetings": 2}
MOST = 60  # questions of a document


@dataclass(frozen=True)
class Candidates:
    """The candidate sentences of one question."""

    corpus: str
    signals: np.ndarray  # (sentences, signals)
    owner: np.ndarray  # (sentences,) which passage
    golden: np.ndarray  # (sentences,)


def candidates(corpus: str, retriever: Retriever, questions: list[Question]) -> list[Candidates]:
    found = [compared(retriever, question) for question in questions]
    return [Candidates(corpus, one.signals, one.matches.owner, one.golden) for one in found]


def fit(rows: list[Candidates], count: int) -> np.ndarray:
    """Return the weights of the first signals, their absolute values summing to one."""
    used = [row for row in rows if row.golden.any()]
    matrix = np.concatenate([row.signals[:, :count] for row in used]).astype(np.float64)
    golden = np.concatenate([row.golden for row in used])
    starts = np.cumsum([0, *(len(row.signals) for row in used)])[:-1]
    owner = np.repeat(np.arange(len(used)), [len(row.signals) for row in used])
    sizes = Counter(row.corpus for row in used)
    whole = sum(COUNTS.values())
    share = np.asarray([COUNTS[row.corpus] / sizes[row.corpus] / whole for row in used])

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

    start = np.asarray([RECIPE.get(signal, 0.0) for signal in SIGNALS[:count]]) * 20
    fitted = minimize(loss, start, jac=True, method="L-BFGS-B").x
    return fitted / np.abs(fitted).sum()


def hits(rows: list[Candidates], w: np.ndarray) -> dict[str, float]:
    """Return how often the best sentence, and its passage, is golden."""
    sentence = passage = reciprocal = 0.0
    for row in rows:
        scores = row.signals[:, : len(w)] @ w
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
    data, encoder = Path(sys.argv[1]), SentenceTransformerEncoder()
    chance = random.Random(SEED)
    rows: list[Candidates] = []
    for one in learnt(data):
        if one.apart:
            retriever = Retriever(Index.build([one.document], encoder=encoder))
            chosen = chance.sample(one.questions, min(MOST, len(one.questions)))
            corpus = one.name.partition("-")[0].removesuffix("shifts")
            rows += candidates(
                "meetings" if one.name.startswith("train:") else corpus, retriever, chosen
            )
            print(one.name, len(rows), file=sys.stderr)
    kept_out: dict[str, list[Candidates]] = defaultdict(list)
    for sample in samples(data, encoder):
        corpus = sample.name.partition(":")[0].partition("-")[0]
        answered = [question for question in sample.questions if question.answerable]
        kept_out[corpus] += candidates(corpus, sample.retriever, answered)
        print(sample.name, file=sys.stderr)
    fits: dict[str, object] = {}
    for count in (WITHOUT_AIMS, len(SIGNALS)):
        fitted = fit(rows, count)
        results = {name: hits(own, fitted) for name, own in kept_out.items()}
        for name, own in kept_out.items():
            print(f"{count} {name:10} before {hits(own, weights(count))}")
            print(f"{'':13} after  {results[name]}")
        named = zip(SIGNALS[:count], fitted, strict=True)
        fits[str(count)] = {
            "weights": {signal: round(float(weight), 4) for signal, weight in named},
            "kept_out": results,
        }
    store(FITTED, {"fits": fits, "fitted_on": len(rows)})


if __name__ == "__main__":
    main()
