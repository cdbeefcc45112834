"""Name the places of a text: its headings, numbered items, speakers and paragraphs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from embeddings.datatypes import Mark
from embeddings.text.attendance import lists_itself
from embeddings.text.headings import is_below
from embeddings.text.parts import Part

LONGEST_MARK = 60
CUT = "…"


class Outline:
    """The place that a text has come to, and the marks of those before.

    Paragraphs are counted where no heading stands above them, if they are to be `counted`.
    """

    def __init__(self, text: str, *, counted: bool) -> None:
        """Begin above the first part."""
        self.marks: list[Mark] = []
        self._text, self._counted = text, counted
        self._chapter = ""  # the last heading without a number
        self._heading = ""  # the last of all, behind its chapter
        self._number: Part | None = None  # the heading, where it has one: it ends with the next
        self._item, self._indent = "", 0
        self._paragraph = 0
        # Where what has no place of its own stands, and whether it would stand in a turn or field.
        self._section, self._spoken = "", False

    def open(self, part: Part) -> None:
        """Come to a heading."""
        self._number = part if part.label else None
        in_chapter = self._number and self._chapter
        heading = f"{self._chapter}, {part.words}" if in_chapter else part.words
        self._heading = _shortened(heading)
        if not self._number:
            # Below who was there begin the minutes.
            self._chapter = "" if lists_itself(part) else self._heading
        self._item = ""
        self._enter(part, self._heading)

    def add(self, part: Part) -> None:
        """Come to a part that is no heading."""
        nested = bool(self._item) and part.indent > self._indent
        if part.kind == "item":
            self._add_item(part, nested)
        elif part.kind == "turn":
            self._speak(part, part.label, part.label)
        elif part.kind == "field":
            self._speak(part, self._heading or part.label)
        elif self._heading or nested:
            if self._spoken:  # what follows a speaker's words is not his
                self._enter(part, self._section)
        elif self._spoken or not (part.loose or part.kind == "row"):
            self._paragraph += 1
            self._item = ""
            self._enter(part, f"paragraph {self._paragraph}" if self._counted else "")

    def _add_item(self, part: Part, nested: bool) -> None:
        if self._number and not is_below(part, self._number, self._text):
            self._number, self._heading = None, self._chapter
        label = f"{self._item} {part.label}" if nested else f"item {part.label}"
        if not nested:
            self._item, self._indent = label, part.indent
        self._enter(part, f"{self._heading}, {label}" if self._heading else label)

    def _enter(self, part: Part, section: str) -> None:
        self._section, self._spoken = section, False
        self.marks.append(Mark(part.start, section, heading=self._heading))

    def _speak(self, part: Part, label: str, speaker: str = "") -> None:
        self._spoken = True
        self.marks.append(Mark(part.start, label, speaker, heading=self._heading))


def _shortened(heading: str) -> str:
    """Return a heading, cut behind a word where it is too long to name a place."""
    if len(heading) <= LONGEST_MARK:
        return heading
    words, _, _ = heading[: LONGEST_MARK + 1].rpartition(" ")
    return f"{words or heading[:LONGEST_MARK]}{CUT}"


def with_pages(marks: Iterable[Mark], pages: Mapping[int, int]) -> Iterator[Mark]:
    """Yield the marks with their page before each label, and one where each page begins."""
    own = {mark.offset: mark for mark in marks}
    page, mark, last = 0, Mark(0, ""), Mark(0, "")
    for offset in sorted({*own, *pages}):
        page, mark = pages.get(offset, page), own.get(offset, mark)
        label = f"p. {page}, {mark.label}" if mark.label else f"p. {page}"
        if (label, mark.speaker) != (last.label, last.speaker):
            last = replace(mark, offset=offset, label=label)
            yield last
