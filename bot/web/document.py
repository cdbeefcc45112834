"""Render a document as HTML: readable paragraphs, with the cited spans in `<mark>`.

Documents are untrusted: every character of theirs is escaped here. Without its tags, the result is
the document's text, but for white space.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from bot.web.pieces import Piece, cells, is_ruling, is_table, runs
from bot.web.typeset import Wrap, hide, typeset
from embeddings.datatypes import Document
from embeddings.text.outline import CUT

# What fits a line of the page, and three: such lines, as those of a letterhead or a list of names,
# and such points of a list are set close where no blank line parts them.
_LINE = 90
_POINT = 250
_BLANK_LINE = re.compile(r"\n\s*\n")
# What Markdown has as headings; others are bold.
_HASHES = re.compile(r"#{1,6} +")
_SIGNS = "#*_ "


@dataclass(frozen=True, slots=True)
class Highlight:
    """Mark a span of the text. `anchor` is what links point at, `number` is shown after the span.

    `near` tells the closest passage, which is not an answer, from a cited quote; `gold` is what
    would have been right.
    """

    start: int
    end: int
    anchor: str
    number: str = ""
    near: bool = False
    gold: bool = False


@dataclass(frozen=True, slots=True)
class _Marked:
    """Highlights that overlap, merged into one span."""

    start: int
    end: int
    highlights: tuple[Highlight, ...]


def render_document(
    document: Document, highlights: Iterable[Highlight] = (), *, focus: str = ""
) -> str:
    """Return a document as an `<article>`, the highlights marked; `focus` is the anchor to show."""
    page = _Page(document, _merge(highlights))
    shown = "".join(
        page.table(run) if is_table(document.text, run) else "".join(map(page.paragraph, run))
        for run in runs(document)
    )
    return (
        f'<article class="record" dir="auto" tabindex="0" aria-label="The record" '
        f'data-document="{escape(document.id)}" data-focus="{escape(focus)}">{shown}</article>'
    )


def render_nothing() -> str:
    """Return the page that lies open when there is no meeting."""
    return (
        '<article class="record" tabindex="0" aria-label="The record" data-focus="">'
        '<p class="aside">No meeting is here. Add a file, or load the example.</p></article>'
    )


def mark_up(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """Return a text as HTML, with `<b>` around the spans of it."""
    merged = _merge(Highlight(start, end, "") for start, end in spans)
    return typeset(text, [(one.start, one.end, "<b>", "</b>") for one in merged])


def _merge(highlights: Iterable[Highlight]) -> list[_Marked]:
    """Return the highlights in the text's order, those that overlap merged."""
    merged: list[_Marked] = []
    for one in sorted(highlights, key=lambda highlight: (highlight.start, highlight.end)):
        if one.start >= one.end:
            continue
        if merged and one.start < merged[-1].end:
            last = merged.pop()
            both = (*last.highlights, one)
            merged.append(_Marked(last.start, max(last.end, one.end), both))
        else:
            merged.append(_Marked(one.start, one.end, (one,)))
    return merged


class _Page:
    """Write the paragraphs of one document; knows which marks and which list are open."""

    def __init__(self, document: Document, marked: Sequence[_Marked]) -> None:
        self.document = document
        self.marked = marked
        self.begun: set[int] = set()  # starts of the marks that have their id already
        self.item_indent: int | None = None
        self.titled = False
        self.before: Piece | None = None
        self.parted = bool(_BLANK_LINE.search(document.text.strip()))
        self.offsets = {mark.offset: mark.label for mark in document.marks}
        self.times = {mark.offset: mark.time for mark in document.marks if mark.time}

    def table(self, pieces: Sequence[Piece]) -> str:
        """Return pieces as the rows of a table."""
        text, rows = self.document.text, ""
        self.before = pieces[-1]
        ruled = [is_ruling(text, piece) for piece in pieces]
        for piece, is_line, is_head in zip(pieces, ruled, [*ruled[1:], False], strict=True):
            if is_line:
                rows += f"<tr hidden><td>{escape(text[piece.start : piece.end])}</td></tr>"
                continue
            tag = "th" if is_head else "td"
            spans = cells(text, piece)
            rows += f"<tr>{''.join(f'<{tag}>{self._cell(*one)}</{tag}>' for one in spans)}</tr>"
        return f'<div class="table" tabindex="0"><table>{rows}</table></div>'

    def _cell(self, start: int, end: int) -> str:
        """Return what a cell holds, the bars at its ends hidden."""
        text = self.document.text
        low = start + text.startswith("|", start, end)
        high = max(low, end - text.endswith("|", start, end))
        return f"{hide(text[start:low])}{self._inline(low, high)}{hide(text[high:end])}"

    def paragraph(self, piece: Piece) -> str:
        """Return a piece as an element that fits what it is."""
        close = self._is_close(piece)
        self.before = piece
        if not piece.block:
            return self._furniture(piece)
        body = self._inline(piece.body, piece.end)
        if piece.body > piece.start:
            deep = self.item_indent is not None and piece.indent > self.item_indent
            if not deep:
                self.item_indent = piece.indent
            label = self._inline(piece.start, piece.body)
            kind = f"item{' deep' if deep else ''}{' close' if close else ''}"
            return f'<div class="{kind}"><span class="label">{label}</span><p>{body}</p></div>'
        if self.item_indent is not None and piece.indent > self.item_indent:
            return f'<p class="under{" close" if close else ""}">{body}</p>'
        self.item_indent = None
        if time := self.times.get(piece.start):
            return f'<p data-time="{escape(time)}">{body}</p>'
        return f'<p class="close">{body}</p>' if close else f"<p>{body}</p>"

    def _is_close(self, piece: Piece) -> bool:
        """Say whether a piece belongs to the one before it: an item, or a line after a line."""
        before = self.before
        if not self.parted or before is None:
            return False
        if self.document.text.count("\n", before.end, piece.start) > 1:
            return False
        longest = _POINT if piece.body > piece.start else _LINE
        return max(one.end - one.start for one in (before, piece)) <= longest

    def _furniture(self, piece: Piece) -> str:
        """Return a line that is not searched: title, date, heading, or something to be dimmed."""
        line = self.document.text[piece.start : piece.end]
        words = line.strip(_SIGNS)
        hashes = _HASHES.match(line)
        start = piece.start + (hashes.end() if hashes else 0)
        inner = hide(self._inline(piece.start, start)) + self._inline(start, piece.end)
        if not self.titled and words == self.document.title.strip(_SIGNS):
            self.titled = True
            return f"<h2>{inner}</h2>"
        if self.document.date and self.document.date in line:
            return f'<p class="date">{inner}</p>'
        label = self.offsets.get(piece.start, "").strip().removesuffix(CUT)
        if label and words.startswith(label):
            self.item_indent = None
            return f"<h3>{inner}</h3>"
        return f'<p class="aside">{inner}</p>'

    def _inline(self, start: int, end: int) -> str:
        """Return a span of the text as HTML, the marks in it marked."""
        text, marks = self.document.text, list[Wrap]()
        for one in self.marked:
            low, high = max(one.start, start), min(one.end, end)
            if low < high and text[low:high].strip():
                marks.append((low - start, high - start, self._mark(one, high), "</mark>"))
        return typeset(text[start:end], marks)

    def _mark(self, one: _Marked, end: int) -> str:
        """Return how a part of a mark begins: the first has the id, the last shows the numbers."""
        text = self.document.text
        anchors = [highlight.anchor for highlight in one.highlights]
        numbers = ", ".join(highlight.number for highlight in one.highlights if highlight.number)
        attributes = f'data-cites="{escape(" ".join(anchors))}"'
        kinds = [
            *(["near"] if all(highlight.near for highlight in one.highlights) else []),
            *(["gold"] if any(highlight.gold for highlight in one.highlights) else []),
        ]
        if kinds:
            attributes += f' class="{" ".join(kinds)}"'
        if one.start not in self.begun:
            self.begun.add(one.start)
            attributes += f' id="{escape(anchors[0])}" tabindex="-1"'
        if numbers and not text[end : one.end].strip("| \n"):
            attributes += f' data-number="{escape(numbers)}"'
        return f"<mark {attributes}>"
