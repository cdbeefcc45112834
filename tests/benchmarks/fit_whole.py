"""Fit what answers questions about a meeting as a whole: whole.json, telling.json in bot/meeting/.

    python tests/benchmarks/fit_whole.py

Which of a meeting is asked for is told by a logistic regression on the question's vector, its words
and pairs of words, one for each thing; of the questions that it learns from, 5,841 were written for
it by ten writers (`training-questions/whole.jsonl`), of whom each is judged by a fit without him;
what is asked of the meetings in `training-meetings/` (a fifth of it) and stray letters ask for no
such thing. Which sentence tells of a decision or a task is told by the stems of its words and
pairs of words, few of which get a weight (L1), on 90 meetings whose sentences were marked
(`training-questions/telling.jsonl`).
"""

import json
import random
import string
from collections import defaultdict
from pathlib import Path

import numpy as np
from scipy.sparse import hstack
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score
from training_questions import FOLDER
from tuning import SEED, TRAINING, store, training_asked

from bot.logistic import stemmed_terms, terms
from bot.meeting.telling import ENOUGH
from bot.meeting.telling import FITTED as TELLING
from bot.meeting.whole import ENOUGH as LIKELY
from bot.meeting.whole import FITTED as WHOLE
from bot.meeting.whole import KINDS
from embeddings import Document, Index, SentenceTransformerEncoder

# "Until" is an end of which the hour is asked.
ASKED = [name for name in KINDS if name != "until"]
QUESTIONS, SENTENCES = FOLDER / "whole.jsonl", FOLDER / "telling.jsonl"
# A question about something in a meeting counts so much: there are many more of those.
OTHERS_COUNT = 0.25
# Stray letters ask for nothing; unless told so, it takes some for a wish to hear the gist.
STRAY = 80
# What a word counts beside a vector of length 1, and of how many of the questions it is at least.
WORDS_COUNT = 0.3
LEAST_QUESTIONS = 3
# A smaller weight is as good as none, but a line of the file.
LEAST_WEIGHT = 0.2
# Words and pairs that stand in fewer meetings say more about these than about decisions.
LEAST_MEETINGS = 4


def _rows(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def _others() -> list[str]:
    chance = random.Random(SEED)
    letters = string.ascii_letters + string.digits + "éüß ?"
    stray = ["".join(chance.choices(letters, k=chance.randint(1, 14))) for _ in range(STRAY)]
    return training_asked()[::5] + stray


def fit_whole() -> None:
    rows, others = _rows(QUESTIONS), _others()
    texts = [row["question"] for row in rows] + others
    vectors = np.stack([one.vector for one in SentenceTransformerEncoder().encode(texts)])
    vectorizer = CountVectorizer(analyzer=terms, binary=True, min_df=LEAST_QUESTIONS)
    vectorizer.fit(texts[: len(rows)])
    names = vectorizer.get_feature_names_out()
    signals = hstack([vectors, WORDS_COUNT * vectorizer.transform(texts)]).tocsr()
    writers = np.asarray([row["writer"] for row in rows] + [""] * len(others))
    counts = np.where(writers == "", OTHERS_COUNT, 1)
    fits, held = {}, np.zeros((len(rows), len(ASKED)))
    wanted = np.asarray([[name in row["asks"] for name in ASKED] for row in rows])
    for place, name in enumerate(ASKED):
        is_asked = np.concatenate([wanted[:, place], np.zeros(len(others), dtype=bool)])

        def fit(chosen: np.ndarray, is_asked: np.ndarray = is_asked) -> LogisticRegression:
            model = LogisticRegression(C=30, solver="liblinear", tol=1e-3, random_state=0)
            return model.fit(signals[chosen], is_asked[chosen], sample_weight=counts[chosen])

        for writer in sorted({*writers} - {""}):
            own = np.flatnonzero(writers == writer)
            held[own, place] = fit(writers != writer).predict_proba(signals[own])[:, 1]
        model = fit(np.ones(len(writers), dtype=bool))
        weights = model.coef_[0]
        of_terms = zip(names, WORDS_COUNT * weights[vectors.shape[1] :], strict=True)
        fits[name] = {
            "bias": round(float(model.intercept_[0]), 3),
            "vector": [round(float(weight), 3) for weight in weights[: vectors.shape[1]]],
            "terms": {
                term: round(float(weight), 2)
                for term, weight in of_terms
                if abs(weight) >= LEAST_WEIGHT
            },
        }
    any_asked, said = wanted.any(axis=1), (held >= LIKELY)
    kept_out = {
        "asked_for": int(any_asked.sum()),
        "all_told": round(float((said == wanted)[any_asked].all(axis=1).mean()), 3),
        "any_told": round(float((said & wanted)[any_asked].any(axis=1).mean()), 3),
        "lookalikes": int((~any_asked).sum()),
        "left_alone": round(float((~said[~any_asked]).all(axis=1).mean()), 3),
    }
    print("whole", kept_out)
    store(WHOLE, {"fits": fits, "kept_out": kept_out, "fitted_on": len(writers)})


def fit_telling() -> None:
    encoder = SentenceTransformerEncoder()
    texts, meetings, wanted = [], [], defaultdict(list)
    for number, row in enumerate(_rows(SENTENCES)):
        text = (TRAINING / row["document"]).read_text("utf-8")
        index = Index.build([Document(row["document"], text)], encoder=encoder)
        spans = {(one.start, one.end) for passage in index.passages for one in passage.sentences}
        for start, end in sorted(spans):
            texts.append(text[start:end])
            meetings.append(number)
            for name in ("decided", "tasks"):
                wanted[name].append(start in row[name])
    vectorizer = CountVectorizer(analyzer=stemmed_terms, binary=True)
    counts = vectorizer.fit_transform(texts).tocsr()
    numbers = np.asarray(meetings)
    within = [len({*numbers[counts[:, column].nonzero()[0]]}) for column in range(counts.shape[1])]
    common = np.flatnonzero(np.asarray(within) >= LEAST_MEETINGS)
    names, counts = vectorizer.get_feature_names_out()[common], counts[:, common]
    fits = {}
    for name, marked in wanted.items():
        told = np.asarray(marked)

        def fit(chosen: np.ndarray, told: np.ndarray = told) -> LogisticRegression:
            model = LogisticRegression(C=0.5, penalty="l1", solver="liblinear", random_state=0)
            return model.fit(counts[chosen], told[chosen])

        p = np.zeros(len(texts))
        for turn in range(6):
            own = numbers % 6 == turn
            p[own] = fit(~own).predict_proba(counts[own])[:, 1]
        model = fit(np.ones(len(texts), dtype=bool))
        used = np.flatnonzero(model.coef_[0])
        fits[name] = {
            "bias": round(float(model.intercept_[0]), 3),
            "terms": {names[one]: round(float(model.coef_[0][one]), 3) for one in used},
            "kept_out": {
                "sentences": len(texts),
                "told": int(told.sum()),
                "average_precision": round(float(average_precision_score(told, p)), 3),
                "precision": round(float(told[p >= ENOUGH].mean()), 3),
                "recall": round(float((p >= ENOUGH)[told].mean()), 3),
            },
        }
        print(name, fits[name]["kept_out"])
    store(TELLING, {"fits": fits})


if __name__ == "__main__":
    fit_whole()
    fit_telling()
