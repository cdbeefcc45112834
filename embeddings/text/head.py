"""Read what a text states of its meeting: its title, its date, and who took part."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from embeddings.datatypes import Document
from embeddings.text.attendance import lists_itself
from embeddings.text.dates import find_date, held_date, is_day_line, stated_date, told_date
from embeddings.text.names import FIELD
from embeddings.text.parts import Part
from embeddings.text.times import day

LONGEST_TITLE = 200


class Head(NamedTuple):
    """What a text states of its meeting, "" where it does not.

    `lines` are the places of the parts that give the title or the date and nothing else, `top` is
    that of the first field or the first words, above which a loose line may be the title.
    """

    title: str
    date: str
    participants: str
    lines: frozenset[int]
    top: int


def read_head(document: Document, parts: Sequence[Part], lists: Sequence[frozenset[str]]) -> Head:
    """Return the head of a document; what the document already has is kept.

    `lists` is what `attendance.listed` says of the parts.
    """
    first = next(
        (place for place in range(len(parts)) if not _is_above(place, parts, document.text)),
        len(parts),
    )
    top = next((place for place in range(first) if parts[place].kind == "field"), first)
    above = [place for place in range(first) if parts[place].kind != "field"]
    dates = {place: stated_date(parts[place].words) for place in above}
    if 0 in dates and not document.title:  # the line is the title, which may have a date anywhere
        dates[0] = dates[0] or find_date(parts[0].words)
    title, lines = document.title or _longest_above_the_day(parts[:top]), set()
    for place, part in enumerate(parts):
        if part.kind == "field" and _field(part) == "title":
            title = title or part.value
        if not (part.may_head or place in dates):
            continue
        may_be_title = place < (first if part.kind == "heading" else top)
        if place in dates and _is_date(part.words, dates[place], place, title):
            lines.add(place)
        elif part.words == title or (may_be_title and not (title or part.label)):
            title = part.words
            lines.add(place)
    ends = parts[first].words if first < len(parts) else ""
    # "Held on 4 March 2025, at 3 p.m." ends the head, too, and is no sentence.
    held = [*(parts[place].words for place in above), *([ends] if ends.endswith(".m.") else [])]
    said = (
        *map(held_date, held),
        *map(find_date, _values(parts, "date")),
        *dates.values(),  # a line's date counts for less than a field's
        _first_date(ends),
    )
    return Head(
        title,
        document.date or min(filter(None, said), key=lambda one: day(one) is None, default=""),
        document.participants or next(_participants(parts, lists, document.text), ""),
        frozenset(lines),
        top,
    )


def _is_above(place: int, parts: Sequence[Part], text: str) -> bool:
    """Say whether a line may stand above a record's words: as a label, a field or a long title.

    A line of more words than a label has is a title at the very top, apart from what follows, or
    right above the day.
    """
    part = parts[place]
    if part.may_head or part.kind == "field":
        return True
    after = parts[place + 1] if place + 1 < len(parts) else None
    is_line = part.kind == "line" and not (part.ends_a_sentence or part.text[:1].islower())
    if not is_line or len(part.text) > LONGEST_TITLE or after is None:
        return False
    apart = place == 0 and text.count("\n", part.end, after.start) > 1
    return apart or (after.loose and is_day_line(after.words))


def _longest_above_the_day(head: Sequence[Part]) -> str:
    """Return which of the lines above that of the day says most, "" if there is no such line.

    "Press release", "Minutes" or the name of a house may stand above or below the title.
    """
    for place, part in enumerate(head):
        if part.kind != "line":
            return ""
        if find_date(part.words) or is_day_line(part.words):
            return max((one.words for one in head[:place]), key=len, default="")
    return ""


def _first_date(words: str) -> str:
    """Return the date of what ends the head: a sentence, or a line that "p.m." ends."""
    return stated_date(words) if is_day_line(words) else told_date(words)


def _is_date(line: str, date: str, place: int, title: str) -> bool:
    """Say whether a line gives a day and no title: at the very top, only if it is the day alone."""
    return bool(title and date) or (is_day_line(line) and (place > 0 or line == date))


def _values(parts: Sequence[Part], name: str) -> Iterator[str]:
    return (part.value for part in parts if part.kind == "field" and _field(part) == name)


def _participants(
    parts: Sequence[Part], lists: Sequence[frozenset[str]], text: str
) -> Iterator[str]:
    """Yield the value of each field of participants, with the names below it."""
    for place, part in enumerate(parts):
        if part.kind == "field" and _field(part) == "participants" and part.value:
            end = part.end
            for below, listing in zip(parts[place + 1 :], lists[place + 1 :], strict=True):
                if not listing or lists_itself(below):
                    break
                end = below.end
            yield part.value + text[part.end : end]


def _field(part: Part) -> str | None:
    """Return what a field states: the "title", the "date", the "participants", or none of them."""
    field = FIELD.match(part.label)
    return field.lastgroup if field else None
