"""Tell what can be searched in a plain text from what is only furniture.

A text's lines are its title, its date, picture captions, navigation, headings, or blocks:
paragraphs, list items and speaker turns. Only blocks become passages: a caption or a title says
little but matches many questions, and on the packaged record such lines otherwise win about a
third of the searches.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from embeddings.datatypes import Document, Mark
from embeddings.dates import find_date, is_day_line, stated_date, told_date
from embeddings.names import FIELD
from embeddings.parts import LABEL, Part, read_part, split_parts
from embeddings.speakers import tell_speakers

LONGEST_MARK = 60
# What may stand above the first words of a text, beside loose lines.
_ABOVE_TEXT = {"heading", "field"}

_NAVIGATION = re.compile(
    r"(?:back|return|go|skip) to\b|(?:to )?top(?: of (?:the )?page)?$|"
    r"(?:home|print|share|next|previous|menu|search|sitemap|site map|contents)$|"
    r"(?:previous|next) (?:page|article|item)",
    re.IGNORECASE,
)
# What may tell a fact, and not only name a matter: "Carried 7 to 2", "The contractor is Moll Ltd".
_STATES = re.compile(
    r"\b(?!item)[a-z]+ [$£€]?\d|"
    r"\b(?:is|are|was|were|be|been|has|have|had|will|shall|must|may|can|to|not)\b"
)


@dataclass(frozen=True, slots=True)
class Line:
    """Be a paragraph, a list item or a row as a file's own structure gives it.

    The text of a list item has its label ("1. ", "- ") and an indent for each level. `kind` is
    "line" where the structure says nothing, so that the words decide. `pages` are those that begin
    in it, each with its offset in the text.
    """

    text: str
    kind: Literal["line", "heading", "row"] = "line"
    pages: tuple[tuple[int, int], ...] = ()


def lay_out(document: Document) -> Document:
    """Return the document with its blocks, marks, title and date found in its text.

    A title or a date that the document already has is kept. Nothing is invented: a text without a
    title line or a date line has "" for it.
    """
    return _lay_out(document, list(split_parts(document.text)))


def compose(id: str, lines: Iterable[Line], *, title: str = "", date: str = "") -> Document:
    """Return a laid-out document whose text is the lines, a blank line between paragraphs.

    Where pages are known, they and not the paragraphs are counted.
    """
    text = ""
    parts: list[Part] = []
    pages: dict[int, int] = {}
    listed = False
    for line in lines:
        if not line.text.strip():
            continue
        in_list = line.kind == "row" or bool(LABEL.match(line.text))
        text += "" if not text else "\n" if in_list and listed else "\n\n"
        listed = in_list
        part = read_part(line.text, 0, len(line.text))
        if line.kind != "line":
            part = replace(part, kind=line.kind, body=part.start, text=line.text.strip())
        base = len(text)
        text += line.text.rstrip()
        pages |= {base + offset: page for offset, page in line.pages}
        parts.append(
            replace(part, start=base + part.start, body=base + part.body, end=base + part.end)
        )
    document = _lay_out(Document(id, text, title, date), parts, counted=not pages)
    return replace(document, marks=tuple(_with_pages(document.marks, pages))) if pages else document


def _lay_out(document: Document, parts: list[Part], *, counted: bool = True) -> Document:
    parts = _agenda(tell_speakers(parts), document.text)
    prose = [place for place, one in enumerate(parts) if not (one.loose or one.kind in _ABOVE_TEXT)]
    first = prose[0] if prose else len(parts)
    stems = Counter(map(_stem, parts))
    title, date, participants = document.title, document.date, document.participants
    top = next((place for place in range(first) if parts[place].kind == "field"), first)
    stated = ""  # the date of a line, which counts for less than that of a field
    blocks: list[tuple[int, int]] = []
    marks: list[Mark] = []
    chapter, heading, item, item_indent, paragraph = "", "", "", 0, 0
    number: Part | None = None  # the heading, where it has one: it ends with the next of its kind
    # Where what has no place of its own stands, and whether it would stand under a turn's label.
    section, spoken = "", False
    for place, part in enumerate(parts):
        if part.kind == "heading" or part.loose:
            named = part.text.strip("*_ ")
            dated = stated_date(named) or (find_date(named) if not (title or place) else "")
            if place < first:
                stated = stated or dated
                day = is_day_line(named) and (place or named == dated)
                if day or (title and dated):
                    continue
            if not (title or part.label) and place <= (first if part.kind == "heading" else top):
                title = named
                continue
            if named == title or _NAVIGATION.match(part.text) or _is_caption(part, stems):
                continue
            if part.kind == "heading" or (
                place > top and _opens_a_section(place, parts, document.text)
            ):
                number = part if part.label else None
                heading = f"{chapter}, {named}" if number and chapter else named
                heading = section = heading[:LONGEST_MARK]
                chapter = chapter if number else heading
                item, spoken = "", False
                marks.append(Mark(part.start, heading))
                if (part.loose or part.label) and _STATES.search(part.text[len(part.label) :]):
                    blocks.append((part.body, part.end))
                continue
        blocks.append((part.body, part.end))
        nested = bool(item) and part.indent > item_indent
        if part.kind == "item":
            if number and not _is_below(part, number, document.text):
                number, heading = None, chapter
            label = f"{item} {part.label}" if nested else f"item {part.label}"
            if not nested:
                item, item_indent = label, part.indent
            section, spoken = f"{heading}, {label}" if heading else label, False
            marks.append(Mark(part.start, section))
        elif part.kind == "turn":
            marks.append(Mark(part.start, part.label, speaker=part.label))
            spoken = True
        elif part.kind == "field":
            field = FIELD.match(part.label)
            if field and field["participants"]:
                participants = participants or part.value
            elif field and field["date"]:
                date = date or find_date(part.value)
            elif field and field["title"]:
                title = title or part.value
            marks.append(Mark(part.start, heading or part.label))
            spoken = True
        elif heading or nested:
            if spoken:  # what follows a speaker's words is not his
                marks.append(Mark(part.start, section))
                spoken = False
        elif spoken or not (part.loose or part.kind == "row"):
            paragraph, item, spoken = paragraph + 1, "", False
            section = f"paragraph {paragraph}" if counted else ""
            marks.append(Mark(part.start, section))
    if not blocks:  # nothing but labels: better to find those than nothing
        blocks = [(part.body, part.end) for part in parts]
    if not blocks and document.text.strip():  # not even those
        blocks = [(0, len(document.text))]
    return replace(
        document,
        title=title,
        date=date or stated or (told_date(parts[first].text) if first < len(parts) else ""),
        participants=participants,
        marks=tuple(marks),
        blocks=tuple(blocks),
    )


def _with_pages(marks: Iterable[Mark], pages: Mapping[int, int]) -> Iterator[Mark]:
    """Yield the marks with their page before each label, and one where each page begins."""
    own = {mark.offset: mark for mark in marks}
    page, mark, last = 0, Mark(0, ""), Mark(0, "")
    for offset in sorted({*own, *pages}):
        page, mark = pages.get(offset, page), own.get(offset, mark)
        label = f"p. {page}, {mark.label}" if mark.label else f"p. {page}"
        if (label, mark.speaker) != (last.label, last.speaker):
            last = Mark(offset, label, mark.speaker)
            yield last


def _is_caption(part: Part, stems: Counter[str]) -> bool:
    """Say whether a line recurs but for a number at its end, as the captions of a gallery do."""
    stem = _stem(part)
    return part.kind == "line" and stem != part.text and stems[stem] > 1


def _stem(part: Part) -> str:
    return part.text.rstrip("0123456789 ")


def _agenda(parts: list[Part], text: str) -> list[Part]:
    """Return the parts, an item's few words above a paragraph made a heading with its number."""
    told = [*parts]
    for place, (part, after) in enumerate(pairwise(parts)):
        before = parts[place - 1] if place else None
        in_list = before is not None and before.kind == "item" and before.names
        above = after.kind in {"line", "turn", "field"} and not after.loose
        deeper = after.kind == "item" and _is_below(after, part, text)
        if part.kind == "item" and part.names and not in_list and (above or deeper):
            words = text[part.start : part.end]
            told[place] = replace(part, kind="heading", text=words, body=part.start)
    return told


def _is_below(item: Part, number: Part, text: str) -> bool:
    """Say whether an item belongs to a numbered one above: 3.1 to 3, (1) to 1, the indented."""
    brackets = text[number.start] != "(" == text[item.start]
    return brackets or item.label.startswith(f"{number.label}.") or item.indent > number.indent


def _opens_a_section(place: int, parts: list[Part], text: str) -> bool:
    """Say whether a label line is a heading: no label follows it, nor is it nearer to the above."""
    if place + 1 == len(parts) or parts[place + 1].loose:
        return False
    before, part, after = parts[place - 1], parts[place], parts[place + 1]
    above, below = text[before.end : part.start], text[part.end : after.start]
    return above.count("\n") >= below.count("\n")
