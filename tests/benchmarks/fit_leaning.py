"""Fit what tells a question that leans on those before it: writes bot/followups/leaning.json.

    python tests/benchmarks/fit_leaning.py

A logistic regression on the marks of `bot.followups.leaning`, learnt from 864 last questions of
conversations that six writers, who know no such system, had with 72 training meetings
(`training-questions/follow-ups.jsonl`), of which each writer's are judged by a fit without him.
What is asked first of the meetings in `training-meetings/` and of a meeting as a whole leans on
nothing.
"""

import json

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from training_questions import FOLDER
from tuning import store, training_asked

from bot.followups.leaning import ENOUGH, FITTED, marks

# A question that is asked first, or of the whole, counts so much: there are many more of those.
FIRST_COUNTS, WHOLE_COUNTS = 0.03, 0.2
LEAST_QUESTIONS = 3
# A smaller weight is as good as none, but a line of the file.
LEAST_WEIGHT = 0.05


def main() -> None:
    rows, whole = (
        [json.loads(line) for line in (FOLDER / name).read_text("utf-8").splitlines()]
        for name in ("follow-ups.jsonl", "whole.jsonl")
    )
    first = training_asked()[::6]
    of_whole = [row["question"] for row in whole if row["asks"]][::2]
    texts = [row["question"] for row in rows] + first + of_whole
    others = len(first) + len(of_whole)
    leans = np.asarray([row["leans"] for row in rows] + [False] * others)
    counts = np.repeat([1, FIRST_COUNTS, WHOLE_COUNTS], [len(rows), len(first), len(of_whole)])
    writers = np.asarray([row["writer"] for row in rows] + [""] * others)
    turns = np.where(writers == "", np.arange(len(texts)) % len({*writers} - {""}), -1)

    def fit(chosen: np.ndarray) -> tuple[CountVectorizer, LogisticRegression]:
        vectorizer = CountVectorizer(
            analyzer=lambda text: {*marks(text)}, min_df=LEAST_QUESTIONS
        ).fit([texts[one] for one in np.flatnonzero(chosen)])
        model = LogisticRegression(solver="liblinear", random_state=0)
        model.fit(vectorizer.transform(texts)[chosen], leans[chosen], counts[chosen])
        return vectorizer, model

    p = np.zeros(len(texts))
    for turn, writer in enumerate(sorted({*writers} - {""})):
        own = (writers == writer) | (turns == turn)
        vectorizer, model = fit(~own)
        p[own] = model.predict_proba(vectorizer.transform(texts)[own])[:, 1]
    asked, said = np.arange(len(texts)) < len(rows), p >= ENOUGH
    kept_out = {
        "auroc": roc_auc_score(leans[asked], p[asked]),
        "leaning_told": said[leans].mean(),
        "new_topics_left": 1 - said[asked & ~leans].mean(),
        "first_left": 1 - said[~asked & (counts == FIRST_COUNTS)].mean(),
        "whole_left": 1 - said[~asked & (counts == WHOLE_COUNTS)].mean(),
    }
    kept_out = {name: round(float(value), 3) for name, value in kept_out.items()}
    print(kept_out)
    vectorizer, model = fit(np.ones(len(texts), dtype=bool))
    weights = zip(vectorizer.get_feature_names_out(), model.coef_[0], strict=True)
    fitted = {
        "bias": round(float(model.intercept_[0]), 3),
        "terms": {
            mark: round(float(weight), 2) for mark, weight in weights if abs(weight) >= LEAST_WEIGHT
        },
    }
    store(FITTED, {"fits": {"leans": fitted}, "kept_out": kept_out, "fitted_on": len(texts)})


if __name__ == "__main__":
    main()
