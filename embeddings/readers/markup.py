"""Read elements into lines: headings, lists, tables, as web pages and Word documents have them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from embeddings.datatypes import Document
from embeddings.errors import DocumentError
from embeddings.readers.numerals import raised_number
from embeddings.readers.spoken import heads_a_turn, spoken
from embeddings.text.layout import Line, compose
from embeddings.text.parts import split_parts, starts_a_part
from embeddings.text.sentences import CELL_BREAK, MOST_WORDS_OF_A_ROW

if TYPE_CHECKING:
    from lxml.etree import _Element

_LISTS = {"ul", "ol"}
_HEADING = re.compile(r"h[1-6]$")
_BLOCKS = _LISTS | {"li", "tr", "p", "div", "blockquote", "pre", "table", "dl", "dt", "dd"}
# The attribute of a list item that says its number, or its letter.
NUMBER = "number"
_FIGURES = re.compile(r"[-\u2212]?\d[\d\s,;\u2013]*")
_BLANKS = re.compile(r"\s+")
# Where a paragraph ends without a stop.
_UNSTOPPED = re.compile(r"([^\s.,;:?!])\n")
# What converters write as the title when the author gave none.
_JUNK_TITLE = re.compile(
    r"microsoft word|untitled|^\(anonymous\)$|^(?:document|presentation)\s*\d*$"
    r"|\.(?:docx?|odt|rtf|txt|pdf|html?)$",
    re.IGNORECASE,
)


def stated_title(title: str | None) -> str:
    """Return a title from a file's metadata, "" for one that a converter made up."""
    title = " ".join((title or "").split())
    return "" if _JUNK_TITLE.search(title) else title


def compose_element(id: str, element: _Element, *, title: str = "", date: str = "") -> Document:
    """Return the laid-out document of what stands in an element; raise `DocumentError`."""
    document = compose(id, _lines(element), title=title, date=date)
    if not document.text:
        raise DocumentError("has no text in it; give a document with text")
    return spoken(Document(id, document.text, title, date)) or document


def words_of(element: _Element) -> str:
    """Return the text of an element, with one blank where there are any or a block begins."""
    return " ".join(_text(element).split())


def set_apart_superscripts(root: _Element) -> None:
    """Write a raised number, 10<sup>6</sup>, as "10^6", and a note's sign as "[6]"."""
    for raised in list(root.iter("sup")):
        words = words_of(raised)
        if _FIGURES.fullmatch(words):
            is_note = raised.xpath("boolean(ancestor::a | .//a)")
            before = raised.xpath("string(preceding::text()[1])")
            tail = raised.tail
            raised.clear()
            raised.text = f"[{words}]" if is_note else raised_number(before, words)
            raised.tail = tail


def _lines(element: _Element, indent: str = "") -> Iterator[Line]:
    """Yield the lines of an element in the order of the text."""
    loose = _flat(element.text)  # words directly in an element that holds other blocks
    for child in element:
        tag = child.tag if isinstance(child.tag, str) else ""
        if _is_block(tag):
            yield from _broken(loose, indent)
            loose = ""
        if _HEADING.match(tag):
            yield Line(words_of(child), "heading")
        elif tag == "li":
            yield from _item(child, indent)
        elif tag == "table":
            yield from _table(child, indent)
        elif tag in _LISTS or (tag and _holds_blocks(child)):
            yield from _lines(child, indent)
        elif tag == "pre":
            yield from _typed(child)
        elif _is_block(tag):
            yield from _broken(_text(child), indent)
        else:
            loose += "\n" if tag == "br" else _text(child)
        loose += _flat(child.tail)
    yield from _broken(loose, indent)


def _typed(element: _Element) -> Iterator[Line]:
    """Yield the lines of a text that is shown as it was typed."""
    text = "".join(element.itertext())
    for part in split_parts(text):
        indent = part.indent if part.kind in {"item", "bullet"} else 0
        yield Line(" " * indent + _flat(text[part.start : part.end]))


def _item(item: _Element, indent: str) -> Iterator[Line]:
    """Yield a list item: its own words behind its label, then what it holds, indented."""
    number = item.get(NUMBER, "").strip("().")
    label = f"{number}{')' if number.isalpha() else '.'}" if number else "-"
    first, *rest = [*_lines(item, indent + "  "), Line("")]
    if first.text:
        # A number such as 3.1 says itself below what it stands.
        yield Line(f"{'' if '.' in number else indent}{label} {first.text.strip()}")
    yield from (one for one in rest if one.text)


def _table(table: _Element, indent: str) -> Iterator[Line]:
    """Yield the lines of a table: one for each row, or those of its cells where it is prose."""
    for caption in table.iterchildren("caption"):
        yield from _broken(_text(caption), indent)
    covered: dict[int, tuple[int, str]] = {}  # by column: for how many rows more, and with what
    for row in table.iterdescendants("tr"):
        if next(row.iterancestors("table")) is not table:
            continue
        cells = [cell for cell in row if cell.tag in {"td", "th"}]
        lines = [list(_lines(cell, indent)) for cell in cells]
        if _is_prose(lines):
            yield from (line for one in lines for line in one)
            continue
        words: list[str] = []
        for cell, its_lines in zip(cells, lines, strict=True):
            words += _from_above(covered, len(words))
            words.append(_in_a_row(its_lines))
            if (spanned := cell.get("rowspan", "")).isdecimal():
                covered[len(words) - 1] = int(spanned) - 1, words[-1]
        words += _from_above(covered, len(words))
        if any(words):
            alone = len(cells) == 1
            yield Line(indent + (words[0] if alone else CELL_BREAK.join(words).strip()), "row")


def _in_a_row(lines: list[Line]) -> str:
    """Return the lines of a cell as one, parted: "Anna Berg, Secretary; Jon Dahl, Chair"."""
    text = "\n".join(line.text.strip() for line in lines)
    return _UNSTOPPED.sub(r"\1; ", text).replace("\n", " ")


def _is_prose(cells: list[list[Line]]) -> bool:
    """Say whether a row only puts paragraphs in their place, and does not say what belongs to what.

    So it is if all stand in one cell, or if a cell holds a heading or a table, or too many words.
    """
    filled = [lines for lines in cells if lines]
    words = sum(len(line.text.split()) for lines in filled for line in lines)
    structured = any(line.kind != "line" for lines in filled for line in lines)
    return structured or words > MOST_WORDS_OF_A_ROW or len(filled) == 1 < len(filled[0])


def _from_above(covered: dict[int, tuple[int, str]], column: int) -> Iterator[str]:
    """Yield what cells that span several rows have in this one, from a column on."""
    while column in covered and column < MOST_WORDS_OF_A_ROW:
        rows, words = covered.pop(column)
        if rows > 0:
            covered[column] = rows - 1, words
            yield words
        column += 1


def _broken(text: str, indent: str) -> Iterator[Line]:
    """Yield the lines of a text: a break parts them where it is double, or a turn or item follows.

    Any other break may be there only because a line was full, but below a turn's head.
    """
    lines = [""]
    pieces = [" ".join(piece.split()) for piece in text.split("\n")]
    is_turn = heads_a_turn(pieces[0])
    for words in pieces:
        if words and lines[-1] and not (is_turn or starts_a_part(words)):
            lines[-1] += f" {words}"
        elif words or lines[-1]:
            lines.append(words)
    yield from (Line(indent + one) for one in lines if one)


def _is_block(tag: str) -> bool:
    return tag in _BLOCKS or bool(_HEADING.match(tag))


def _holds_blocks(element: _Element) -> bool:
    return any(isinstance(one.tag, str) and _is_block(one.tag) for one in element.iterdescendants())


def _text(element: _Element) -> str:
    """Return the text of an element, a newline for each line break, a blank between its blocks."""
    text = _flat(element.text)
    for child in element:
        tag = child.tag if isinstance(child.tag, str) else ""
        if tag == "br":
            text += "\n"
        elif tag:
            text += f" {_text(child)} " if _is_block(tag) else _text(child)
        text += _flat(child.tail)
    return text


def _flat(text: str | None) -> str:
    """Return a text of the source, whose own line ends are blanks, and soft hyphens nothing."""
    return _BLANKS.sub(" ", text or "").replace("\xad", "")
