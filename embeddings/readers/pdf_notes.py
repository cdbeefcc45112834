"""Tell a PDF's footnotes, which stand amid a sentence that goes on overleaf."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import attrgetter
from statistics import median

from embeddings.readers.pdf_rows import Row

# A note's letters are smaller than the text's.
_SMALLER = 0.9
_SIGN = re.compile(r"\[?\d|[*†‡]")


def usual_height(rows: Iterable[Row]) -> float:
    """Return the height that most letters have."""
    return median(row.height for row in rows for _ in row.text)


def without_notes(rows: list[Row]) -> tuple[list[Row], list[list[Row]]]:
    """Return the lines of the text, and those of each page's footnotes.

    They are small, stand below all other lines of the page, and the first opens with a sign.
    """
    small = _SMALLER * usual_height(rows)
    text: list[Row] = []
    notes: list[list[Row]] = []
    for _, page in groupby(rows, attrgetter("page")):
        lines = list(page)
        lowest = min((one.bottom for one in lines if one.height >= small), default=0.0)
        below = [one for one in lines if one.height < small and one.bottom < lowest]
        if below and _SIGN.match(max(below, key=attrgetter("bottom")).text):
            notes.append(below)
            lines = [one for one in lines if one.height >= small or one.bottom >= lowest]
        text += lines
    return text, notes


def with_notes(paragraphs: Iterable[list[Row]], notes: Iterable[list[Row]]) -> Iterator[list[Row]]:
    """Yield a text's paragraphs, those of a page's notes behind the last that begins on it."""
    waiting = deque(notes)
    for paragraph in paragraphs:
        while waiting and waiting[0][0].page < paragraph[0].page:
            yield waiting.popleft()
        yield paragraph
    yield from waiting
