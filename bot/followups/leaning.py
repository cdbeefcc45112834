"""Tell whether a question leans on those before it: whether alone one could not tell what it asks.

"on what condition?" and "who pays, then" hold no pronoun to tell them by. They are told by a
logistic regression on a question's words, pairs of words and shape, fitted by
`tests/benchmarks/fit_leaning.py`; its weights are in `leaning.json`, to be read.
"""

from __future__ import annotations

import re
from pathlib import Path

from bot.logistic import fits, terms
from embeddings.terms import TELLING_RARITY, rarity, words
from embeddings.text.languages import ENGLISH, language

FITTED = Path(__file__).with_name("leaning.json")
ENOUGH = 0.5
_WHICH = re.compile(r"(?:and )?(?:\w{2,5} )?(?:which|what) \w+\W*", re.IGNORECASE)


def marks(question: str) -> list[str]:
    """Return a question's words, pairs of words, and marks of its length and of both its ends."""
    found = words(question)
    said = [question[word.start : word.end] for word in found]
    telling = [word for word in found if word.stem]
    names = sum(question[word.start].isupper() for word in telling if word.start)
    rare = sum(rarity(word.stem) >= TELLING_RARITY for word in telling)
    counts = (("words", said, 12), ("telling", telling, 6))
    return [
        *terms(question),
        *(f"#{name} {min(len(counted), most)}" for name, counted, most in counts),
        f"#names {min(names, 2)}",
        f"#rare {min(rare, 4)}",
        *(f"^{word.lower()}" for word in said[:1]),
        *(f"{word.lower()}$" for word in said[-1:]),
    ]


def leans(question: str) -> bool:
    """Say whether a question in a conversation leans on what was asked before, if it is English."""
    if not any(word.stem for word in words(question)) or _WHICH.fullmatch(question):
        return True  # "where?" and "in which meeting?" alone ask of nothing
    if language(question) != ENGLISH:
        return False
    return fits(FITTED)["leans"].likelihood(marks(question)) >= ENOUGH
