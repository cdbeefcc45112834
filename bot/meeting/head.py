"""Read the lines above a record's text: its title, its day and place, who was there."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from bot.datatypes import Citation
from bot.extractive import cite
from embeddings.datatypes import Document
from embeddings.text.attendance import LONGEST_ROLE, SENTENCE, listed, lists_itself
from embeddings.text.dates import MONTH, TH
from embeddings.text.names import FIELD
from embeddings.text.parts import Part, split_parts

# So many lines stand above a record's text at most, names of those present among them.
HEAD_LINES = 40
LONGEST_LINE = 600
# "Minutes of the meeting held on ... ." stands at most so many lines above who was there.
MOST_BETWEEN = 4
DAY = re.compile(
    rf"\b(?:{TH}(?:\s+of)?\s+{MONTH}|{MONTH}\s+\d{{1,2}}|"
    r"\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{2,4})\b|^\s*date\s*:",
    re.IGNORECASE,
)


def head(document: Document) -> Iterator[tuple[Citation, frozenset[str]]]:
    """Yield the lines up to the first item, turn or sentence, and what each lists.

    That is "who" was there or was "absent", by the line's own label or by one that it stands under.
    """
    if any(mark.time for mark in document.marks):  # captions have none
        return
    turns = Counter(mark.speaker for mark in document.marks if mark.speaker)
    parts = list(islice(split_parts(document.text), HEAD_LINES + 1))
    for place, (part, lists) in enumerate(
        zip(parts[:HEAD_LINES], listed(parts, document.text), strict=False)
    ):
        opens = place == 0 and (DAY.search(part.text) or len(part.text.split()) <= LONGEST_ROLE)
        opens = opens or (part.kind == "line" and _list_follows(parts[place + 1 :]))
        if not (lists or opens) and _is_text(part, turns[part.label]):
            return
        yield cite(document, part.start, part.end), lists


def _list_follows(below: list[Part]) -> bool:
    """Say whether who was there is told soon, before any heading, item or turn."""
    for part in below[:MOST_BETWEEN]:
        if lists_itself(part):
            return True
        if part.kind != "line" and not FIELD.match(part.label):
            return False
    return False


def _is_text(part: Part, turns: int) -> bool:
    """Say whether a line is an item, a sentence or one of several turns of a speaker."""
    is_sentence = bool(SENTENCE.search(part.text)) or len(part.text) > LONGEST_LINE
    if part.kind == "turn":
        is_short = len(part.text.split()) <= LONGEST_ROLE
        return not FIELD.match(part.label) and not is_short and (is_sentence or turns > 1)
    return is_sentence or part.kind in {"item", "bullet"}
