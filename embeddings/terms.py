"""Take the words of a text apart: stems, stop words, how rare each is, and whether English."""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

BACKGROUND = Path(__file__).with_name("background.json")
_WORD = re.compile(r"[^\W_]+(?:[.,'’][^\W_]+)*")
POSSESSIVE = re.compile(r"['’]s?$")
# Letters with a stroke or a tail and the like, of which Unicode has no plain form.
_PLAIN = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ħ": "h", "\N{LATIN SMALL LETTER DOTLESS I}": "i"}
    | {"ł": "l", "þ": "th", "æ": "ae", "œ": "oe"}
)
# ln(148): a word that fewer than one in 148 texts use says what a question is about.
TELLING_RARITY = 5.0
# What a question asks with, beside the stop words: these say nothing of its topic.
ASKING = frozenset(
    "what when where which who whom whose why how many much anyone anybody anything someone"
    " somebody something everyone everybody everything whoever whatever".split()
)


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text: its span, and its stem, "" for a stop word."""

    start: int
    end: int
    stem: str


def words(text: str) -> list[Word]:
    """Return the words of a text in order."""
    return [Word(match.start(), match.end(), stem(match.group())) for match in _WORD.finditer(text)]


def stems(text: str) -> list[str]:
    """Return the stems of a text's words in order, stop words left out."""
    return [word.stem for word in words(text) if word.stem]


def plain_words(text: str) -> frozenset[str]:
    """Return the words of a text, each once, without case, accents and possessives."""
    return frozenset(POSSESSIVE.sub("", word) for word in _WORD.findall(fold(text)))


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """Return a word's Porter2 stem, without case and accents; "" for a stop word."""
    plain = fold(word)
    if plain in _stop_words():
        return ""
    return str(_stemmer().stemWord(POSSESSIVE.sub("", plain))) or plain


def fold(word: str) -> str:
    """Return a word without case and accents."""
    if word.isascii():
        return word.lower()
    plain = unicodedata.normalize("NFKD", word.casefold()).translate(_PLAIN)
    return "".join(character for character in plain if not unicodedata.combining(character))


@cache
def _stop_words() -> frozenset[str]:
    from bm25s.stopwords import STOPWORDS_EN_PLUS

    return frozenset(STOPWORDS_EN_PLUS) | ASKING


@cache
def _stemmer() -> Any:
    import Stemmer

    return Stemmer.Stemmer("english")


@cache
def _background() -> tuple[int, Mapping[str, int]]:
    """Return how many background texts there are, and in how many of them each stem occurs."""
    counts = json.loads(BACKGROUND.read_text(encoding="utf-8"))
    return int(counts["texts"]), counts["stems"]


def is_background(term: str) -> bool:
    """Say whether a stem occurs in the background texts, often enough to be counted."""
    return term in _background()[1]


def is_english(word: str) -> bool:
    """Say whether the background texts or the dictionary know a word."""
    return is_background(stem(word)) or not stem(word) or fold(word) in dictionary()


@cache
def dictionary() -> Any:
    """Return an English dictionary, with how usual each word is."""
    from spellchecker import SpellChecker

    return SpellChecker()


def rarity(term: str) -> float:
    """Return a stem's inverse document frequency in general English; 0 for a stop word.

    ln((N + 1) / (n + 0.5)) over N background texts of which n hold the stem.
    """
    texts, counts = _background()
    return math.log((texts + 1) / (counts.get(term, 0) + 0.5)) if term else 0.0
