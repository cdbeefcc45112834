"""Read web pages: the main part that a page states, or else where trafilatura finds it.

What trafilatura makes of that part is not read: it lacks headings, dates and lists of links.
"""

from __future__ import annotations

import re
from collections import Counter
from copy import deepcopy
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from embeddings.datatypes import Document
from embeddings.errors import DocumentError
from embeddings.readers.markup import (
    NUMBER,
    compose_element,
    set_apart_superscripts,
    stated_title,
    words_of,
)
from embeddings.readers.numerals import Numeral, letters, roman

if TYPE_CHECKING:
    from lxml.etree import _Element

# What is never part of a page's text, struck-out words and those that a browser hides among it.
_FURNITURE = (
    "//nav | //*[@role='navigation'] | //aside | //footer | //script | //style | //noscript"
    " | //template | //button | //select | //iframe | //svg | //*[@hidden] | //comment()"
    " | //s | //strike | //del | //*[contains(translate(@style, ' ', ''), 'display:none')]"
)
_WHOLE = re.compile(r"-?[0-9]{1,9}")
_TYPES: dict[str, Numeral] = {
    "a": letters,
    "i": roman,
    "A": lambda number: letters(number).upper(),
    "I": lambda number: roman(number).upper(),
}
# What makes sense as a whole alone.
_READ_WHOLE = {"p", "pre", "table", "tbody", "tr", "ul", "ol", "dl"}
_STATED_MAIN = ("//main | //*[@role='main']", "//article")


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
    _number_items(page)
    set_apart_superscripts(page)
    headings = [words_of(one) for one in page.iter("h1")]
    is_heading = len(headings) > 1 and stated.title in headings  # the first of several
    title = "" if is_heading else stated_title(stated.title)
    return compose_element(id, _main(page), title=title, date=stated.date or "")


def _main(page: Any) -> _Element:
    """Return the part of a page that holds its main text."""
    from trafilatura import bare_extraction

    for names in _STATED_MAIN:
        stated: list[_Element] = page.xpath(names)
        if len(stated) == 1 and words_of(stated[0]):
            return stated[0]
    body = page.find("body")
    found: Any = bare_extraction(deepcopy(page), include_comments=False, favor_recall=True)
    sought = Counter(words_of(found.body).split()) if found is not None else Counter[str]()
    inner: _Element = page if body is None else body
    parts = [(_likeness(inner, sought), inner)]
    while inside := [(_likeness(one, sought), one) for one in inner if isinstance(one.tag, str)]:
        like, inner = max(inside, key=itemgetter(0))
        if inner.tag not in _READ_WHOLE:
            parts.append((like, inner))
    return max(parts, key=itemgetter(0))[1]  # the outermost of equals


def _likeness(element: _Element, sought: Counter[str]) -> float:
    """Return how nearly an element has the words that are sought and no others (F1)."""
    words = Counter(words_of(element).split())
    return 2 * (words & sought).total() / max(1, words.total() + sought.total())


def _number_items(page: _Element) -> None:
    """Write beside each item of a page's ordered lists the number that a browser shows."""
    for ordered in page.iter("ol"):
        items = [one for one in ordered if one.tag == "li"]
        backwards = "reversed" in ordered.attrib
        number = _whole(ordered.get("start"), len(items) if backwards else 1)
        written = _TYPES.get(ordered.get("type", ""), str)
        for item in items:
            number = _whole(item.get("value"), number)
            item.set(NUMBER, written(number))
            number += -1 if backwards else 1


def _whole(number: str | None, otherwise: int) -> int:
    return int(number) if number and _WHOLE.fullmatch(number) else otherwise
