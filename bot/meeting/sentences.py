"""Choose among the sentences of an index: all, the long ones, the most central; and cite them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from bot.datatypes import Citation
from bot.extractive import cite
from embeddings.datatypes import Passage, Sentence
from embeddings.index import Index

MOST_SENTENCES = 7
# Shorter ones are headings, or say no more than "Order."
SHORTEST = 40


class Statement(NamedTuple):
    """A sentence of an index, by its passage's place and its own in the passage."""

    place: int
    member: int
    passage: Passage

    @property
    def span(self) -> Sentence:
        """Return its span in the document."""
        return self.passage.sentences[self.member]

    @property
    def text(self) -> str:
        """Return its text."""
        return self.passage.sentence_text(self.member)

    @property
    def is_long(self) -> bool:
        """Say whether it is long enough to tell something by itself."""
        return len(self.text) >= SHORTEST


def central(
    index: Index, places: Sequence[int], found: Sequence[Statement], most: int = MOST_SENTENCES
) -> list[Statement]:
    """Return the sentences of the most central passages, if there are many, one of each first."""
    if not found:
        return []
    centre = index.store.vectors(places).mean(axis=0)
    scores = index.store.scores(centre, [one.place for one in found])
    taken: Counter[int] = Counter()
    rounds = []
    for one in found:
        rounds.append(taken[one.place])
        taken[one.place] += 1
    # Stable: ties go to the passage that comes first.
    order = sorted(range(len(found)), key=lambda number: (rounds[number], -scores[number]))
    return [found[number] for number in order[:most]]


def cited(index: Index, found: Iterable[Statement]) -> tuple[Citation, ...]:
    """Return citations of sentences in the record's order."""
    spans = [(one.passage.document_id, one.span) for one in sorted(found)]
    # Neighbouring passages can share a sentence.
    return tuple(
        cite(index.documents[id], span.start, span.end) for id, span in dict.fromkeys(spans)
    )


def sentences(index: Index, places: Iterable[int]) -> Iterator[Statement]:
    """Yield all sentences of passages."""
    for place in places:
        passage = index.passages[place]
        for member in range(len(passage.sentences)):
            yield Statement(place, member, passage)
