"""Read web pages: the main part that a page states, or else what trafilatura takes for it."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from embeddings.datatypes import Document
from embeddings.errors import DocumentError
from embeddings.readers.markup import compose_element, stated_title, words_of

if TYPE_CHECKING:
    from lxml.etree import _Element

# What is never part of a page's text.
_FURNITURE = (
    "//nav | //*[@role='navigation'] | //aside | //footer | //script | //style | //noscript"
    " | //template | //button | //select | //iframe | //svg | //*[@hidden] | //comment()"
)
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
    starts = {words_of(one[0]): one.get("start") for one in page.iter("ol") if len(one)}
    for one in found.body.iter("list"):
        if start := starts.get(words_of(one[0])) if len(one) else None:
            one.set("start", start)
    return found.body


def _without_headings(found: _Element, page: _Element) -> bool:
    """Say whether what stands below a heading was found without any heading.

    It happens to trafilatura with short pages, and with those that have many tables.
    """
    if found.find(".//head") is not None:
        return False
    words = words_of(found)
    below = (one.getnext() for one in page.iter("h2", "h3", "h4"))
    return any(one is not None and words_of(one) and words_of(one) in words for one in below)
