"""Make what the reader is trained on: questions, each with a passage and the answer's place in it.

    python tests/benchmarks/reading_examples.py DATA examples.npz

From articles: nearly half of the examples have an answer (a question of SQuAD or SQuADShifts); the
others have none: SQuAD 2.0's adversarial questions, a passage of the same article that ranks high
for the question, a question with a telling word swapped for one of the same sort, another article's
question. From meetings: those invented in `training-meetings/` with what ranks high for their
questions, right or wrong, and QMSum's. Of articles and of QMSum's meetings more is asked in
`training-questions/`, which has the places of the answers alone, for the texts are not part of the
project. Four articles and `meetings/` are made into examples too, but marked as kept out; QMSum's
validation file is not read.

All texts are taken apart into word pieces here, so that training needs nothing of the project but
the file written: see `Packed`.
"""

import argparse
import hashlib
import json
import random
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
from article_examples import ARTICLES, articles, of_articles
from meeting_examples import DIALOGUES, of_dialogues, of_meetings
from packed import KINDS, Example, Packed
from training_questions import ARTICLE_QUESTIONS, DIALOGUE_QUESTIONS
from tuning import KEPT_OUT, MEETINGS, SEED, TRAINING

from embeddings import SentenceTransformerEncoder


def examples(data: Path) -> list[Example]:
    """Return all examples of a pass, and those of the kept out."""
    chance = random.Random(SEED)
    encoder = SentenceTransformerEncoder()
    found = articles(data, encoder)
    rows: list[Example] = []
    for out in (False, True):
        own = of_articles([one for one in found if (one.name in KEPT_OUT) == out], chance)
        own += of_meetings(MEETINGS if out else TRAINING)
        rows += [replace(row, kept_out=out) for row in own]
    return rows + of_dialogues(data)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    given = parser.parse_args()
    packed = Packed()
    rows = examples(given.data)
    for row in rows:
        packed.add(row)
    facts = {
        "data": {
            file: hashlib.sha256((given.data / file).read_bytes()).hexdigest()
            for file in (*ARTICLES, *DIALOGUES)
        },
        "questions": {
            path.name: len(path.read_text("utf-8").splitlines())
            for path in (ARTICLE_QUESTIONS, DIALOGUE_QUESTIONS)
        },
        "meetings": len(list(TRAINING.glob("*.txt"))),
        "kept_out": [*KEPT_OUT, "meetings/"],
        "kinds": KINDS,
        "examples_in_a_pass": Counter(row.kind for row in rows if not row.kept_out),
    }
    np.savez_compressed(given.out, facts=np.array(json.dumps(facts)), **packed.arrays())
    print(json.dumps(facts, indent=1))


if __name__ == "__main__":
    main()
