"""Tell a text's language by its script and its stop words.

It says which rules part the sentences, and whether the packaged model, which is English, will do.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import cache, lru_cache

from embeddings.terms import ASKING

ENGLISH = "en"
# Enough of a text to tell, taken from so many places: a record may begin with a list of names.
_SAMPLE = 5000
_PLACES = 5
# In English more than every seventh word is a stop word, but for four of 4,619 paragraphs of SQuAD,
# lists of names; in a Latin language without a list of its own, fewer are English ones.
_LEAST_SHARE = 0.15
_FEWEST_WORDS = 30
# By the first word of its letters' names in Unicode; other scripts have no rules of their own.
_SCRIPTS = {
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "CJK": "zh",
    "HANGUL": "ko",
    "CYRILLIC": "ru",
    "GREEK": "el",
    "ARABIC": "ar",
    "DEVANAGARI": "hi",
}
_KANA = ("HIRAGANA", "KATAKANA")
_WORD = re.compile(r"[^\W\d_]{2,}")


def language(text: str) -> str:
    """Return the code of a text's language, "" for one unknown; too short a text is English.

    What is told apart: the languages of `_SCRIPTS`, and those of Latin script that have a list of
    stop words.
    """
    if len(text) <= _SAMPLE:
        return _language(text)
    size = _SAMPLE // _PLACES
    begins = (place * (len(text) - size) // (_PLACES - 1) for place in range(_PLACES))
    return _language(" ".join(text[begin : begin + size] for begin in begins))


@lru_cache
def _language(text: str) -> str:
    scripts = Counter[str]()
    for one, times in Counter(text).items():
        if one.isalpha():
            scripts[unicodedata.name(one, "").partition(" ")[0]] += times
    if not scripts:
        return ENGLISH
    script, _ = scripts.most_common(1)[0]
    if script != "LATIN":
        return "ja" if any(one in scripts for one in _KANA) else _SCRIPTS.get(script, "")
    words = [word.casefold() for word in _WORD.findall(text)]
    counts = Counter(code for word in words for code in _stop_words().get(word, ()))
    code = max((ENGLISH, *counts), key=lambda one: counts[one])  # of equals the first
    rare = counts[ENGLISH] < _LEAST_SHARE * len(words) and len(words) >= _FEWEST_WORDS
    return "" if code == ENGLISH and rare else code


@cache
def _stop_words() -> dict[str, list[str]]:
    """Return for each stop word the codes of the languages that it belongs to."""
    from bm25s import stopwords

    lists = {
        ENGLISH: [*{*stopwords.STOPWORDS_EN_PLUS, *ASKING}],
        "de": stopwords.STOPWORDS_GERMAN,
        "es": stopwords.STOPWORDS_SPANISH,
        "fr": stopwords.STOPWORDS_FRENCH,
        "it": stopwords.STOPWORDS_ITALIAN,
        "nl": stopwords.STOPWORDS_DUTCH,
        "no": stopwords.STOPWORDS_NORWEGIAN,
        "pt": stopwords.STOPWORDS_PORTUGUESE,
        "sv": stopwords.STOPWORDS_SWEDISH,
        "tr": stopwords.STOPWORDS_TURKISH,
    }
    codes: dict[str, list[str]] = {}
    for code, words in lists.items():
        for word in words:
            codes.setdefault(word, []).append(code)
    return codes
