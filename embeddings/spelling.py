"""Mend a question's misspelt words by the record's own: "Venezula" where it has "Venezuela".

A word is taken for misspelt only when no list knows it: neither the record, nor the background
texts, nor an English dictionary. So a question about another matter stays about that.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from embeddings.index import Index
from embeddings.languages import ENGLISH, language
from embeddings.terms import Word, fold, is_background, words

# One letter in five may be wrong.
MOST_WRONG = 0.2
SHORTEST = 4


def mend(question: str, index: Index) -> str:
    """Return the question, each misspelt word replaced by the record's nearest word, if any.

    One that is not English is left as it is: no dictionary knows its words.
    """
    if language(question) != ENGLISH:
        return question
    for word in reversed(words(question)):  # from the end, so that the spans before stay right
        said = question[word.start : word.end]
        if _is_misspelt(word, said, index):
            right = _nearest(said, word.stem, index)
            question = question[: word.start] + (right or said) + question[word.end :]
    return question


def _is_misspelt(word: Word, said: str, index: Index) -> bool:
    return (
        len(word.stem) >= SHORTEST
        and said.isalpha()
        and not index.lexical.knows(word.stem)
        and not is_background(word.stem)
        and fold(said) not in _dictionary()
    )


@cache
def _dictionary() -> Any:
    from spellchecker import SpellChecker

    return SpellChecker()


def _nearest(said: str, stem: str, index: Index) -> str:
    """Return the record's word that is nearest by letters added, left out, changed or swapped.

    It must begin alike, and be the only one so near: "" if there is none.
    """
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    alike = [term for term in index.lexical.terms if term[0] == stem[0]]
    near = [term for term in alike if term[:3] == stem[:3]]  # their endings may differ
    near += [term for term, _, _ in process.extract(stem, alike, scorer=OSA.distance, limit=5)]
    wordings = {index.wording(term) for term in near}
    found = process.extract(
        said,
        wordings,
        scorer=OSA.normalized_distance,
        processor=fold,
        score_cutoff=MOST_WRONG,
        limit=2,
    )
    if not found or (len(found) == 2 and found[0][1] == found[1][1]):
        return ""
    return str(found[0][0])
