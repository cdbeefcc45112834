"""Tell what can be searched in a plain text from what is only furniture.

A text's lines are its title, its date, picture captions, navigation, headings, or blocks:
paragraphs, list items and speaker turns. Only blocks become passages: a caption or a title says
little but matches many questions, and on the packaged record such lines otherwise win about a
third of the searches.

The steps have a module each: `parts` joins wrapped lines and tells their kinds, `speakers` who
speaks, `attendance` whom a list names, `head` title, date and participants, `headings` what heads a
section, `outline` the places.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from embeddings.datatypes import Document
from embeddings.text.attendance import listed, lists_itself
from embeddings.text.head import read_head
from embeddings.text.headings import opens_a_section, states_a_fact, tell_numbered
from embeddings.text.hearings import with_colons
from embeddings.text.outline import Outline, with_pages
from embeddings.text.parts import LABEL, Part, read_part, split_parts
from embeddings.text.speakers import tell_speakers

_NAVIGATION = re.compile(
    r"(?:back|return|go|skip) to\b|(?:to )?top(?: of (?:the )?page)?$|"
    r"(?:home|print|share|next|previous|menu|search|sitemap|site map|contents)$|"
    r"(?:previous|next) (?:page|article|item)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph, a list item or a row as a file's own structure gives it.

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
    given = [line for line in lines if line.text.strip()]
    for line, words in zip(given, with_colons([one.text for one in given]), strict=True):
        in_list = line.kind == "row" or bool(LABEL.match(words))
        text += "" if not text else "\n" if in_list and listed else "\n\n"
        listed = in_list
        part = read_part(words, 0, len(words))
        if line.kind != "line":
            part = replace(part, kind=line.kind, body=part.start, text=words.strip())
        base = len(text)
        text += words.rstrip()
        pages |= {base + offset: page for offset, page in line.pages}
        parts.append(
            replace(part, start=base + part.start, body=base + part.body, end=base + part.end)
        )
    document = _lay_out(Document(id, text, title, date), parts, counted=not pages)
    return replace(document, marks=tuple(with_pages(document.marks, pages))) if pages else document


def _lay_out(document: Document, parts: list[Part], *, counted: bool = True) -> Document:
    text = document.text
    parts = tell_numbered(tell_speakers(parts), text)
    lists = listed(parts, text)
    head = read_head(document, parts, lists)
    outline = Outline(text, counted=counted)
    stems = Counter(map(_stem, parts))
    blocks: list[tuple[int, int]] = []
    for place, part in enumerate(parts):
        if place in head.lines or _is_furniture(part, stems):
            continue
        is_name = part.kind == "line" and lists[place] and not lists_itself(part)
        is_heading = part.kind == "heading" or (
            part.loose and not is_name and place > head.top and opens_a_section(place, parts, text)
        )
        if is_heading:
            outline.open(part)
        elif not is_name:  # else it stands where its label does
            outline.add(part)
        if not is_heading or states_a_fact(part):
            blocks.append((part.body, part.end))
    if not blocks:  # nothing but labels: better to find those than nothing
        blocks = [(part.body, part.end) for part in parts]
    if not blocks and text.strip():  # not even those
        blocks = [(0, len(text))]
    return replace(
        document,
        title=head.title,
        date=head.date,
        participants=head.participants,
        marks=tuple(outline.marks),
        blocks=tuple(blocks),
    )


def _is_furniture(part: Part, stems: Counter[str]) -> bool:
    """Say whether a line leads elsewhere, or recurs but for its number, as a picture's caption."""
    stem = _stem(part)
    recurs = part.loose and stem != part.text and stems[stem] > 1
    return recurs or (part.may_head and bool(_NAVIGATION.match(part.text)))


def _stem(part: Part) -> str:
    return part.text.rstrip("0123456789 ")
