"""Tell how else a record calls somebody: who holds an office, by the list of those present."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain

from bot.meeting.head import head
from embeddings.datatypes import Document
from embeddings.terms import plain_words
from embeddings.text.names import TITLED, TITLES

TITLE_WORDS = plain_words(f"{' '.join(TITLES)} professor the foreign prime minister president")
# "Dr Ada Berg (Chair)", "The Chair (Dr Ada Berg)"; what has a figure is the hours or the items for
# which he was there.
_BRACKETS = re.compile(r"(?P<name>[^,|()\n]+?)\s*\((?P<office>[^()\d]+)\)")
# "Dr Ada Berg, Chair", one in a line, or between semicolons.
_COMMA = re.compile(r"(?P<name>[^,|()]+), (?P<office>[^,()\d]+)")


def names_of(who: str, document: Document) -> list[str]:
    """Return what a document may call somebody: as said, by his office or by his last name."""
    asked, words = name_words(who), plain_words(who) - {"the"}
    lists = [line.quote for line, lists in head(document) if "who" in lists]
    found = [
        (name, office)
        for name, office in _offices(lists)
        if asked <= plain_words(name) or words == plain_words(office)
    ]
    # Of two of one name, or in one office, none is meant more than the other.
    if len(found) != 1:
        return [who]
    ((name, office),) = found
    last = name.split()[-1]
    shared = sum(line.count(last) for line in lists) > 1
    return [who, office] if shared else [who, office, last]


def name_words(who: str) -> frozenset[str]:
    """Return the words of a name, its titles left out where there is more than those."""
    asked = plain_words(who) - {"the"}
    return asked - TITLE_WORDS or asked


def _offices(lists: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield the names that stand with an office in lists of those present."""
    for entry in chain.from_iterable(re.split("[;:]", one) for one in lists):
        one = _COMMA.fullmatch(entry.strip())
        for found in [one] if one else _BRACKETS.finditer(entry):
            name, office = found["name"].strip(), found["office"].strip()
            is_office_first = name.startswith("The ") or bool(TITLED.match(office))
            yield (office, name) if is_office_first else (name, office)
