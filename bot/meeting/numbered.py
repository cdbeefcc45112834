"""Answer what is asked of a numbered place: "What does paragraph 9 say?", "Summarise item 5".

A place stands beside each quote, so it is asked for; but no sentence holds its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.datatypes import Citation
from bot.meeting.sentences import Statement, central, cited, sentences
from embeddings.index import Index
from embeddings.query import Query
from embeddings.scope import Scope
from embeddings.terms import TELLING_RARITY, stems
from embeddings.text.dates import MONTH

# What the parts of a record are called. An "I" within a question is mostly who asks.
_PLACE = re.compile(
    r"\b(?i:(?:agenda )?item|point|para|paragraph|section|chapter|part|minute)\.? "
    r"(?i:no\.? |number )?\(?(?P<number>\d+(?:[./]\d+)*|I(?=\W*$)|(?!I\b)[IVX]+)(?![\w%])\)?"
    r"(?i: (?:of|on) the agenda)?"
)
_ONES = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")
_ROMAN = {str(number): number // 10 * "X" + _ONES[number % 10] for number in range(1, 40)}


def place_asked(question: str) -> re.Match[str] | None:
    """Return where a question asks for a numbered place, if it does."""
    return _PLACE.search(question)


def said_there(
    query: Query, index: Index, documents: Sequence[str] | None, scope: Scope
) -> tuple[Citation, ...]:
    """Return the most central of what stands at the place asked for, in the record's order.

    What else the question names must stand there, too; but "Summarise item 5" opens with no name.
    Headings of that number come before items.
    """
    asked = place_asked(query.text)
    if not asked:
        return ()
    index = index.of(documents)
    places = index.places_of(index.ids(documents))
    topic = {
        word.stem
        for word, rare in list(zip(query.words, query.rarities, strict=True))[1:]
        if rare >= TELLING_RARITY
        and not asked.start() <= word.start < asked.end()
        and index.mentions(word.stem, documents)
    }
    numbers = {asked["number"], _ROMAN.get(asked["number"], "")}
    numbers |= {number for number, roman in _ROMAN.items() if roman == asked["number"]}
    number = rf"(?:{'|'.join(map(re.escape, filter(None, numbers)))})(?![^\W_])"
    heading = re.compile(rf"(?:^\(?{number}|, \(?{number}[.)])(?! {MONTH})", re.IGNORECASE)
    item = re.compile(rf"(?:^|, )(?:item|paragraph) {number}", re.IGNORECASE)
    inside = scope.inside(index)
    below: list[Statement] = []
    items: list[Statement] = []
    for one in sentences(index, places):
        mark = index.documents[one.passage.document_id].mark(one.span.start)
        there = f"{mark.heading}\n{one.text}"
        if inside(one.place, one.member) and topic <= set(stems(there)):
            if heading.search(mark.heading):
                below.append(one)
            elif item.search(mark.label):
                items.append(one)
    found = below or items
    return cited(index, central(index, [one.place for one in found], found))
