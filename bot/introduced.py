"""Keep a list's items with what introduces them: "The ministers agreed to: - hold an exercise;"."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import takewhile

from embeddings.datatypes import Document, Sentence
from embeddings.text.parts import LABEL
from embeddings.text.sentences import sentences_of

_LETTER, _FIGURE = re.compile(r"[^\W\d_]+"), re.compile(r"\d+")


def introduction(document: Document, start: int) -> Sentence | None:
    """Return the sentence that the list item at an offset goes on with, if it is one."""
    blocks = document.blocks or ()
    place = _block_at(document, start)
    if place < 0 or not document.text[blocks[place][0]].islower() or not _label(document, place):
        return None
    while place > 0 and _label(document, place) == _label(document, place - 1):
        place -= 1
    above = sentences_of(document, blocks[place - 1]) if place else []
    return above[-1] if above and _introduces(document, above[-1]) else None


def introduced(document: Document, start: int) -> list[Sentence]:
    """Return the first sentences of the items that go on with the sentence at an offset."""
    blocks = document.blocks or ()
    first = _block_at(document, start) + 1
    if not 0 < first < len(blocks) or not _label(document, first):
        return []
    above = sentences_of(document, blocks[first - 1])[-1]
    if above.start != start or not _introduces(document, above):
        return []
    found = []
    for place in _alike(document, first):
        item = sentences_of(document, blocks[place])[0]
        if introduction(document, item.start):
            found.append(item)
    return found


def _introduces(document: Document, sentence: Sentence) -> bool:
    return document.text[sentence.start : sentence.end].endswith(":")


def _alike(document: Document, first: int) -> Iterator[int]:
    """Yield the places of a list's blocks from its first on."""
    label = _label(document, first)
    count = len(document.blocks or ())
    return takewhile(lambda place: _label(document, place) == label, range(first, count))


def _block_at(document: Document, start: int) -> int:
    return bisect_right(document.blocks or (), start, key=lambda block: block[0]) - 1


def _label(document: Document, place: int) -> str:
    """Return the form of the label that stands before a block, "(a)" or "-", if one does."""
    start = (document.blocks or ())[place][0]
    before = document.text[document.text.rfind("\n", 0, start) + 1 : start]
    is_label = LABEL.match(f"{before}x")
    return _FIGURE.sub("1", _LETTER.sub("a", before)) if is_label else ""
