"""Measure, kind by kind, questions as people type them: python tests/benchmarks/ways.py [--unseen]

Eight writers who know no such system asked 48 of the kept-out `meetings/` 24 questions each: with
typos, keywords alone, for a yes or no, with acronyms, for everything said, about the meeting as a
whole, as follow-ups, and three that the record does not answer. With --unseen only those of the
meetings by whose failures nothing was mended: their names' CRC-32 is even.
"""

import sys
import zlib
from collections import defaultdict
from pathlib import Path

from tuning import MEETINGS, meeting_asked

from bot import Bot, evaluate, load_questions
from bot.evaluation.outcomes import Outcome
from embeddings import Index, Retriever


def outcomes(path: Path) -> list[Outcome]:
    bot = Bot(Retriever(Index.build([meeting_asked(path)])))
    return list(evaluate(bot, load_questions(path)).questions)


def main() -> None:
    paths = sorted(MEETINGS.glob("*.ways.jsonl"))
    if "--unseen" in sys.argv:
        paths = [path for path in paths if zlib.crc32(path.name.encode()) % 2 == 0]
    kinds: dict[str, list[Outcome]] = defaultdict(list)
    for path in paths:
        for one in outcomes(path):
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
