"""Read what a text states of its meeting: its title, its date, and who took part."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from embeddings.attendance import lists_itself
from embeddings.datatypes import Document
from embeddings.dates import find_date, is_day_line, stated_date, told_date
from embeddings.names import FIELD
from embeddings.parts import Part


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
    is_above = (part.may_head or part.kind == "field" for part in parts)
    first = next((place for place, above in enumerate(is_above) if not above), len(parts))
    top = next((place for place in range(first) if parts[place].kind == "field"), first)
    dates = {
        place: stated_date(parts[place].words) for place in range(first) if parts[place].may_head
    }
    if 0 in dates and not document.title:  # the line is the title, which may have a date anywhere
        dates[0] = dates[0] or find_date(parts[0].words)
    title, lines = document.title, set()
    for place, part in enumerate(parts):
        if part.kind == "field" and _field(part) == "title":
            title = title or part.value
        if not part.may_head:
            continue
        may_be_title = place < (first if part.kind == "heading" else top)
        if place in dates and _is_date(part.words, dates[place], place, title):
            lines.add(place)
        elif part.words == title or (may_be_title and not (title or part.label)):
            title = part.words
            lines.add(place)
    said = (
        *map(find_date, _values(parts, "date")),
        *dates.values(),  # a line's date counts for less than a field's
        *(_first_date(part.words) for part in parts[first : first + 1]),
    )
    return Head(
        title,
        document.date or next(filter(None, said), ""),
        document.participants or next(_participants(parts, lists, document.text), ""),
        frozenset(lines),
        top,
    )


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
