"""Read acronyms by their initials, where the record has only what they are short for, or only them.

"SMA" is "spinal muscular atrophy" where the record says so once and never "SMA"; "International
Court of Justice" is "ICJ" where the record has but that. What the record itself pairs, "Joint
Border Commission (JBC)", is read by `embeddings.acronyms`.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from embeddings.index import Index
from embeddings.spelling import is_english
from embeddings.terms import fold, stem, stems, words

_ACRONYM = re.compile(r"\b(?:[A-Z]{3,7}(?=s?\b)|[a-z]{3,7}\b)")
# What stands between the words of a name without a letter in its acronym.
_BETWEEN = r"(?:[ \n-]+(?:of|for|the|and|on|in|to|de|against))*[ \n-]+"
# So many passages are searched through in some ten milliseconds.
MOST_PASSAGES = 2000
FEWEST_LETTERS = 3


def read_initials(question: str, index: Index) -> str:
    """Return the question, its acronyms and long names as the record has them, where that is clear.

    A record of more than `MOST_PASSAGES` is not searched.
    """
    if index.size > MOST_PASSAGES or question.isupper():
        return question
    for match in reversed(list(_ACRONYM.finditer(question))):
        short = match.group()
        if fold(short) in index.said or (short.islower() and is_english(short)):
            continue
        if long := _long_form(short, index):
            end = match.end() + (short.isupper() and question.startswith("s", match.end()))
            question = question[: match.start()] + long + question[end:]
    return _use_acronyms(question, index)


def _long_form(short: str, index: Index) -> str:
    """Return the only name in the record that has these initials, "" if there is none or another.

    One with capitals goes before one without, in which every word must say something: any three
    words begin with some letters. What has no capitals itself, "nhf", can be a slip as well, and is
    short for nothing but capitals.
    """
    one_word = r"(?:{0}|{1})[\w’']*"
    letters = [one_word.format(letter.upper(), letter.lower()) for letter in short]
    spelt = re.compile(r"\b" + _BETWEEN.join(letters) + r"\b")
    found = [
        " ".join(match.group().split())
        for document in index.documents.values()
        for match in spelt.finditer(document.text)
    ]
    capital = [one for one in found if all(w[0].isupper() for w in one.split() if stem(w))]
    plain = [one for one in found if one.islower() and all(map(stem, one.split()))]
    names = capital or (plain if short.isupper() else [])
    if len({fold(name) for name in names}) != 1:
        return ""
    return names[0].title() if names[0].isupper() else names[0]


def _use_acronyms(question: str, index: Index) -> str:
    """Return the question, a name that the record lacks replaced by the acronym that it has."""
    for name, short in _names(question):
        known = index.lexical.knows
        if (
            known(stem(short))
            and index.wording(stem(short)).isupper()
            and not all(map(known, stems(name)))
        ):
            return question.replace(name, short)
    return question


def _names(question: str) -> Iterator[tuple[str, str]]:
    """Yield what may be names, three words with capitals or more, with their initials."""
    telling = [word for word in words(question) if word.stem]
    for first in range(len(telling)):
        for last in range(len(telling), first + FEWEST_LETTERS - 1, -1):
            own = telling[first:last]
            gaps = [question[a.end : b.start] for a, b in itertools.pairwise(own)]
            initials = "".join(question[one.start] for one in own)
            if initials.isupper() and all(re.fullmatch(_BETWEEN, gap) for gap in gaps):
                yield question[own[0].start : own[-1].end], initials
