"""Keep a list's items with what introduces them: "The ministers agreed to: - hold an exercise;"."""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import takewhile

from embeddings.datatypes import Document, Sentence
from embeddings.text.parts import LABEL
from embeddings.text.sentences import sentences_of

_LETTER, _FIGURE = re.compile(r"[^\W\d_]+"), re.compile(r"\d+")


def list_around(document: Document, start: int) -> range:
    """Return the places of the blocks of the list in which an offset stands; none if in none."""
    place = _block_at(document, start)
    label = _label(document, place) if place >= 0 else ""
    if not label:
        return range(0)

    def alike(places: range) -> int:
        return len([*takewhile(lambda one: _label(document, one) == label, places)])

    return range(
        place - alike(range(place - 1, -1, -1)),
        place + alike(range(place, len(document.blocks or ()))),
    )


def introduction(document: Document, start: int) -> Sentence | None:
    """Return the sentence that the list item at an offset goes on with, if it is one."""
    blocks = document.blocks or ()
    place = _block_at(document, start)
    if place < 0 or not _goes_on(document, blocks[place][0]):
        return None
    items = list_around(document, start)
    if items.start == 0:
        return None
    above = sentences_of(document, blocks[items.start - 1])
    return above[-1] if above and _introduces(document, above[-1]) else None


def introduced(document: Document, start: int) -> list[Sentence]:
    """Return the first sentences of the items that go on with the sentence at an offset."""
    blocks = document.blocks or ()
    first = _block_at(document, start) + 1
    if not 0 < first < len(blocks):
        return []
    items = list_around(document, blocks[first][0])
    above = sentences_of(document, blocks[first - 1])[-1]
    if items.start != first or above.start != start or not _introduces(document, above):
        return []
    found = (sentences_of(document, blocks[place])[0] for place in items)
    return [item for item in found if _goes_on(document, item.start)]


def _goes_on(document: Document, start: int) -> bool:
    """Say whether what stands at an offset begins within a sentence."""
    return document.text[start].islower()


def _introduces(document: Document, sentence: Sentence) -> bool:
    return document.text[sentence.start : sentence.end].endswith(":")


def _block_at(document: Document, start: int) -> int:
    return bisect_right(document.blocks or (), start, key=lambda block: block[0]) - 1


def _label(document: Document, place: int) -> str:
    """Return the form of the label that stands before a block, "(a)" or "-", if one does."""
    start = (document.blocks or ())[place][0]
    before = document.text[document.text.rfind("\n", 0, start) + 1 : start]
    is_label = LABEL.match(f"{before}x")
    return _FIGURE.sub("1", _LETTER.sub("a", before)) if is_label else ""
