"""Tell what a question is about, and what can be asked about by itself."""

from __future__ import annotations

import re

from embeddings.terms import Word, words

# What a question is about is called by so many words and characters; more are half a sentence.
MOST_OF_TOPIC, LONGEST_TOPIC = 5, 100

# What follows names what was spoken of; what follows another preposition is only a part of it.
_ABOUT = re.compile(
    r"\b(?:about|on|regarding|concerning)\s+(?!(?:about|on|in|at|of|for|to|with|by|from)\b)",
    re.IGNORECASE,
)
# "on Sunday" and "on 3 May" say when, not what it is about.
_DAY = re.compile(
    r"(?:(?:the )?\d|(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:jan|febr)uary|march|april|may\b|"
    r"june|july|august|(?:septem|octo|novem|decem)ber)",
    re.IGNORECASE,
)
# "And for children?" asks of another part than what the question was about.
PART = re.compile(r"(?:for|with|in|at|of|to|from|by|as)\b", re.IGNORECASE)
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
    part = PART.match(another) or _POINTS.search(another)
    return short and not part and bool(telling(another))


def topic_start(question: str) -> int:
    """Return where that begins which a question says to be about, 0 if it does not say so."""
    places = [match.end() for match in _ABOUT.finditer(question)]
    named = (at for at in reversed(places) if telling(question[at:]))
    return next((at for at in named if not _DAY.match(question, at)), 0)
