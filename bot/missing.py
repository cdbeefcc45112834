"""Name what a question asks for and the record never mentions: "bypass", "2232", "Kyiv"."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from embeddings.index import Index
from embeddings.query import Query
from embeddings.terms import POSSESSIVE, TELLING_RARITY, Word, stems

MOST_MISSING = 3
# So many letters a country has in common with its people.
NAME_BEGINS = 5


def missing_words(
    query: Query,
    index: Index,
    documents: Sequence[str] | None,
    *,
    names: bool = False,
    numbers: Collection[str] = (),
) -> tuple[str, ...]:
    """Return the telling words of a question that the documents never mention, the rarest first.

    It is their stems that are looked for: "quotas" is mentioned where "quota" stands. Of `names`
    alone, the beginnings are: what is Japanese is mentioned where Japan is. `numbers` that name a
    thing tell as much as names do.
    """
    numbered = set(stems(" ".join(numbers)))
    missing = {}
    for word, rare in zip(query.words, query.rarities, strict=True):
        if word.stem in numbered:
            sought = word.stem
        elif rare >= TELLING_RARITY and (not names or _is_name(query, word)):
            sought = word.stem[:NAME_BEGINS] if names else word.stem
        else:
            continue
        if not index.mentions(sought, documents):
            text = POSSESSIVE.sub("", query.text[word.start : word.end])
            missing[word.stem] = float(rare), text
    rarest = sorted(missing.values(), key=lambda found: -found[0])[:MOST_MISSING]
    return tuple(text for _, text in rarest)


def _is_name(query: Query, word: Word) -> bool:
    """Say whether a word has a capital, and not only because it opens the question."""
    opens = word == query.words[0] and len(query.words) > 1
    return not opens and query.text[word.start].isupper()
