"""Read acronyms by their initials, where the record has only what they are short for, or only them.

"SMA" is "spinal muscular atrophy" where the record says so once and never "SMA"; "International
Court of Justice" is "ICJ" where the record has but that. What the record itself pairs, "Joint
Border Commission (JBC)", is read by `embeddings.acronyms`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from embeddings.index import Index
from embeddings.terms import POSSESSIVE, fold, is_english, stem, stems, words

_ACRONYM = re.compile(r"\b(?:[A-Z]{3,7}(?=s?\b)|[a-z]{3,7}\b)")
# What stands between the words of a name without a letter in its acronym.
_BESIDE = r"[ \n-]"
_LINK = rf"{_BESIDE}(?:of|for|the|and|on|in|to|de|against)\b"
_BETWEEN = rf"(?:{_LINK}){{0,2}}{_BESIDE}"
# The words next to a name; of a possessive before it only the s.
_BEFORE = re.compile(r"\b([^\W_]+)(?:[ -]|[ \n]of[ \n])\Z")
_AFTER = re.compile(r"[ -]([^\W_]+)")
# So much is searched through in some hundredths of a second.
MOST_PASSAGES, MOST_DOCUMENTS, MOST_WORDS = 2000, 100, 5
FEWEST_LETTERS, MOST_LETTERS = 3, 7
# A term without capitals is said so often.
FEWEST_USES = 2
# So many characters before a name its neighbour is looked for.
NEIGHBOUR = 40


def read_initials(question: str, index: Index) -> str:
    """Return the question, its acronyms and long names as the record has them, where that is clear.

    A record of more than `MOST_PASSAGES` or `MOST_DOCUMENTS` is not searched, nor is for more than
    the first `MOST_WORDS` words that could be acronyms.
    """
    if index.size > MOST_PASSAGES or len(index.documents) > MOST_DOCUMENTS or question.isupper():
        return question
    unknown = [one for one in _ACRONYM.finditer(question) if _is_unknown(one.group(), index)]
    for match in reversed(unknown[:MOST_WORDS]):
        if long := _long_form(match.group(), index):
            end = match.end()
            end += match.group().isupper() and question.startswith("s", end)
            question = question[: match.start()] + long + question[end:]
    return _use_acronyms(question, index)


def _is_unknown(short: str, index: Index) -> bool:
    """Say whether neither the record nor, without capitals, English has what may be an acronym."""
    if short.islower():
        return short not in index.said and not is_english(short)
    if fold(short) not in index.said:
        return True
    has = re.compile(rf"\b{short}s?\b")  # in capitals: "who" is not the WHO
    return not any(has.search(document.text) for document in index.documents.values())


def _long_form(short: str, index: Index) -> str:
    """Return the only name in the record that has these initials, "" if there is none or another.

    One with capitals goes before a term without, which must be said more than once: any words have
    some initials. What has no capitals itself, "nhf", can be a slip as well, and is short for
    nothing but capitals.
    """
    texts = [document.text for document in index.documents.values()]
    found = [one for one in _spelt(short.upper(), _BETWEEN, texts) if _is_name(one)]
    if not found and short.isupper():
        found = [*_spelt(short.lower(), _BESIDE, texts)]
        if len(found) < FEWEST_USES:
            return ""
    names = [POSSESSIVE.sub("", " ".join(one.group().split())) for one in found]
    if len({fold(one) for one in names}) != 1:
        return ""
    return names[0].title() if names[0].isupper() else names[0]


def _spelt(letters: str, between: str, texts: Iterable[str]) -> Iterator[re.Match[str]]:
    """Yield where words stand that begin with some letters, each of which says something."""
    spelt = re.compile(r"\b" + between.join(rf"({letter}[\w'’]*)" for letter in letters) + r"\b")
    for text in texts:
        for match in spelt.finditer(text):
            # A name goes over the end of a line at most once; a list does at every word.
            if match.group().count("\n") <= 1 and all(map(stem, match.groups())):
                yield match


def _is_name(match: re.Match[str]) -> bool:
    """Say whether words with capitals are the whole name of something.

    No other word with a capital goes before or after, as in "Road Engineers' Society", and an
    English word says what it is, "Commission" or "Court", as it does not of a person.
    """
    name = match.group()
    beside = [_BEFORE.search(match.string, max(0, match.start() - NEIGHBOUR), match.start())]
    if not POSSESSIVE.search(name):
        beside.append(_AFTER.match(match.string, match.end()))
    goes_on = any(one and one[1][0].isupper() and stem(one[1]) for one in beside)
    return not goes_on and is_english(re.split(_LINK, name)[0].split()[-1])


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
    telling = [word for word in words(question) if word.stem and question[word.start].isupper()]
    for first in range(len(telling)):
        most = first + 1
        while most < min(len(telling), first + MOST_LETTERS) and re.fullmatch(
            _BETWEEN, question[telling[most - 1].end : telling[most].start]
        ):
            most += 1
        for last in range(most, first + FEWEST_LETTERS - 1, -1):
            own = telling[first:last]
            initials = "".join(question[one.start] for one in own)
            yield question[own[0].start : own[-1].end], initials
