"""Tell what a question is about, and what can be asked about by itself."""

from __future__ import annotations

import re

from embeddings.terms import Word, words
from embeddings.text.dates import MONTH, TH, WEEKDAY

# What a question is about is called by so many words and characters; more are half a sentence.
MOST_OF_TOPIC, LONGEST_TOPIC = 5, 100

# What follows names what was spoken of; what follows another preposition is only a part of it.
_ABOUT = re.compile(
    r"\b(?:about|on|regarding|concerning)\s+(?!(?:about|on|in|at|of|for|to|with|by|from)\b)",
    re.IGNORECASE,
)
# "on Sunday" and "on 3 May" say when, not what it is about.
_WHEN = re.compile(rf"(?:the )?\d|(?:{WEEKDAY}s?|{MONTH})(?!\w)", re.IGNORECASE)
DAY = rf"(?:{WEEKDAY}s?|(?:{TH}\s+(?:of\s+)?)?{MONTH}(?:\s+{TH})?|\d{{4}}-\d\d-\d\d)(?!\w)"
DATED = re.compile(
    r"\b(?P<when>(?:in|on|at|of|for|from|during|by|since|until|before|after)\s+)?"
    rf"(?P<the>the\s+)?(?P<day>{DAY})(?P<year>,?\s+\d{{4}})?"
    r"(?P<meeting>\s+(?:meeting|minutes|session|one)\b)?",
    re.IGNORECASE,
)
# "And for children?" asks of another part than what the question was about.
PART = re.compile(r"(?:for|with|in|on|at|of|to|from|by|as)\b", re.IGNORECASE)
# "The month of that visit" leans itself.
_POINTS = re.compile(r",|\b(?:this|that|these|those|it|its|them|their|his|her|other)\b", re.I)
# Verbs and adverbs that name no topic.
_EMPTY = frozenset(
    "say said agre discuss talk mention happen state explain express confirm note add last take "
    "place hold held come ask rais point tell told give gave mean long first next exact precis "
    "elabor detail els thing more reason view think opinion stand would could may might must "
    "shall".split()
)


def telling(question: str) -> list[Word]:
    """Return the words of a question that tell what it is about."""
    return [word for word in words(question) if word.stem and word.stem not in _EMPTY]


def is_topic(another: str) -> bool:
    """Say whether something is named that can be asked about by itself."""
    short = len(another.split()) <= MOST_OF_TOPIC and len(another) <= LONGEST_TOPIC
    part = PART.match(another) or DATED.fullmatch(another) or _POINTS.search(another)
    return short and not part and bool(telling(another))


def topic_start(question: str) -> int:
    """Return where that begins which a question says to be about, 0 if it does not say so."""
    places = [match.end() for match in _ABOUT.finditer(question)]
    named = (at for at in reversed(places) if telling(question[at:]))
    return next((at for at in named if not _WHEN.match(question, at)), 0)
