"""Read what is asked besides of the articles and QMSum's meetings that are learnt from.

The rows of `training-questions/` hold places in those texts alone, which are not the project's.
"""

import json
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).with_name("training-questions")
ARTICLE_QUESTIONS, DIALOGUE_QUESTIONS = FOLDER / "articles.jsonl", FOLDER / "dialogues.jsonl"

Span = tuple[int, int]


@dataclass(frozen=True)
class TrainingQuestion:
    """A question about a part of a document, `within`, beyond which nobody looked for answers.

    `evidence` is the sentence or the stretch of turns that answers (None: nothing does), `answer`
    the short answer in it, where there is one; `kind` how a question without an answer misleads.
    """

    question: str
    within: Span
    kind: str
    evidence: Span | None
    answer: Span | None


def training_questions(path: Path) -> dict[str, list[TrainingQuestion]]:
    """Return the questions of a file by the document that they are about."""
    found = defaultdict(list)
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        spans = [tuple(row[key]) if key in row else None for key in ("evidence", "answer")]
        one = TrainingQuestion(row["question"], tuple(row["within"]), row.get("kind", ""), *spans)
        found[row["document"]].append(one)
    return found
