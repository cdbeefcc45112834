"""Mend a question's misspelt words: "Venezula" where the record has "Venezuela", "wich" to "which".

A word is taken for misspelt only when no list knows it: neither the record, nor the background
texts, nor an English dictionary. So a question about another matter stays about that.
"""

from __future__ import annotations

from collections.abc import Iterator

from embeddings.index import Index
from embeddings.terms import ASKING, dictionary, fold, is_background, stem, words
from embeddings.text.languages import ENGLISH, language

# One letter in five may be wrong, and one letter of a word that does not begin with a capital.
MOST_WRONG = 0.2
SHORTEST = 4
# How much less usual it is that letters are struck in place of others, or that two are wrong.
STRUCK = 0.1
TWO_WRONG = 0.01
# Of a question's words, so many are taken from the record; the others are any English ones.
FROM_RECORD = 0.5
# What questions ask with stands in them more than elsewhere; each word of it so much.
ASKED_WITH = 0.02
# The least chance of a word that the record lacks to be meant at all, and how many times as great
# as that of any other word the chance of the word that is meant must be.
LEAST_CHANCE = 3e-6
CLEARLY = 3


def mend(question: str, index: Index) -> str:
    """Return the question, each misspelt word replaced by what is clearly meant, if anything is.

    One that is not English is left as it is: no dictionary knows its words.
    """
    if language(question) != ENGLISH:
        return question
    for word in reversed(words(question)):  # from the end, so that the spans before stay right
        said = question[word.start : word.end]
        if word.stem and _is_misspelt(said, index):
            right = _meant(said, index, begins=not words(question[: word.start]))
            question = question[: word.start] + (right or said) + question[word.end :]
    return question


def _is_misspelt(said: str, index: Index) -> bool:
    plain, term = fold(said), stem(said)
    if len(said) < SHORTEST or not said.isalpha() or plain in dictionary():
        return False
    if index.lexical.knows(term):  # "figurs" has the stem of "figures"
        return plain not in index.said and plain.removesuffix("s") not in index.said
    return not is_background(term)


def _meant(said: str, index: Index, *, begins: bool) -> str:
    """Return the word that was most likely meant, "" if there is none or it is not clear.

    A capital makes a name, which only the record can mend; but the first word has one anyway.
    """
    plain = fold(said)
    named = said[0].isupper()
    often = FROM_RECORD / max(len(index.lexical.terms), 1)
    wordings = {fold(word): word for word in _in_record(said, index)}
    # A word as the record has it counts twice as much as another of the same stem.
    chances = {near: 2 * often * _likeness(plain, near) for near in wordings}
    for near in dictionary().known(dictionary().edit_distance_1(plain)):
        if named and (stem(near) or not begins):
            continue
        held = often * (index.lexical.knows(stem(near)) + (near in wordings))
        chance = held + (1 - FROM_RECORD) * dictionary().word_usage_frequency(near)
        likeness = _likeness(plain, near)
        if near in ASKING and likeness > STRUCK:
            chance += ASKED_WITH
        chances[near] = chance * likeness
    if not chances:
        return ""
    best = max(sorted(chances), key=lambda one: chances[one])
    # "when" and "where" have no stem, and are two words all the same.
    others = (chances[one] for one in chances if (stem(one) or one) != (stem(best) or best))
    least = 0.0 if best in wordings else LEAST_CHANCE
    clear = chances[best] > least and chances[best] >= CLEARLY * max(others, default=0.0)
    right = best.capitalize() if named else best
    return wordings.get(best, right) if clear else ""


def _likeness(said: str, meant: str) -> float:
    """Return how likely a word is written so, against one of its letters left out or doubled."""
    from rapidfuzz.distance import OSA

    swapped = said[:2] == meant[1::-1]
    if said[0] != meant[0] and not swapped:
        return 0.0
    if OSA.distance(said, meant) > 1:
        return TWO_WRONG
    return 1.0 if set(said) <= set(meant) else STRUCK


def _in_record(said: str, index: Index) -> Iterator[str]:
    """Yield the record's words that a word is near to, by letters added, left out or changed."""
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    root = stem(said)
    first, swapped = root[0], root[1::-1]
    alike = [term for term in index.lexical.terms if term[0] == first or term[:2] == swapped]
    near = {term for term in alike if term[:3] == root[:3]}  # their endings may differ
    near.update(term for term, _, _ in process.extract(root, alike, scorer=OSA.distance, limit=5))
    for term in sorted(near):
        word = index.wording(term)
        wrong = OSA.distance(fold(said), fold(word))
        most = int(MOST_WRONG * max(len(said), len(word)))
        if wrong <= (most if said[0].isupper() else max(most, 1)):
            # A heading's capitals are no part of its words.
            yield word.lower() if word.isupper() and fold(word) in dictionary() else word
