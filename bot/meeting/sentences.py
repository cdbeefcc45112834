"""Choose among the sentences of an index: all, the long ones, the most central; and cite them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from bot.datatypes import Citation
from bot.extractive import cite
from embeddings.index import Index

MOST_SENTENCES = 7
# Shorter ones are headings, or say no more than "Order."
SHORTEST = 40

# A sentence, by its passage's place and its own in the passage.
Place = tuple[int, int]


def central(
    index: Index, places: Sequence[int], found: Sequence[Place], most: int = MOST_SENTENCES
) -> list[Place]:
    """Return the sentences of the most central passages, if there are many, one of each first."""
    if not found:
        return []
    centre = index.store.vectors(places).mean(axis=0)
    scores = index.store.scores(centre, [place for place, _ in found])
    taken: Counter[int] = Counter()
    rounds = []
    for place, _ in found:
        rounds.append(taken[place])
        taken[place] += 1
    # Stable: ties go to the passage that comes first.
    order = sorted(range(len(found)), key=lambda one: (rounds[one], -scores[one]))
    return [found[one] for one in order[:most]]


def cited(index: Index, found: Iterable[Place]) -> tuple[Citation, ...]:
    """Return citations of sentences in the record's order."""
    spans = [
        (index.passages[place].document_id, index.passages[place].sentences[member])
        for place, member in sorted(found)
    ]
    # Neighbouring passages can share a sentence.
    return tuple(cite(index.documents[id], one.start, one.end) for id, one in dict.fromkeys(spans))


def sentences(index: Index, places: Iterable[int]) -> Iterator[Place]:
    """Yield all sentences of passages."""
    for place in places:
        for member in range(len(index.passages[place].sentences)):
            yield place, member


def is_long(index: Index, one: Place) -> bool:
    """Say whether a sentence is long enough to tell something by itself."""
    return len(index.sentence_text(*one)) >= SHORTEST
