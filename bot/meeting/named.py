"""Tell which meeting a question names: by its day, month or year, as the last one, or by its title.

Asked of all, "What was decided in March?" is answered by the one sentence that has the word, and
that is April's, on the minutes of 11 March. But the day of each document is known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import groupby
from operator import attrgetter

from embeddings.index import Index
from embeddings.terms import stems, words
from embeddings.text.dates import MONTH, SAID_DAY
from embeddings.text.times import said_day

# Of more documents than these it cannot be meant how they ended, nor when and where they were.
MOST_DOCUMENTS = 7
# Of more than these, names tell little apart, and all would have to be compared at each question.
MOST_NAMES = 1000

_MEETING = r"(?:meeting|minutes|session|hearing)\b"
_SOME_MEETING = re.compile(rf"\b{_MEETING}", re.IGNORECASE)
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
# "What was decided on parking at" that meeting; but "Who was at" it says nothing without.
_AT = re.compile(r"[\s,]*\b(?:at|in|during|from|of)\s+$|,\s+$", re.IGNORECASE)
# The last one tells of it.
_NEXT = re.compile(rf"{_APART}\b(?:the\s+)?next\s+{_OF_SOMEBODY}{_MEETING}", re.IGNORECASE)
_WHEN_NEXT = re.compile(
    r"(?:when|what (?:day|date|time))\b.+\bmeet(?:ing)?\s+(?:next|again)\W*|"
    rf"(?:when|what (?:day|date|time))(?:['’]s| is| will)\b.*\bnext\s+{_OF_SOMEBODY}{_MEETING}.*",
    re.IGNORECASE,
)
# "in March", "on 11 March": of the meeting, or of what is asked about.
_THEN = re.compile(
    rf"[\s,]*\b(?:in|during|on(?=\D{{0,20}}\d\d?\b))\s+(?:the\s+(?=\d))?(?P<day>{SAID_DAY})(?!['’])",
    re.IGNORECASE,
)
# A record tells what was.
_WILL_BE = re.compile(r"\b(?:will|would|shall|should)\b", re.IGNORECASE)
_IS = re.compile(r"\b(?:is|are|do|does)\b", re.IGNORECASE)
_APART_IN_NAMES = re.compile(r"[\W_]+")
_FIGURE_OR_MONTH = re.compile(rf"\d+|\b{MONTH}(?!\w)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Naming:
    """Which meeting a question names, and how it reads where that meeting alone is asked.

    `said` are the year, the month and the day, 0 what is not said; without them it is the last one
    of several that are `called` so, or the one before a single one's, if `previous`. Where it is
    not `sure`, something else may have been then.
    """

    question: str
    called: str = ""
    said: tuple[int, int, int] | None = None
    previous: bool = False
    sure: bool = True

    def among(self, index: Index, documents: Sequence[str] | None) -> list[str] | None:
        """Return the documents, by default of all, that it names; None where that is not known."""
        ids = index.ids(documents)
        days = {id: day for id in ids if (day := index.about[id].day)}
        if self.said:
            found = [id for id, day in days.items() if self._is(day)]
            found = called(self.called, index, found) or found
            return found if found or len(days) == len(ids) else None
        if self.previous and len(ids) == 1:
            return []
        so_called = called(self.called, index, ids) or ids
        last = max((days[id] for id in so_called if id in days), default=None)
        return [id for id in so_called if days.get(id) == last]

    def reading(self, index: Index, documents: Sequence[str] | None) -> str:
        """Return how it reads there; whose next meeting it is told by a title need not be said."""
        of_title = _WHEN_NEXT.fullmatch(self.question) and called(self.called, index, documents)
        return "When is the next meeting?" if of_title else self.question

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
            before, behind = question[: found.start()], question[found.end() :]
            of_it = f"{_AT.sub('', before)}{behind}".lstrip(" ,")
            named_beside = of_it != f"{before}{behind}" and any(
                map(attrgetter("stem"), words(of_it))
            )
            asked = of_it if named_beside else before + found.expand(without) + behind
            said = said_day(groups["day"]) if "day" in groups else None
            return Naming(asked, groups["what"], said, previous=bool(groups.get("previous")))
    if _WHEN_NEXT.fullmatch(question) and not _NEXT.search(question):
        return Naming(question, question)
    if found := _NEXT.search(question):
        return None if found["apart"] else Naming(question, question)
    then = _THEN.search(question)
    if not then or _WILL_BE.search(question) or _IS.search(question):
        return None
    asked = (question[: then.start()] + question[then.end() :]).lstrip(" ,")
    return Naming(asked, said=said_day(then["day"]), sure=False) if words(asked) else None


def called(question: str, index: Index, documents: Sequence[str] | None) -> list[str]:
    """Return those documents, not all, whose title or file's name has most words of a question."""
    ids = index.ids(documents)
    several = 1 < len(ids) <= MOST_NAMES
    said = {*wording(_SOME_MEETING.sub("", question))} if several else set()
    shared = {id: len(_name_of(index.about[id].title, id) & said) for id in ids} if said else {}
    most = max(shared.values(), default=0)
    found = [id for id, count in shared.items() if count == most > 0]
    return found if len(found) < len(ids) else []


def unnamed(question: str, index: Index, documents: Iterable[str]) -> str:
    """Return a question with "the meeting" for what it calls documents by."""
    names = {one for id in documents for one in _name_of(index.about[id].title, id)}
    runs = [
        list(run)
        for is_name, run in groupby(words(question), key=lambda word: word.stem in names)
        if is_name
    ]
    run = max(runs, key=len)
    before = re.sub(r"\b(?:the|our)\s+$", "", question[: run[0].start], flags=re.IGNORECASE)
    behind = re.sub(rf"^(?:['’]s)?\s+{_MEETING}", "", question[run[-1].end :], flags=re.IGNORECASE)
    return f"{before}the meeting{behind}"


@lru_cache(maxsize=1 << 16)
def _name_of(title: str, id: str) -> frozenset[str]:
    """Return the stems of what a document may be called by, but for its day."""
    return frozenset(wording(f"{title} {_APART_IN_NAMES.sub(' ', id)}"))


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
