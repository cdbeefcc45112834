"""Read the lines of a PDF's pages as PDFium gives them, without running heads and page numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import hypot, isfinite
from typing import Any

from embeddings.readers.line_numbers import numbered_pages, without_number
from embeddings.readers.numerals import raised_number, roman

# What PDFium writes for a hyphen that ends a line, and then no line end.
LINE_HYPHENS = ("\ufffe", "\x02")
# A page's number grows by one with each, the numbers of a report's columns by two. A head recurs on
# the next page, or on the next but one.
_STEPS = (0, 1, 2)
_NEXT = 4
# A page number in Roman numerals stands alone on its line.
_ROMAN_PAGES = {roman(number): str(number) for number in range(1, 200)}
# A raised number's size, and how far it is raised, in sizes of the letter before it.
_RAISED_SIZE = 0.9
_RAISED = 0.1
# PDFium ends a line behind a raised number. What goes on with it stands no more than a letter's
# height to the right, as high as it but for a raised number of its own; half a blank parts words.
_BESIDE = 0.5
_HALF_A_BLANK = 0.12


@dataclass(frozen=True, slots=True)
class Row:
    """A line on a page: its words, its edges (from the page's lower left) and letter height."""

    text: str
    page: int
    left: float
    right: float
    bottom: float
    height: float


def rows_of(file: Any, number: int) -> Iterator[Row]:
    """Yield the lines of a page."""
    last: Row | None = None
    for row in _pieces_of(file, number):
        whole = _joined(last, row) if last else None
        if last and not whole:
            yield last
        last = whole or row
    if last:
        yield last


def _joined(before: Row, row: Row) -> Row | None:
    """Return a line with what goes on with it, None if that is another."""
    height, gap = max(before.height, row.height), row.left - before.right
    if abs(before.bottom - row.bottom) > _BESIDE * height or not 0 <= gap < height:
        return None
    blank = " " if gap > _HALF_A_BLANK * height else ""
    return replace(
        before,
        text=f"{before.text}{blank}{row.text}",
        right=row.right,
        bottom=min(before.bottom, row.bottom),
        height=height,
    )


def _pieces_of(file: Any, number: int) -> Iterator[Row]:
    """Yield the lines of a page as PDFium parts them."""
    from pypdfium2 import raw

    page = file[number]
    text_page = page.get_textpage()
    characters: list[tuple[str, int]] = []
    for place in [*range(text_page.count_chars()), None]:
        code = 10 if place is None else raw.FPDFText_GetUnicode(text_page, place)
        if place is not None and code not in (10, 13):
            characters.append((chr(code), place))
            if chr(code) not in LINE_HYPHENS:
                continue
        text = _written(text_page, characters)
        inked = [at for character, at in characters if not character.isspace()]
        if inked and text.strip():
            left, bottom, _, top = text_page.get_charbox(inked[0], loose=True)
            right = text_page.get_charbox(inked[-1], loose=True)[2]
            height = raw.FPDFText_GetFontSize(text_page, inked[0]) or top - bottom
            # A broken file puts letters where there is no number for it.
            edges = (one if isfinite(one) else 0.0 for one in (left, right, bottom, height))
            yield Row(text.strip(), number + 1, *edges)
        characters = []


def _written(text_page: Any, characters: list[tuple[str, int]]) -> str:
    """Return a line's text, a raised number apart: "10^6"."""
    text, number, before = "", "", None  # the last letter that is not raised
    for character, place in characters:
        if character.isdigit() and before is not None:
            size, baseline = _size_and_baseline(text_page, before)
            its_size, its_baseline = _size_and_baseline(text_page, place)
            if its_size < _RAISED_SIZE * size and its_baseline > baseline + _RAISED * size:
                number += character
                continue
        text += raised_number(text, number) + character
        number = ""
        if not character.isspace():
            before = place
    return text + raised_number(text, number)


def _size_and_baseline(text_page: Any, place: int) -> tuple[float, float]:
    from pypdfium2 import raw

    matrix = raw.FS_MATRIX()
    raw.FPDFText_GetMatrix(text_page, place, matrix)
    size: float = raw.FPDFText_GetFontSize(text_page, place)
    return size * hypot(matrix.c, matrix.d), matrix.f


def without_running_heads(rows: list[Row]) -> list[Row]:
    """Leave out what stands first or last, or highest or lowest, on several pages.

    Its page number may differ.
    """
    pages: dict[int, list[int]] = {}
    for place, row in enumerate(rows):
        pages.setdefault(row.page, []).append(place)
    edges: set[int] = set()
    for places in pages.values():
        bottoms = [round(rows[place].bottom) for place in places]
        outer = {max(bottoms), min(bottoms)}
        edges.update((places[0], places[-1]))
        edges.update(
            place for place, bottom in zip(places, bottoms, strict=True) if bottom in outer
        )
    alike: dict[object, list[tuple[int, int, list[int]]]] = {}
    for place in sorted(edges):
        words, numbers = _as_head(rows[place])
        alike.setdefault(words, []).append((place, rows[place].page, numbers))
    dropped: set[int] = set()
    for lines in alike.values():
        for number, (place, page, numbers) in enumerate(lines):
            for other, its_page, its_numbers in lines[number + 1 : number + 1 + _NEXT]:
                if _recurs(its_page - page, numbers, its_numbers):
                    dropped |= {place, other}
    return [row for place, row in enumerate(rows) if place not in dropped] or rows


def _recurs(pages: int, numbers: list[int], later: list[int]) -> bool:
    """Say whether each number is the same some pages later, or grew with them as the others did.

    So "Page 3 of 12" recurs on page 4, and "Passed by 4 votes to 3" does not where it is 5 to 2.
    """
    grown = [after - before for before, after in zip(numbers, later, strict=True)]
    return pages > 0 and any({*grown} <= {0, step * pages} for step in _STEPS)


def without_line_numbers(rows: list[Row]) -> list[Row]:
    """Leave out the numbers of a court's transcript, whose lines are counted on each page."""
    runs = numbered_pages([row.text for row in rows], [row.page for row in rows])
    numbered = {place for run in runs for place in run}
    plain = [
        replace(row, text=without_number(row.text).strip()) if place in numbered else row
        for place, row in enumerate(rows)
    ]
    return [row for row in plain if row.text]


def _as_head(row: Row) -> tuple[object, list[int]]:
    """Return a line's height and its words without their numbers, in any order, and the numbers.

    On a right-hand page the number stands last, on a left-hand page first.
    """
    words = [
        (re.sub(r"\d+", "#", word), [int(number) for number in re.findall(r"\d{1,9}", word)])
        for word in _ROMAN_PAGES.get(row.text, row.text).split()
    ]
    words.sort(key=lambda word: word[0])
    numbers = [number for _, its_numbers in words for number in its_numbers]
    return (round(row.bottom), *(word for word, _ in words)), numbers
