"""Read acronyms, and what they are short for, in the form that the record mostly uses.

Where "Joint Border Commission (JBC)" is "the JBC" from then on, so it is in the question.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from embeddings.terms import fold, is_background, stem, words

# "(JBC)", or as minutes have it of a person, "(JP, chair)".
_SHORT = re.compile(r"\((?P<short>[A-Z][A-Za-z0-9&-]{1,9})(?:[,;/][^()\n]*)?\)")
_WORD = re.compile(r"\w+")
_SENTENCE_END = re.compile(r"[.!?]\s|\n")


def usual_names(pairs: Iterable[tuple[str, str]], uses: Mapping[str, int]) -> dict[str, str]:
    """Return for each acronym, or its long form, the other one where that is used more.

    What is short for one thing here and for another there has no usual name, nor has a word of a
    person's name that is another's, too.
    """
    longs: dict[str, dict[str, str]] = {}
    for short, long in pairs:
        longs.setdefault(short, {}).setdefault(fold(long), long)
    bearers = Counter(folded for found in longs.values() for folded in found)
    usual = {}
    for short, found in longs.items():
        long, *others = [one for one in found.values() if not _is_word_of(one, found)]
        if others or uses[short] == uses[long]:
            continue
        more, less = (short, long) if uses[short] > uses[long] else (long, short)
        usual[less] = more
        for folded, word in found.items():
            if bearers[folded] == 1 and uses[short] > uses[word]:
                usual[word] = short
    return usual


def _is_word_of(long: str, longs: Iterable[str]) -> bool:
    return any(fold(long) in other.split() for other in longs if other != fold(long))


def count_uses(names: Iterable[str], texts: Iterable[str]) -> Counter[str]:
    """Count the uses of names in texts: each text is read once, however many names there are."""
    by_first: dict[str, list[tuple[str, re.Pattern[str]]]] = {}
    for name in {*names}:
        first = _WORD.search(name)
        assert first  # a name begins with a letter
        by_first.setdefault(first.group().casefold(), []).append((name, _said(name)))
    uses = Counter[str]()
    for text in texts if by_first else ():
        for word in _WORD.finditer(text):
            for name, said in by_first.get(word.group().casefold(), ()):
                uses[name] += said.match(text, word.start()) is not None
    return uses


def use_usual_names(question: str, usual: Mapping[str, str]) -> str:
    """Return the question, each name in it replaced by the usual one."""
    for less, more in usual.items():
        # Of a library's names hardly one is in a question, and a pattern takes long to make.
        if less.casefold() in question.casefold() and not _said(more).search(question):
            question = _said(less).sub(more.replace("\\", "\\\\"), question)
    return question


def _said(name: str) -> re.Pattern[str]:
    # "us" and "who" are not the United States and the World Health Organization, nor "mark" a Mark.
    is_capital = name.isupper() or (name[0].isupper() and " " not in name)
    is_word = is_capital and (not stem(name) or is_background(stem(name)))
    return re.compile(rf"\b{re.escape(name)}\b", 0 if is_word else re.IGNORECASE)


def spelt_out(text: str) -> Iterator[tuple[str, str]]:
    """Yield the acronyms that a text spells out, each with what it is short for.

    A person is asked for by each word of the name as well, so that is yielded, too.

    Right to left, each letter of the acronym must be found before the one after it, the first at
    the beginning of a word (Schwartz and Hearst, PSB 2003).
    """
    for match in _SHORT.finditer(text):
        short = match["short"]
        if sum(letter.isupper() for letter in short) < 2:
            continue
        before = _SENTENCE_END.split(text[max(0, match.start() - 200) : match.start()])[-1].rstrip()
        if long := _long_form(short, before):
            yield short, long
            if _is_person(short, long):
                yield from ((short, word) for word in long.split() if stem(word))


def _is_person(short: str, long: str) -> bool:
    """Say whether words with these initials are a person's name: a thing's say what it is."""
    own = long.split()
    return (
        len(own) > 1
        and short == "".join(one[0] for one in own)
        and not is_background(stem(own[-1]))
    )


def _long_form(short: str, before: str) -> str:
    most = min(len(short) + 5, 2 * len(short))
    place = len(before)
    letters = [letter for letter in short.rstrip("s").lower() if letter.isalnum()]
    for number, letter in enumerate(reversed(letters), 1):
        place = before.lower().rfind(letter, 0, place)
        while number == len(letters) and place > 0 and before[place - 1].isalnum():
            place = before.lower().rfind(letter, 0, place)
        if place < 0:
            return ""
    long = before[place:]
    return long if len(words(long)) <= most and fold(short) not in fold(long).split() else ""
