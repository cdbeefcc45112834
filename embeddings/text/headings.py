"""Tell the headings among a text's parts: lines of few words that name what stands below them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from embeddings.text.parts import Part

# What may tell a fact, and not only name a matter: "Carried 7 to 2", "The contractor is Moll Ltd".
_STATES = re.compile(
    r"\b(?!item)[a-z]+:? [$£€]?\d|"
    r"\b(?:is|are|was|were|be|been|has|have|had|will|shall|must|may|can|to|not)\b"
)
# What is no heading though nothing ends it: "Minute taker: Jon Dahl", "Dear all,", "He rose—".
_GOES_ON = re.compile(r"[^\d:：]+[:：][*_]*\s*[^\W\d_a-z]|.*[,–—]$")

# "No. | Action | Owner" is the first row of a table, and may have a heading above. In a plain text
# blanks or tabs part the cells.
_CELLS = re.compile(r" \| |\t|[^\S\n]{3}")
# But "EC 71/24    North road" is a matter behind its number.
_REFERENCE = re.compile(r"(?:[A-Z]{1,4}[ .]?)?\d[\w./-]*(?:\t|[^\S\n]{3,})(?=[^\W\d_])")


def tell_numbered(parts: Sequence[Part], text: str) -> list[Part]:
    """Return the parts, an item's few words above a paragraph made a heading with its number.

    Bullets that stand no deeper than the item are as good as a paragraph.
    """
    told = [*parts]
    for place, (part, after) in enumerate(pairwise(parts)):
        before = parts[place - 1] if place else None
        in_list = before is not None and before.kind == "item" and before.names
        above = after.kind in {"line", "turn", "field"} and not after.loose
        above = above or (after.kind == "bullet" and after.indent <= part.indent)
        deeper = after.kind == "item" and is_below(after, part, text)
        if part.kind == "item" and part.names and not in_list and (above or deeper):
            words = text[part.start : part.end]
            told[place] = replace(part, kind="heading", text=words, body=part.start)
    return told


def is_below(item: Part, number: Part, text: str) -> bool:
    """Say whether an item belongs to a numbered one above: 3.1 to 3, (1) to 1, the indented."""
    brackets = text[number.start] != "(" == text[item.start]
    return brackets or item.label.startswith(f"{number.label}.") or item.indent > number.indent


def opens_a_section(place: int, parts: Sequence[Part], text: str) -> bool:
    """Say whether a loose line is a heading: none follows it, nor is it nearer to the above."""
    if place + 1 == len(parts):
        return False
    before, part, after = parts[place - 1], parts[place], parts[place + 1]
    reference = _REFERENCE.match(part.text)
    if _CELLS.search(part.text, reference.end() if reference else 0):
        return False
    if after.loose and (reference or not _CELLS.search(after.text)):
        return False
    above, below = text[before.end : part.start], text[part.end : after.start]
    in_a_sentence = part.text[0].islower() and not before.ends_a_sentence and len(above) == 1
    if in_a_sentence or _GOES_ON.match(part.text):
        return False
    return above.count("\n") >= below.count("\n")


def states_a_fact(part: Part) -> bool:
    """Say whether a heading that only its words or its number make one may tell a fact as well."""
    return (part.loose or bool(part.label)) and bool(_STATES.search(part.text[len(part.label) :]))
