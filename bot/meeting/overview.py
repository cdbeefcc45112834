"""Answer what is asked of a meeting as a whole: its own sentences, one from each of its parts.

"What was this meeting about?" has no sentence that answers it, and the one that matches best says
only that an overview follows. So each numbered item, section or turn gives a sentence, the most
central ones where there are many. What was decided and what is to be done is answered by the
sentences that tell of it, and by the motions that were voted on, how it ended by the last ones.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from functools import partial
from itertools import groupby, islice, zip_longest

from bot.datatypes import Citation
from bot.extractive import cite, in_order, quoted
from bot.introduced import introduced, introduction
from bot.meeting.head import head
from bot.meeting.named import latest, latest_first, wording
from bot.meeting.outcomes import LONGEST_LIST, listed, opens, tells
from bot.meeting.sentences import MOST_SENTENCES, Statement, central, cited, sentences
from bot.meeting.telling import ENOUGH, telling
from bot.meeting.whole import TOLD_BY_TEXT
from bot.motions import motions
from bot.notes import of_votes
from embeddings.datatypes import Sentence
from embeddings.index import Index

# Of decisions and tasks as many as can be are wanted.
MOST_TOLD = 10
LAST_SENTENCES = 3


def overview(
    asked: Collection[str], index: Index, documents: Sequence[str] | None
) -> tuple[tuple[Citation, ...], str]:
    """Return what answers a question about the whole meeting, in the record's order, and a note.

    `asked` is what `whole.asked_of_whole` tells of it. Nothing is returned where it asks for
    nothing of the kind, nor where nothing was decided.
    """
    ids = index.ids(documents)
    asked = TOLD_BY_TEXT.intersection(asked)
    if not asked:  # else a library would be read whole for every question
        return (), ""
    index = index.of(documents)
    places = index.places_of(ids)
    found: set[Statement] = set()
    if "about" in asked:
        found.update(_gist(index, places, len(ids)))
    for name in ("decided", "tasks"):
        if name in asked:
            found.update(_most_telling(index, places, name))
    if "end" in asked:
        found.update(_last(index, index.places_of(latest(index, ids))))
    votes = _voted(index, ids) if "decided" in asked else []
    voted = [quote for vote in votes[:MOST_TOLD] for quote in vote]
    others = [one for one in cited(index, found) if not any(_holds(vote, one) for vote in voted)]
    above = {
        cite(document, opening.start, opening.end)
        for one in others
        for document in (index.documents[one.document_id],)
        if (opening := introduction(document, one.start))
    }
    every = {*voted, *others, *above}
    return in_order(every, index.documents), of_votes(MOST_TOLD, len(votes))


def _gist(index: Index, places: Sequence[int], documents: int) -> list[Statement]:
    """Return the first sentences of the most central parts, as many of each document.

    Of more documents than sentences those of the most central ones. What documents have in common
    but for figures and months, "The minutes of 11 March were approved", is no gist of any, where
    they have anything else.
    """
    passages: dict[str, list[int]] = {}
    firsts: dict[str, list[Statement]] = {}
    for id, group in groupby(places, key=lambda place: index.passages[place].document_id):
        own = passages[id] = list(group)
        # Who was there, when and where is not what it was about.
        below = max((line.end for line, _ in head(index.documents[id])), default=0)
        firsts[id] = [*_first_sentences(index, own, below)] or [*_first_sentences(index, own, 0)]
    wordings = {id: [wording(one.text) for one in first] for id, first in firsts.items()}
    used_by = Counter(one for used in wordings.values() for one in set(used))
    most = max(1, MOST_SENTENCES // documents)
    found: list[Statement] = []
    for id, first in firsts.items():
        apart = [one for one, said in zip(first, wordings[id], strict=True) if used_by[said] == 1]
        found += central(index, passages[id], apart or first, most)
    return central(index, places, found)


def _first_sentences(index: Index, places: Sequence[int], below: int) -> Iterator[Statement]:
    """Yield the first sentence of each part that is long enough and stands below an offset."""

    def part(place: int) -> tuple[str, str]:
        return index.passages[place].document_id, index.passages[place].location

    def may_open(one: Statement) -> bool:
        return one.span.start >= below and one.is_long

    for _, own in groupby(places, key=part):
        yield from islice(filter(may_open, sentences(index, own)), 1)


def _voted(index: Index, ids: Sequence[str]) -> list[tuple[Citation, ...]]:
    """Return the motions of which it is told how they ended, each with its end.

    First one of each document, the latest first, then a second of each.
    """
    of_each = (
        [quoted(document, motion) for motion in motions(document)]
        for document in (index.documents[id] for id in latest_first(index, ids))
    )
    return [one for row in zip_longest(*of_each) for one in row if one]


def _holds(quote: Citation, other: Citation) -> bool:
    same = quote.document_id == other.document_id
    return same and quote.start <= other.start and other.end <= quote.end


def _most_telling(index: Index, places: Sequence[int], name: str) -> list[Statement]:
    """Return the sentences that the record lists or labels so, and the likeliest to tell of it."""
    stated, likely = stated_and_likely(index, places, name)
    room = max(0, MOST_TOLD - len(stated))
    return [*stated[:LONGEST_LIST], *likely[:room]]


def stated_and_likely(
    index: Index, places: Sequence[int], name: str
) -> tuple[list[Statement], list[Statement]]:
    """Return the sentences that the record lists or labels so, and others by how likely they tell.

    `name` is "decided" or "tasks".
    """
    # Neighbouring passages can share a sentence: it counts once.
    every: dict[tuple[str, Sentence], Statement] = {}
    for one in sentences(index, places):
        every.setdefault((one.passage.document_id, one.span), one)
    entries = {
        id: listed(index.documents[id], partial(tells, of=name)) for id in {id for id, _ in every}
    }
    stated: list[Statement] = []
    likely: list[tuple[float, Statement]] = []
    for (id, sentence), one in every.items():
        text = one.text
        if any(start <= sentence.start < end for start, end in entries[id]) or opens(text, name):
            stated.append(one)
        # "Agreed?" asks for a decision. A list of several leaves nothing to be told.
        elif len(entries[id]) < 2 and not text.endswith("?"):
            document = index.documents[id]
            if introduced(document, sentence.start):  # it says nothing without its items
                continue
            opening = introduction(document, sentence.start)
            opened = document.text[opening.start : opening.end] if opening else ""
            likelihood = max(telling(said, name) for said in (opened, text))
            if likelihood >= ENOUGH:
                likely.append((likelihood, one))
    likely.sort(key=lambda pair: -pair[0])
    return stated, [one for _, one in likely]


def _last(index: Index, places: Sequence[int]) -> Iterator[Statement]:
    """Yield the last sentences of each document."""
    for _, own in groupby(places, key=lambda place: index.passages[place].document_id):
        yield from list(sentences(index, own))[-LAST_SENTENCES:]
