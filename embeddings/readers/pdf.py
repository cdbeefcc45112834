"""Read PDF files: PDFium gives lines and where they stand, and they become paragraphs again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from statistics import median
from threading import Lock

from embeddings.datatypes import Document
from embeddings.errors import DocumentError
from embeddings.readers.markup import stated_title
from embeddings.readers.pdf_columns import opens_column, right_edges
from embeddings.readers.pdf_hyphens import HYPHENS, Hyphens
from embeddings.readers.pdf_notes import usual_height, with_notes, without_notes
from embeddings.readers.pdf_rows import Row, rows_of, without_line_numbers, without_running_heads
from embeddings.text.layout import Line, compose
from embeddings.text.parts import starts_a_part

# PDFium must not be used by two threads at once.
_PDFIUM = Lock()
_HYPHENATED = re.compile(rf"\w[-{''.join(HYPHENS)}]$")
MOST_PAGES = 5_000
# In multiples of the height of the letters.
_PARAGRAPH_GAP = 1.3
_SAME_HEIGHT = 0.1
_HEADING_HEIGHT = 1.1
_MOST_WORDS_OF_A_HEADING = 16


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
            pages = [list(rows_of(file, page)) for page in range(len(file))]
            # A page with something on it, but no text; what is blank is none.
            scanned = sum(
                not rows and next(file[number].get_objects(), None) is not None
                for number, rows in enumerate(pages)
            )
    except pypdfium2.PdfiumError as error:
        locked = "password" in str(error).lower()
        raise DocumentError(
            "needs a password; save it without one"
            if locked
            else "is not a PDF that can be opened; save it again"
        ) from error
    rows = [row for page in pages for row in page]
    if not rows:
        raise DocumentError(
            "has pages but no text, as a scan has; run text recognition (OCR) on it first"
        )
    if 2 * scanned > len(pages):
        raise DocumentError(
            f"has no text on {scanned} of its {len(pages)} pages, as a scan has;"
            " run text recognition (OCR) on it first"
        )
    rows = without_running_heads(without_line_numbers(rows))
    text, notes = without_notes(rows)
    noted = (paragraph for page in notes for paragraph in _paragraphs(page))
    return _compose(id, title, list(with_notes(_paragraphs(text), noted)))


def _paragraphs(rows: list[Row]) -> Iterator[list[Row]]:
    """Yield the rows of each paragraph: rows that were broken only because the line was full."""
    edges = right_edges(rows)
    steps = [
        above.bottom - below.bottom
        for above, below in pairwise(rows)
        if above.page == below.page and above.bottom > below.bottom
    ]
    step = median(steps) if steps else 0.0
    paragraph: list[Row] = []
    for place, row in enumerate(rows):
        if paragraph and not _continues(paragraph[-1], row, edges[place - 1], step):
            yield paragraph
            paragraph = []
        paragraph.append(row)
    if paragraph:
        yield paragraph


def _continues(above: Row, row: Row, right: float, step: float) -> bool:
    if abs(row.height - above.height) > _SAME_HEIGHT * above.height or starts_a_part(row.text):
        return False
    if row.page == above.page and not opens_column(above, row):
        gap = above.bottom - row.bottom
        if not 0 < gap <= max(min(step, 2 * row.height), _PARAGRAPH_GAP * row.height) * 1.15:
            return False
    if _HYPHENATED.search(above.text):
        return True
    # The width that the row's first word would have taken on the line above.
    word = (row.right - row.left) * (len(row.text.split()[0]) + 1) / max(1, len(row.text))
    return above.right + word > right


def _compose(id: str, title: str, paragraphs: list[list[Row]]) -> Document:
    """Join each paragraph's rows, and say where in it a page begins."""
    usual = usual_height(row for paragraph in paragraphs for row in paragraph)
    hyphens = Hyphens(row.text for paragraph in paragraphs for row in paragraph)
    lines: list[Line] = []
    page = 0
    for paragraph in paragraphs:
        text, pages = "", []
        for row in paragraph:
            if text.endswith(HYPHENS):
                text = text[:-1] + hyphens.between(text[:-1], row.text)
            elif text.endswith("-") or not text:
                pass
            else:
                text += " "
            if row.page != page:
                page = row.page
                pages.append((len(text), page))
            text += row.text
        for hyphen in HYPHENS:
            text = text.replace(hyphen, "")
        big = paragraph[0].height > _HEADING_HEIGHT * usual
        heading = big and len(text.split()) <= _MOST_WORDS_OF_A_HEADING
        lines.append(Line(text, "heading" if heading else "line", tuple(pages)))
    return compose(id, lines, title=title)
