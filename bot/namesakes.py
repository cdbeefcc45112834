"""Keep apart what only its number tells apart: application 2232 from 2233, room 13 from room 15.

Neither vectors nor the reader make much of a number; but one that names a thing has no synonym.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from embeddings.datatypes import Document, Hit
from embeddings.query import Query
from embeddings.terms import fold, stem

# Behind the word for what it names, or by itself where it has a stroke: "application no. 2232",
# "24/0201/FUL".
_NUMBERED = re.compile(
    r"(?:(?P<kind>[^\W\d_]+)\s+(?:(?:no\.|number)\s+)?#?)?"
    r"(?<![^\W_])(?P<number>[A-Z]*\d(?:[.,/-]?[^\W_])*)"
)
_YEAR = re.compile(r"(?:19|20)\d\d$")


def without_namesakes(
    query: Query, hits: Sequence[Hit], documents: Mapping[str, Document]
) -> tuple[list[Hit], set[str]]:
    """Return the hits without sentences that tell of another of that kind, and whose number it is.

    Of numbers that name nothing in the record ("Who bought 6 swings?") none is returned.
    """
    asked = list(_named(query.text))
    kept: list[Hit] = []
    names: set[str] = set()
    for hit in hits if asked else ():
        document = documents[hit.passage.document_id]
        about = f"{document.title}\n{document.date}\n{hit.passage.heading}"
        own = []
        for one in hit.sentences:
            others = _namesakes(asked, hit.passage.headed(one.text), about)
            names |= others
            if not others:
                own.append(one)
        if own:
            kept.append(hit.with_sentences(own))
    return (sorted(kept, key=lambda hit: -hit.score), names) if asked else (list(hits), names)


def _namesakes(asked: Collection[tuple[str, str]], text: str, about: str) -> set[str]:
    """Return the numbers asked for of which a text has others alone, behind the same word."""
    told = list(_named(text))
    every = {found["number"] for found in _NUMBERED.finditer(f"{text}\n{about}")}
    if any(number in every for _, number in asked):
        return set()
    return {number for kind, number in asked if any(kind == other for other, _ in told)}


def _named(text: str) -> Iterator[tuple[str, str]]:
    """Yield the numbers that may name a thing, each behind its kind.

    Of what is numbered with strokes the kind is in the number's shape.
    """
    for found in _NUMBERED.finditer(text):
        kind, number = found["kind"] or "", found["number"]
        if "/" in number:
            yield re.sub(r"[^\W\d_]+", "A", re.sub(r"\d+", "9", number)), number
        elif stem(kind) or (kind and _YEAR.match(number)):
            yield fold(kind), number
