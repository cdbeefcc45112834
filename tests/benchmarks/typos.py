"""Measure what a wrong letter costs, with mending and without: python tests/benchmarks/typos.py

Up to 18 of what was asked of each of the kept-out `meetings/` (`*.asked.jsonl`), with a letter left
out, doubled, swapped with the next or replaced, in one word of four letters or more.
"""

import random
import re
import string
from collections import Counter
from dataclasses import replace

from tuning import MEETINGS, meeting_asked

import embeddings.retriever
from bot import Bot, evaluate, load_questions
from embeddings import Index, Retriever

EACH = 18
SEED = 11
LONG_WORD = re.compile(r"[A-Za-z]{4,}")


def mistyped(text: str, chance: random.Random) -> str:
    """Return a text with a letter wrong in one of its long words, if it has any."""
    words = list(LONG_WORD.finditer(text))
    if not words:
        return text
    word = chance.choice(words)
    at = chance.randrange(word.start() + 1, word.end() - 1)
    here, after = text[at], text[at + 1]
    other = chance.choice(string.ascii_lowercase.replace(here.lower(), ""))
    wrong = [after, here + here + after, other + after, *([after + here] if after != here else [])]
    return text[:at] + chance.choice(wrong) + text[at + 2 :]


def main() -> None:
    chance = random.Random(SEED)
    mend = embeddings.retriever.mend
    right: Counter[str] = Counter()
    silent: Counter[str] = Counter()
    asked: Counter[bool] = Counter()
    for path in sorted(MEETINGS.glob("*.asked.jsonl")):
        questions = [one for one in load_questions(path) if not one.history]
        chosen = chance.sample(questions, min(EACH, len(questions)))
        wrong = [replace(one, question=mistyped(one.question, chance)) for one in chosen]
        bot = Bot(Retriever(Index.build([meeting_asked(path)])))
        asked.update(bool(one.evidence) for one in chosen)
        for name, own in (("rightly spelt", chosen), ("mended", wrong), ("left as it is", wrong)):
            embeddings.retriever.mend = mend if name != "left as it is" else lambda said, _: said
            outcomes = evaluate(bot, own).questions
            right[name] += sum(one.correct for one in outcomes if one.answerable)
            silent[name] += sum(not one.answered for one in outcomes if not one.answerable)
    print(f"{asked[True]} answerable, {asked[False]} not")
    for name in right:
        print(f"{name:14} right {right[name] / asked[True]:.3f}", end="  ")
        print(f"silent {silent[name] / asked[False]:.3f}")


if __name__ == "__main__":
    main()
