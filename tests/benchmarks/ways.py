"""Measure, kind by kind, questions as people type them: python tests/benchmarks/ways.py [NAME ...]

Eight writers who know no such system asked 48 of the kept-out `meetings/` 24 questions each: with
typos, keywords alone, for a yes or no, with acronyms, for everything said, about the meeting as a
whole, as follow-ups, and three that the record does not answer. NAME is a meeting's, by default
all are asked.
"""

import sys
from collections import defaultdict
from pathlib import Path

from tuning import MEETINGS

from bot import Bot, evaluate, load_questions
from bot.evaluation.outcomes import Outcome
from embeddings import Document, Index, Retriever

SUFFIX = ".ways.jsonl"


def outcomes(path: Path) -> list[Outcome]:
    name = path.name.removesuffix(SUFFIX) + ".txt"
    document = Document(name, path.with_name(name).read_text("utf-8"))
    return list(evaluate(Bot(Retriever(Index.build([document]))), load_questions(path)).questions)


def main() -> None:
    names = sys.argv[1:] or [path.name.removesuffix(SUFFIX) for path in MEETINGS.glob(f"*{SUFFIX}")]
    kinds: dict[str, list[Outcome]] = defaultdict(list)
    for name in sorted(names):
        for one in outcomes(MEETINGS / f"{name}{SUFFIX}"):
            kinds[one.kind].append(one)
    print(f"{'kind':18} answerable  right  answered  unanswerable  silent")
    for kind, own in sorted(kinds.items()):
        asked = [one for one in own if one.answerable]
        others = [one for one in own if not one.answerable]
        right = sum(one.correct for one in asked) / max(1, len(asked))
        answered = sum(one.answered for one in asked) / max(1, len(asked))
        silent = sum(not one.answered for one in others) / max(1, len(others))
        print(
            f"{kind:18} {len(asked):10}  {right:5.2f}  {answered:8.2f}  {len(others):12}"
            f"  {silent:6.2f}"
        )


if __name__ == "__main__":
    main()
