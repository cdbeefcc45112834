"""Number a Word document's lists as Word does, which keeps no number beside a paragraph.

A list goes on over the paragraphs between its items, and a level's text ("%1.%2") is made of the
numbers of the levels above it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from embeddings.readers.numerals import Numeral, letters, roman

if TYPE_CHECKING:
    from lxml.etree import _Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FORMATS: dict[str, Numeral] = {
    "lowerLetter": letters,
    "lowerRoman": roman,
    "upperLetter": lambda number: letters(number).upper(),
    "upperRoman": lambda number: roman(number).upper(),
}
_UNNUMBERED = ("bullet", "none")


class Numbers:
    """How far each list has come."""

    def __init__(self, numbering: _Element | None, styles: _Element | None) -> None:
        """Read what numbering.xml and styles.xml say, if the document has them."""
        self._abstract = _by_id(numbering, "abstractNum", "abstractNumId")
        self._lists = _by_id(numbering, "num", "numId")
        self._styles = _by_id(styles, "style", "styleId")
        self._counts: dict[str, dict[int, int]] = {}  # by list and level
        self._begun: set[str] = set()

    def count(self, paragraph: _Element) -> str:
        """Return what Word writes before the document's next paragraph, "" if it has no number."""
        id, level = self._place(paragraph)
        if (one := self._lists.get(id)) is None:
            return ""
        name, levels = self._levels(one)
        if level not in levels or _value(levels[level], "numFmt") in _UNNUMBERED:
            return ""
        counts = self._counts.setdefault(name, {})
        if id not in self._begun:
            self._begun.add(id)
            for override in one.findall(f"{W}lvlOverride"):
                if start := _value(override, "startOverride"):
                    counts[_number(override.get(f"{W}ilvl"))] = _number(start) - 1
        for deeper in [other for other in counts if other > level]:
            del counts[deeper]
        counts[level] = counts[level] + 1 if level in counts else _start(levels[level])

        def written(match: re.Match[str]) -> str:
            above = int(match[1]) - 1
            if above not in levels:
                return ""
            number = counts.setdefault(above, _start(levels[above]))
            return _FORMATS.get(_value(levels[above], "numFmt"), str)(number)

        return re.sub(r"%([1-9])", written, _value(levels[level], "lvlText")).strip()

    def _place(self, paragraph: _Element) -> tuple[str, int]:
        """Return the list of a paragraph, which its style may give, and its level there."""
        for element, style in self._styles_of(paragraph):
            if id := _value(element, "pPr/numPr/numId"):
                level = _value(element, "pPr/numPr/ilvl")
                if not level and id in self._lists:
                    levels = self._levels(self._lists[id])[1].items()
                    level = next(
                        (
                            str(one)
                            for one, its in levels
                            if style and _value(its, "pStyle") == style
                        ),
                        "",
                    )
                return id, _number(level)
        return "", 0

    def _styles_of(self, paragraph: _Element) -> Iterator[tuple[_Element, str]]:
        """Yield a paragraph, its style and those that it is based on, each style with its id."""
        yield paragraph, ""
        style, seen = _value(paragraph, "pPr/pStyle"), set[str]()
        while style in self._styles and style not in seen:
            seen.add(style)
            yield self._styles[style], style
            style = _value(self._styles[style], "basedOn")

    def _levels(self, one: _Element) -> tuple[str, Mapping[int, _Element]]:
        """Return the name under which a list is counted, and its levels."""
        name = _value(one, "abstractNumId")
        style = self._styles.get(_value(self._abstract.get(name), "numStyleLink"))
        if (linked := self._lists.get(_value(style, "pPr/numPr/numId"))) is not None:
            name = _value(linked, "abstractNumId")
        levels: dict[int, _Element] = {}
        for holder in (self._abstract.get(name), *one.findall(f"{W}lvlOverride")):
            for level in () if holder is None else holder.findall(f"{W}lvl"):
                levels[_number(level.get(f"{W}ilvl"))] = level
        return name, levels


def _by_id(root: _Element | None, tag: str, id: str) -> dict[str, _Element]:
    found = () if root is None else root.findall(f"{W}{tag}")
    return {one.get(f"{W}{id}", ""): one for one in found}


def _value(element: _Element | None, path: str) -> str:
    """Return the `w:val` of what lies below an element, "" if nothing does."""
    path = "/".join(W + tag for tag in path.split("/"))
    found = None if element is None else element.find(path)
    return "" if found is None else found.get(f"{W}val", "")


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else 0


def _start(level: _Element) -> int:
    return _number(_value(level, "start") or "1")
