"""Read web pages and Word documents: the structure that both have, headings, lists and tables.

A page's main part is the one that it states, or else what trafilatura takes for it; mammoth turns a
Word document into the same elements as a page has.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from embeddings.datatypes import Document
from embeddings.errors import DocumentError
from embeddings.layout import Line, compose
from embeddings.readers.spoken import spoken

if TYPE_CHECKING:
    from lxml.etree import _Element

# A list item's own lists and a cell's own tables are lines of their own. trafilatura's names stand
# beside those of HTML.
_LISTS = {"ul", "ol", "list"}
_ITEMS = {"li", "item"}
_ROWS = {"tr", "row"}
_CELLS = {"td", "th", "cell"}
_HEADING = re.compile(r"h[1-6]$|head$")
_BREAKS = {"br", "lb"}
_BLOCKS = {"p", "div", "blockquote", "quote", "pre", "code", "table", "dl", "dt", "dd"}
# What is never part of a page's text.
_FURNITURE = (
    "//nav | //*[@role='navigation'] | //aside | //footer | //script | //style | //noscript"
    " | //template | //button | //select | //iframe | //svg | //*[@hidden] | //comment()"
)
_STATED_MAIN = ("//main | //*[@role='main']", "//article")
# Of a Word document; a few kilobytes can unpack to gigabytes.
LARGEST_UNPACKED = 200_000_000
# The title is told from the headings by its class; a subtitle is no heading.
_WORD_STYLES = "p[style-name='Title'] => h1.title:fresh\np[style-name='Subtitle'] => p:fresh"
# What converters write as the title when the author gave none.
_JUNK_TITLE = re.compile(
    r"microsoft word|untitled|^(?:document|presentation)\s*\d*$|\.(?:docx?|odt|rtf|txt|pdf|html?)$",
    re.IGNORECASE,
)


def read_html(id: str, content: bytes) -> Document:
    """Read a page's main text, its title and the date that it states; raise `DocumentError`."""
    from trafilatura import extract_metadata, load_html

    page = load_html(content)
    if page is None:
        raise DocumentError("has no text in it; give a page with text")
    # Only a date that the page's head or markup states, none picked from its text.
    stated = extract_metadata(page, date_config={"extensive_search": False, "original_date": True})
    for one in page.xpath(_FURNITURE):
        one.drop_tree()
    lines = list(_lines(_main(page)))
    return _composed(id, lines, stated_title(stated.title), stated.date or "")


def read_docx(id: str, content: bytes) -> Document:
    """Read a Word document, headings, lists and tables in their order; raise `DocumentError`."""
    import mammoth
    from lxml import html

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise DocumentError("is not a Word document that can be opened; save it anew") from error
    if unpacked > LARGEST_UNPACKED:
        raise DocumentError(
            f"is larger than {LARGEST_UNPACKED // 1_000_000} MB when unpacked; save it anew without"
            " its pictures, or give a part of it"
        )
    try:
        converted = mammoth.convert_to_html(
            io.BytesIO(content),
            style_map=_WORD_STYLES,
            convert_image=lambda image: [],
        ).value
    except Exception as error:  # the zip, XML and Word layers each raise what they like
        raise DocumentError("is not a Word document that can be opened; save it anew") from error
    if not converted.strip():
        raise DocumentError("has no text in it; give a document with text")
    body = html.fragment_fromstring(converted, create_parent="body")
    title = next((_words(one) for one in body.iter("h1") if one.get("class") == "title"), "")
    return _composed(id, list(_lines(body)), title, "")


def _main(page: Any) -> _Element:
    """Return the part of a page that holds its main text."""
    from trafilatura import bare_extraction

    for names in _STATED_MAIN:
        stated: list[_Element] = page.xpath(names)
        if len(stated) == 1 and _words(stated[0]):
            return stated[0]
    found: Any = bare_extraction(deepcopy(page), include_comments=False, favor_recall=True)
    if found is None or _without_headings(found.body, page):
        body: _Element | None = page.find("body")
        return page if body is None else body
    starts = {_words(one[0]): one.get("start") for one in page.iter("ol") if len(one)}
    for one in found.body.iter("list"):
        if start := starts.get(_words(one[0])) if len(one) else None:
            one.set("start", start)
    return found.body


def _without_headings(found: _Element, page: _Element) -> bool:
    """Say whether what stands below a heading was found without any heading.

    It happens to trafilatura with short pages, and with those that have many tables.
    """
    if found.find(".//head") is not None:
        return False
    words = _words(found)
    below = (one.getnext() for one in page.iter("h2", "h3", "h4"))
    return any(one is not None and _words(one) and _words(one) in words for one in below)


def stated_title(title: str | None) -> str:
    """Return a title from a file's metadata, "" for one that a converter made up."""
    title = " ".join((title or "").split())
    return "" if _JUNK_TITLE.search(title) else title


def _composed(id: str, lines: list[Line], title: str, date: str) -> Document:
    document = compose(id, lines, title=title, date=date)
    if not document.text:
        raise DocumentError("has no text in it; give a document with text")
    return spoken(Document(id, document.text, title, date)) or document


def _lines(element: _Element, indent: str = "") -> Iterator[Line]:
    """Yield the lines of an element in the order of the text."""
    loose = element.text or ""  # words directly in an element that holds other blocks
    number = _start(element)
    for child in element:
        tag = child.tag if isinstance(child.tag, str) else ""
        if _is_block(tag):
            yield from _line(loose, indent)
            loose = ""
        if _HEADING.match(tag):
            yield Line(_words(child), "heading")
        elif tag in _ITEMS:
            ordered = element.tag == "ol" or element.get("rend") == "ol"
            yield from _item(child, indent, f"{number}. " if ordered else "- ")
            number += 1
        elif tag in _ROWS:
            cells = [_words(cell) for cell in child if cell.tag in _CELLS]
            yield Line(" | ".join(cell for cell in cells if cell), "row")
        elif tag in _LISTS or (tag and _holds_blocks(child)):
            yield from _lines(child, indent)
        elif _is_block(tag):
            yield from _line(_words(child), indent)
        else:
            loose += " " if tag in _BREAKS else _text(child)
        loose += child.tail or ""
    yield from _line(loose, indent)


def _start(element: _Element) -> int:
    """Return the number of a list's first item."""
    start = element.get("start", "")
    return int(start) if start.isdecimal() else 1


def _item(item: _Element, indent: str, label: str) -> Iterator[Line]:
    """Yield a list item: its own words behind its label, then what it holds, indented."""
    first, *rest = [*_lines(item, indent + "  "), Line("")]
    if first.text:
        yield Line(f"{indent}{label}{first.text.strip()}")
    yield from (one for one in rest if one.text)


def _line(text: str, indent: str) -> Iterator[Line]:
    if words := " ".join(text.split()):
        yield Line(indent + words)


def _is_block(tag: str) -> bool:
    return tag in _BLOCKS | _LISTS | _ITEMS | _ROWS or bool(_HEADING.match(tag))


def _holds_blocks(element: _Element) -> bool:
    return any(isinstance(one.tag, str) and _is_block(one.tag) for one in element.iterdescendants())


def _words(element: _Element) -> str:
    return " ".join(_text(element).split())


def _text(element: _Element) -> str:
    """Return the text of an element, a blank for each line break and between its blocks."""
    text = element.text or ""
    for child in element:
        tag = child.tag if isinstance(child.tag, str) else ""
        apart = tag in _BREAKS or _is_block(tag)
        text += f" {_text(child)} " if apart else _text(child) if tag else ""
        text += child.tail or ""
    return text
