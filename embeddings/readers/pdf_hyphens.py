"""Tell whether a hyphen that ends a line is the word's own, as in "high-level"."""

from __future__ import annotations

import re
from collections.abc import Iterable

from embeddings.readers.pdf_rows import LINE_HYPHENS
from embeddings.terms import is_english
from embeddings.text.languages import ENGLISH, language

HYPHENS = (*LINE_HYPHENS, "\xad")
_WORD = re.compile(r"\w+(?:-\w+)*")
_LAST = re.compile(r"[\w-]+$")
_FIRST = re.compile(r"[\w-]+")


class Hyphens:
    """The words of a document, by which broken ones are made whole."""

    def __init__(self, lines: Iterable[str]) -> None:
        """Take in the lines' words."""
        text = "\n".join(lines)
        self._said = set(_WORD.findall(text.casefold()))
        self._english = language(text) == ENGLISH

    def between(self, before: str, after: str) -> str:
        """Return what stands between the halves of a word: "-" if it is one of two words.

        The record tells if it has the word elsewhere, else an English dictionary.
        """
        last, first = _LAST.search(before), _FIRST.match(after)
        if not last or not first:
            return ""
        head, tail = last.group().casefold(), first.group().casefold()
        if head + tail in self._said:
            return ""
        if f"{head}-{tail}" in self._said:
            return "-"
        own = self._english and is_english(head) and is_english(tail)
        return "-" if own and not is_english(head + tail) else ""
