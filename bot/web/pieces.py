"""Part a document into the pieces that its page is set of: paragraphs, and the rows of tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from bot.web.typeset import ROW
from embeddings.datatypes import Document

# Markdown draws a line below a table's heads; who reads other files writes bars between the cells.
_BAR, _BAR_BETWEEN = re.compile(r"\|"), re.compile(r"(?<!\S)\|(?!\S)")
_RULING = re.compile(r"[|:\s-]*-[|:\s-]*")


@dataclass(frozen=True, slots=True)
class Piece:
    """One paragraph: its span without the blanks around it, and where its body begins.

    What stands before `body` is a list label. `block` says whether it can be searched.
    """

    start: int
    body: int
    end: int
    indent: int
    block: bool


def runs(document: Document) -> Iterator[list[Piece]]:
    """Yield the pieces in order, together those that may be the rows of one table."""
    text = document.text

    def kind(piece: Piece) -> tuple[bool, int]:
        return _is_bordered(text, piece), len(cells(text, piece))

    for _, run in groupby(pieces(document), kind):
        yield list(run)


def is_table(text: str, run: Sequence[Piece]) -> bool:
    """Say whether pieces of one run are a table; a bar in one line alone may be only a bar."""
    return _is_bordered(text, run[0]) or len(run) > 1 < len(cells(text, run[0]))


def is_ruling(text: str, row: Piece) -> bool:
    """Say whether a row is but the line below the heads."""
    return bool(_RULING.fullmatch(text, row.start, row.end))


def cells(text: str, row: Piece) -> list[tuple[int, int]]:
    """Return the spans of a row's cells, each with the bar before it; the last ends the row."""
    bordered = _is_bordered(text, row)
    sign = _BAR if bordered else _BAR_BETWEEN
    bars = [bar.start() for bar in sign.finditer(text, row.start, row.end)]
    return list(pairwise([*bars[:-1], row.end] if bordered else [row.start, *bars, row.end]))


def _is_bordered(text: str, row: Piece) -> bool:
    return bool(ROW.fullmatch(text, row.start, row.end))


def pieces(document: Document) -> Iterator[Piece]:
    """Yield the paragraphs in order: the blocks, and the lines between them."""
    text, cursor = document.text, 0
    blocks = document.blocks
    if blocks is None:
        blocks = tuple((line.start(), line.end()) for line in re.finditer(r"[^\n]+", text))
    for place, (body, end) in enumerate(blocks):
        following = blocks[place + 1][0] if place + 1 < len(blocks) else len(text)
        line_end = text.find("\n", end)
        end = min(len(text) if line_end < 0 else line_end, max(following, end))
        start = max(cursor, text.rfind("\n", 0, body) + 1)
        yield from _lines(text, cursor, start)
        yield from _piece(text, start, body, end, block=True)
        cursor = max(cursor, end)
    yield from _lines(text, cursor, len(text))


def _lines(text: str, start: int, end: int) -> Iterator[Piece]:
    for line in re.finditer(r"[^\n]+", text[start:end]):
        low = start + line.start()
        yield from _piece(text, low, low, start + line.end(), block=False)


def _piece(text: str, start: int, body: int, end: int, *, block: bool) -> Iterator[Piece]:
    """Yield a span as a piece without the blanks around it, or nothing when it is blank."""
    raw = text[start:end]
    if not raw.strip():
        return
    indent = len(raw) - len(raw.lstrip())
    start += indent
    yield Piece(start, max(start, body), start + len(raw.strip()), indent, block)
