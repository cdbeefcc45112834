"""Tell which meeting a question names: by its day, its month or its year, or as the last one.

Asked of all, "What was decided in March?" is answered by the one sentence that has the word, and
that is April's, on the minutes of 11 March. But the day of each document is known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from embeddings.index import Index
from embeddings.terms import stems, words
from embeddings.text.dates import MONTH, SAID_DAY
from embeddings.text.times import said_day

# Of more documents than these it cannot be meant how they ended, nor when and where they were.
MOST_DOCUMENTS = 7

_MEETING = r"(?:meeting|minutes|session|hearing)\b"
_OF_SOMEBODY = r"(?:[\w-]+\s+){0,2}"
# What was put off to a meeting, or was done since, stands in another's record.
_APART = r"(?P<apart>\b(?:to|until|till|for|by|before|after|since)\s+)?"
_NAMED = (
    # "the March meeting", "July's minutes", "the 11 March council meeting"
    (
        rf"{_APART}(?P<the>\bthe\s+)?\b(?P<day>{SAID_DAY})(?:['’]s)?\s+"
        rf"(?P<what>(?(the){_OF_SOMEBODY}){_MEETING})",
        r"the \g<what>",
    ),
    # "the minutes of March", "the council meeting held on the 11th of March"
    (
        rf"{_APART}(?P<what>(?:\bthe\s+{_OF_SOMEBODY})?\b{_MEETING})(?:\s+held)?\s+"
        rf"(?:of|on|in|from)\s+(?:the\s+)?(?P<day>{SAID_DAY})",
        r"\g<what>",
    ),
    # "our last meeting", "the latest minutes"
    (
        rf"{_APART}\b(?:(?:the|its|our|their|your)\s+)?(?:last|latest|most\s+recent|(?P<previous>previous))\s+"
        rf"(?P<what>(?!\w+\s+minutes){_OF_SOMEBODY}{_MEETING})",
        r"the \g<what>",
    ),
)
# The last one tells of it.
_NEXT = re.compile(rf"{_APART}\b(?:the\s+)?next\s+{_OF_SOMEBODY}{_MEETING}", re.IGNORECASE)
# "in March", "on 11 March": of the meeting, or of what is asked about.
_THEN = re.compile(
    rf"[\s,]*\b(?:in|during|on(?=\D{{0,20}}\d\d?\b))\s+(?:the\s+(?=\d))?(?P<day>{SAID_DAY})(?!['’])",
    re.IGNORECASE,
)
# A record tells what was.
_WILL_BE = re.compile(r"\b(?:will|would|shall|should)\b", re.IGNORECASE)
_IS = re.compile(r"\b(?:is|are|do|does)\b", re.IGNORECASE)
_FIGURE_OR_MONTH = re.compile(rf"\d+|\b{MONTH}(?!\w)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Naming:
    """Which meeting a question names, and how it reads where that meeting alone is asked.

    `said` are the year, the month and the day, 0 what is not said; without them it is the last one
    of several, or the one before a single one's, if `previous`. Where it is not `sure`, something
    else may have been then.
    """

    question: str
    said: tuple[int, int, int] | None = None
    previous: bool = False
    sure: bool = True

    def among(self, index: Index, documents: Sequence[str] | None) -> list[str] | None:
        """Return the documents, by default of all, that it names; None where that is not known."""
        ids = index.ids(documents)
        days = {id: day for id in ids if (day := index.about[id].day)}
        if self.said:
            found = [id for id, day in days.items() if self._is(day)]
            return found if found or len(days) == len(ids) else None
        if self.previous and len(ids) == 1:
            return []
        last = max(days.values(), default=None)
        return [id for id, day in days.items() if day == last] or None

    def _is(self, day: date) -> bool:
        own = (day.year, day.month, day.day)
        return all(said in (0, one) for said, one in zip(self.said or (), own, strict=True))


def naming(question: str) -> Naming | None:
    """Return which meeting a question names, None if it names none."""
    for pattern, without in _NAMED:
        if found := re.search(pattern, question, re.IGNORECASE):
            if found["apart"] or _WILL_BE.search(question):
                return None
            groups = found.groupdict()
            asked = question[: found.start()] + found.expand(without) + question[found.end() :]
            said = said_day(groups["day"]) if "day" in groups else None
            return Naming(asked, said, previous=bool(groups.get("previous")))
    if found := _NEXT.search(question):
        return None if found["apart"] else Naming(question)
    then = _THEN.search(question)
    if not then or _WILL_BE.search(question) or _IS.search(question):
        return None
    asked = (question[: then.start()] + question[then.end() :]).lstrip(" ,")
    return Naming(asked, said_day(then["day"]), sure=False) if words(asked) else None


def names_another(question: str, index: Index, documents: Sequence[str] | None) -> bool:
    """Say whether a question names another meeting than that, or those, of all the documents."""
    named = naming(question)
    found = named.among(index, documents) if named else None
    return found is not None and len(found) < len(index.ids(documents))


def wording(text: str) -> tuple[str, ...]:
    """Return the stems of a text without its figures and months, alike in what is of one series."""
    return tuple(stems(_FIGURE_OR_MONTH.sub("", text)))


def latest_first(index: Index, documents: Iterable[str]) -> list[str]:
    """Return documents from the latest day to the first, those without one last."""
    return sorted(documents, key=lambda id: index.about[id].day or date.min, reverse=True)


def latest(index: Index, documents: Sequence[str] | None) -> Sequence[str]:
    """Return the documents, by default all, in their order; of more than a few the latest."""
    ids = index.ids(documents)
    chosen = set(latest_first(index, ids)[:MOST_DOCUMENTS])
    return [id for id in ids if id in chosen]
