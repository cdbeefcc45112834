"""Read a question once: its vectors, its words, and how much each word says."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

import numpy as np

from embeddings.aims import aim
from embeddings.arrays import Floats
from embeddings.encoder import PACKAGED_SHA256, Encoded, Encoder
from embeddings.errors import QuestionError
from embeddings.terms import Word, rarity, words

# The encoder reads 254 word pieces, about this many characters of English.
LONGEST_QUESTION = 1000


@dataclass(frozen=True, slots=True)
class Query:
    """A question that has been read.

    `pieces` (words, word pieces) averages the word pieces of each word; `rarities` (words,) is 0
    for a stop word. `aims` (n, dimension) look for what answers, each with a share; there are none
    with another encoder than the packaged one, for which they were trained.
    """

    text: str
    encoded: Encoded
    words: tuple[Word, ...]
    pieces: Floats
    rarities: Floats
    aims: Floats
    shares: Floats

    @property
    def stems(self) -> list[str]:
        """Return the stems of the words that say something."""
        return [word.stem for word in self.words if word.stem]


def read_query(question: str, encoder: Encoder) -> Query:
    """Read a question; raise `QuestionError` when it is blank or too long."""
    text = " ".join(check_question(question).split())
    encoded = encoder.encode([text])[0]
    found = words(text)
    pieces = np.zeros((len(found), len(encoded.tokens)), dtype=np.float32)
    for row, word in enumerate(found):
        own = (encoded.spans[:, 0] >= word.start) & (encoded.spans[:, 1] <= word.end)
        pieces[row, own] = 1 / max(1, int(own.sum()))
    rarities = np.asarray([rarity(word.stem) for word in found], dtype=np.float32)
    aims, shares = encoded.tokens[:0], rarities[:0]
    if encoder.fingerprint == PACKAGED_SHA256:
        aims, shares = aim(encoded.tokens)
    return Query(text, encoded, tuple(found), pieces, rarities, aims, shares)


def check_question(question: str) -> str:
    """Return the question, accents composed, or raise `QuestionError`: why it cannot be asked."""
    if not isinstance(question, str):
        raise QuestionError(f"the question is {question!r}: give a text")
    question = unicodedata.normalize("NFC", question)
    if not any(character.isalnum() for character in question):
        raise QuestionError("the question is empty: type a question about the meeting")
    if any("\ud800" <= character <= "\udfff" for character in question):
        raise QuestionError("the question holds half a character: type it again, as UTF-8")
    if len(question) > LONGEST_QUESTION:
        raise QuestionError(
            f"the question has {len(question):,} characters: ask in at most {LONGEST_QUESTION:,}"
        )
    return question
