"""Read the lines above a record's text: its title, its day and place, who was there."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from bot.datatypes import Citation
from bot.extractive import cite
from embeddings.datatypes import Document
from embeddings.dates import MONTH
from embeddings.names import FIELD, MISSING, THERE
from embeddings.parts import Part, split_parts

# So many lines stand above a record's text at most, names of those present among them.
HEAD_LINES = 40
LONGEST_LINE = 600
# "Minutes of the meeting held on ... ." stands at most so many lines above who was there.
MOST_BETWEEN = 4
# "Chair: Ada Quist" is no turn of the chair's.
LONGEST_ROLE = 6

DAY = re.compile(
    rf"\b(?:\d{{1,2}}(?:st|nd|rd|th)?(?:\s+of)?\s+{MONTH}|{MONTH}\s+\d{{1,2}}|"
    r"\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{2,4})\b|^\s*date\s*:",
    re.IGNORECASE,
)
# "Voting members present:", "Present for Ghana:", "Participants (by video):", but not "at 10:30".
_FIELD = (
    r"(?:^|[.;]\s+)\W*(?:\w+\s){{0,2}}{}"
    r"(?:\s(?:for|from|of|at|on|in|by|were|received)\b[^.:\n]{{0,40}}|\s*\([^)\n]*\))?\s*:(?!\d)"
)
_BARE = r"^\W*(?:(?:list|names?) of |in |those |members )?{}(?: for absence)?\W*$"
# The label alone above the names.
_LABEL = re.compile(f"{_BARE.format(THERE)}|{_BARE.format(MISSING)}", re.IGNORECASE)
_LISTS = {
    "who": re.compile(
        rf"{_FIELD.format(THERE)}|{_BARE.format(THERE)}|^\W*(?:also )?present were\b",
        re.IGNORECASE,
    ),
    "absent": re.compile(
        rf"{_FIELD.format(MISSING)}|{_BARE.format(MISSING)}|"
        rf"^\W*{MISSING}(?: for absence)?(?: were received)? from\b",
        re.IGNORECASE,
    ),
}
# "9.30 a.m." ends none.
SENTENCE = re.compile(r"(?<!\b[ap]\.m)[.?!…][\"'”’)\]]*$")


def head(document: Document) -> Iterator[tuple[Citation, frozenset[str]]]:
    """Yield the lines up to the first item, turn or sentence, and what each lists.

    That is "who" was there or was "absent", by the line's own label or by one that it stands under.
    """
    if any(mark.time for mark in document.marks):  # captions have none
        return
    turns = Counter(mark.speaker for mark in document.marks if mark.speaker)
    parts = list(islice(split_parts(document.text), HEAD_LINES + 1))
    label, listed = -1, frozenset[str]()
    for place, part in enumerate(parts[:HEAD_LINES]):
        lists = _lists(part)
        if lists or (listed and not _goes_on(parts, place, label)):
            listed = frozenset()
        opens = place == 0 and (DAY.search(part.text) or len(part.text.split()) <= LONGEST_ROLE)
        opens = opens or (part.kind == "line" and _list_follows(parts[place + 1 :]))
        if not (lists or listed or opens) and _is_text(part, turns[part.label]):
            return
        yield cite(document, part.start, part.end), lists or listed
        if lists and _is_bare(part):
            label, listed = place, lists


def _lists(part: Part) -> frozenset[str]:
    """Return what a line lists by its own label."""
    found = {name: match for name, one in _LISTS.items() if (match := one.search(part.text))}
    absent = found.get("absent")
    if absent and "who" in found and absent.start() <= found["who"].start() < absent.end():
        del found["who"]  # "Not present:"
    return frozenset(found)


def _list_follows(below: list[Part]) -> bool:
    """Say whether who was there is told soon, before any heading, item or turn."""
    for part in below[:MOST_BETWEEN]:
        if _lists(part):
            return True
        if part.kind != "line" and not FIELD.match(part.label):
            return False
    return False


def _is_bare(part: Part) -> bool:
    return bool(_LABEL.search(part.text)) or part.text.endswith(":")


def _goes_on(parts: list[Part], place: int, label: int) -> bool:
    """Say whether a line is one of the names that begin under a label."""
    part, before = parts[place], parts[place - 1]
    is_first, apart = place == label + 1, part.start > before.end + 1
    if part.kind == "heading" or (part.kind == "turn" and (FIELD.match(part.label) or apart)):
        return False
    if is_first:  # it may stand apart, and be a sentence
        return True
    if part.kind == "item" and before.kind != "item":
        return False
    if len(part.text.split()) > LONGEST_ROLE and SENTENCE.search(part.text):
        return False
    # Apart from the others stands a name among names, or a heading.
    after = parts[place + 1] if place + 1 < len(parts) else None
    return not apart or (part.loose and after is not None and after.loose)


def _is_text(part: Part, turns: int) -> bool:
    """Say whether a line is an item, a sentence or one of several turns of a speaker."""
    is_sentence = bool(SENTENCE.search(part.text)) or len(part.text) > LONGEST_LINE
    if part.kind == "turn":
        is_short = len(part.text.split()) <= LONGEST_ROLE
        return not FIELD.match(part.label) and not is_short and (is_sentence or turns > 1)
    return is_sentence or part.kind in {"item", "bullet"}
