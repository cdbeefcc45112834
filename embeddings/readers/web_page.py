"""Read web pages: the main part that a page states, or else what trafilatura takes for it."""

from __future__ import annotations

import re
from copy import deepcopy
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
    title, date = stated_title(stated.title), stated.date or ""
    return compose_element(id, _main(page), title=title, date=date)


def _main(page: Any) -> _Element:
    """Return the part of a page that holds its main text."""
    from trafilatura import bare_extraction

    for names in _STATED_MAIN:
        stated: list[_Element] = page.xpath(names)
        if len(stated) == 1 and words_of(stated[0]):
            return stated[0]
    found: Any = bare_extraction(deepcopy(page), include_comments=False, favor_recall=True)
    if found is None or _without_headings(found.body, page):
        body: _Element | None = page.find("body")
        return page if body is None else body
    numbers = {words_of(one): one.get(NUMBER) for one in page.xpath("//ol/li")}
    for one in found.body.xpath(".//list[@rend='ol']/item"):
        one.set(NUMBER, numbers.get(words_of(one)) or "")
    return found.body


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


def _without_headings(found: _Element, page: _Element) -> bool:
    """Say whether what stands below a heading was found without any heading.

    It happens to trafilatura with short pages, and with those that have many tables.
    """
    if found.find(".//head") is not None:
        return False
    words = words_of(found)
    below = (one.getnext() for one in page.iter("h2", "h3", "h4"))
    return any(one is not None and words_of(one) and words_of(one) in words for one in below)
