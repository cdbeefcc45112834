"""Read PDF files: PDFium gives lines and where they stand, and they become paragraphs again."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise, product
from math import isfinite
from statistics import median
from threading import Lock
from typing import Any

from embeddings.datatypes import Document
from embeddings.errors import DocumentError
from embeddings.layout import Line, compose
from embeddings.parts import starts_a_part
from embeddings.readers.markup import stated_title

# PDFium must not be used by two threads at once.
_PDFIUM = Lock()
# What PDFium writes for a hyphen that ends a line.
_HYPHENS = ("\ufffe", "\x02", "\xad")
MOST_PAGES = 5_000
# In multiples of the height of the letters.
_PARAGRAPH_GAP = 1.3
_SAME_HEIGHT = 0.1
_HEADING_HEIGHT = 1.1
_MOST_WORDS_OF_A_HEADING = 16
# Two dates, a time and the page; each number doubles the ways to read a running head.
_MOST_NUMBERS_OF_A_HEAD = 10


@dataclass(frozen=True, slots=True)
class _Row:
    """Be a line on a page: its words, its edges (from the page's lower left) and letter height."""

    text: str
    page: int
    left: float
    right: float
    bottom: float
    height: float


def read_pdf(id: str, content: bytes) -> Document:
    """Read a PDF's paragraphs, headings and pages; raise `DocumentError`, for a scan too."""
    import pypdfium2

    try:
        with _PDFIUM, pypdfium2.PdfDocument(content) as file:
            if len(file) > MOST_PAGES:
                raise DocumentError(
                    f"has {len(file):,} pages, more than {MOST_PAGES:,}; give it in parts"
                )
            title = stated_title(file.get_metadata_value("Title"))
            rows = [row for page in range(len(file)) for row in _rows(file, page)]
    except pypdfium2.PdfiumError as error:
        locked = "password" in str(error).lower()
        raise DocumentError(
            "needs a password; save it without one"
            if locked
            else "is not a PDF that can be opened; save it anew"
        ) from error
    if not rows:
        raise DocumentError(
            "has pages but no text, as a scan has; run text recognition (OCR) on it first"
        )
    return _compose(id, title, list(_paragraphs(_without_running_heads(rows))))


def _rows(file: Any, number: int) -> Iterator[_Row]:
    """Yield the lines of a page."""
    from pypdfium2 import raw

    page = file[number]
    text_page = page.get_textpage()
    characters: list[tuple[str, int]] = []
    for place in [*range(text_page.count_chars()), None]:
        code = 10 if place is None else raw.FPDFText_GetUnicode(text_page, place)
        if place is not None and code not in (10, 13):
            characters.append((chr(code), place))
            continue
        text = "".join(character for character, _ in characters)
        inked = [at for character, at in characters if not character.isspace()]
        if inked and text.strip():
            left, bottom, _, top = text_page.get_charbox(inked[0], loose=True)
            right = text_page.get_charbox(inked[-1], loose=True)[2]
            height = raw.FPDFText_GetFontSize(text_page, inked[0]) or top - bottom
            # A broken file puts letters where there is no number for it.
            edges = (one if isfinite(one) else 0.0 for one in (left, right, bottom, height))
            yield _Row(text.strip(), number + 1, *edges)
        characters = []


def _without_running_heads(rows: list[_Row]) -> list[_Row]:
    """Leave out what stands first or last on several pages, its page number apart."""
    edges: list[int] = []
    for place, row in enumerate(rows):
        before = rows[place - 1].page if place else 0
        after = rows[place + 1].page if place + 1 < len(rows) else 0
        if row.page != before or row.page != after:
            edges.append(place)
    heads = {place: set(_as_head(rows[place])) for place in edges}
    told = Counter(head for one in heads.values() for head in one)
    dropped = {place for place, one in heads.items() if any(told[head] > 1 for head in one)}
    return [row for place, row in enumerate(rows) if place not in dropped] or rows


def _as_head(row: _Row) -> Iterator[tuple[object, ...]]:
    """Yield the ways to read a line as a running head: each number stays, or grows with the page.

    So "Page 3 of 12" recurs on page 4, and "Passed by 4 votes to 3" does not where it is 5 to 2.
    """
    numbers = [int(number) for number in re.findall(r"\d{1,9}", row.text)]
    read = [(("stays", number), ("grows", number - row.page)) for number in numbers]
    if len(read) > _MOST_NUMBERS_OF_A_HEAD:
        return
    for way in product(*read):
        yield re.sub(r"\d+", "#", row.text), round(row.bottom), way


def _paragraphs(rows: list[_Row]) -> Iterator[list[_Row]]:
    """Yield the rows of each paragraph: rows that were broken only because the line was full."""
    right: dict[int, float] = {}
    for row in rows:
        right[row.page] = max(row.right, right.get(row.page, row.right))
    steps = [
        above.bottom - below.bottom
        for above, below in pairwise(rows)
        if above.page == below.page and above.bottom > below.bottom
    ]
    step = median(steps) if steps else 0.0
    paragraph: list[_Row] = []
    for row in rows:
        if paragraph and not _continues(paragraph[-1], row, right[paragraph[-1].page], step):
            yield paragraph
            paragraph = []
        paragraph.append(row)
    if paragraph:
        yield paragraph


def _continues(above: _Row, row: _Row, right: float, step: float) -> bool:
    if abs(row.height - above.height) > _SAME_HEIGHT * above.height or starts_a_part(row.text):
        return False
    if row.page == above.page:
        gap = above.bottom - row.bottom
        if not 0 < gap <= max(min(step, 2 * row.height), _PARAGRAPH_GAP * row.height) * 1.15:
            return False
    if above.text.endswith(_HYPHENS):
        return True
    # The width that the row's first word would have taken on the line above.
    word = (row.right - row.left) * (len(row.text.split()[0]) + 1) / max(1, len(row.text))
    return above.right + word > right


def _compose(id: str, title: str, paragraphs: list[list[_Row]]) -> Document:
    """Join each paragraph's rows, and say where in it a page begins."""
    usual = median(row.height for paragraph in paragraphs for row in paragraph for _ in row.text)
    lines: list[Line] = []
    page = 0
    for paragraph in paragraphs:
        text, pages = "", []
        for row in paragraph:
            if text.endswith(_HYPHENS):
                text = text[:-1]
            elif text.endswith("-") or not text:
                pass
            else:
                text += " "
            if row.page != page:
                page = row.page
                pages.append((len(text), page))
            text += row.text
        for hyphen in _HYPHENS:
            text = text.replace(hyphen, "")
        big = paragraph[0].height > _HEADING_HEIGHT * usual
        heading = big and len(text.split()) <= _MOST_WORDS_OF_A_HEADING
        lines.append(Line(text, "heading" if heading else "line", tuple(pages)))
    return compose(id, lines, title=title)
