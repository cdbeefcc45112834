"""Answer what is asked of a meeting as a whole: its own sentences, one from each of its parts.

"What was this meeting about?" has no sentence that answers it, and the one that matches best says
only that an overview follows. So each numbered item, section or turn gives a sentence, the most
central ones where there are many. "What was agreed?" is answered by the sentences that tell of it,
"What did Mr. Lee say?" by his own, or by those that tell what he said.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby, islice

import numpy as np

from bot.datatypes import Citation
from bot.extractive import cite
from embeddings.index import Index
from embeddings.scope import Scope, speakers_in
from embeddings.terms import plain_words

MOST_SENTENCES = 7
# Shorter ones are headings, or say no more than "Order."
SHORTEST = 40

_MEETING = (
    r"(?:(?:this|the|that|your|our|today's) (?:\w+ ){0,2}?(?:meeting|session|talks|hearing|call|"
    r"record|minutes|transcript|document|read-?out|text|discussions?)|it|this|they)"
)
# Who meets: of anybody else the question may be about somebody who was not there.
_WHO = (
    r"(?:they|we|the (?:two )?(?:sides|ministers|parties|participants|members|delegations|"
    r"countries|council|committee|board))"
)
_ABOUT = re.compile(
    rf"(?:so |and |ok |okay |please |can you |could you )*(?:"
    rf"what(?:'s| is| was| were|’s) {_MEETING} (?:all )?about|"
    rf"(?:summari[sz]e|sum up)(?: {_MEETING})?(?: (?:for me|please|briefly))*|"
    rf"(?:give|show|tell|write)(?: me| us)? (?:an?|the) (?:brief |short |quick )?"
    rf"(?:summary|overview)(?: of {_MEETING})?|"
    rf"(?:an? |the )?(?:brief |short |quick )?(?:summary|overview)(?: of {_MEETING})?|"
    rf"what (?:topics|subjects|issues|matters|points|items|themes) (?:were|did {_MEETING}) "
    rf"(?:discuss(?:ed)?|cover(?:ed)?|address(?:ed)?|rais(?:ed|e)|talked about|on the agenda)|"
    rf"(?:which|what) (?:topics|subjects|issues|matters|points|themes) came up|"
    rf"what (?:was|were) (?:discussed|talked about|covered|said|on the agenda)"
    rf"(?: (?:at|in|during) {_MEETING})?|"
    rf"what (?:happened|went on)(?: (?:at|in|during) {_MEETING})?|"
    rf"what did {_WHO} (?:discuss|talk about|speak about)|"
    rf"(?:what (?:are|were) )?the (?:main|key) (?:points|topics|takeaways)(?: of {_MEETING})?"
    rf")(?: please)?",
    re.IGNORECASE,
)
_DECIDED = re.compile(
    rf"what (?:was|were|has been|did {_WHO}) "
    r"(?:the )?(?:agreed?|decided?|resolved?|concluded?|decisions|results|outcomes?|conclusions)"
    rf"(?: (?:up)?on| made| taken| reached)?(?: (?:at|in|during|of) {_MEETING})?",
    re.IGNORECASE,
)
_DECISION = re.compile(
    r"\b(?:agreed|decided|resolved|concluded|adopted|approved|confirmed that|shared the view|"
    r"it was settled|decisions?|unanimously)\b",
    re.IGNORECASE,
)

_SAID = re.compile(
    r"what (?:did|does|has) (?P<who>(?!(?:i|we|you|they|it|he|she)\b)[^?]{2,60}?) "
    r"(?:say|said|talk about|talked about|speak about|spoken about|tell (?:them|us)|bring up|"
    r"point out|explain|explained|contribute)",
    re.IGNORECASE,
)
_TITLES = plain_words(
    "Mr Mrs Ms Miss Dr Prof Professor Sir Dame Lady Lord the foreign prime minister president"
)
# In a report a name stands before what its bearer did: "Minister Lee also noted".
_VERB = r"(?: (?:also|then|further|again|first|in turn))? (?:[a-z]+ed|said|told|took|spoke|gave)\b"

# Says whether a sentence, by its passage's place and its own in the passage, is asked for.
Tells = Callable[[int, int], bool]


def overview(question: str, index: Index, documents: Sequence[str] | None) -> tuple[Citation, ...]:
    """Return what answers a question about the whole meeting, in the record's order.

    Nothing is returned for a question about something in it, nor where nothing was decided.
    """
    asked = question.strip().rstrip("?!. ")
    about, decided, said = (form.fullmatch(asked) for form in (_ABOUT, _DECIDED, _SAID))
    if not (about or decided or said):
        return ()
    index = index.of(documents)
    places = index.places_of(list(index.documents) if documents is None else documents)

    def long(place: int, member: int) -> bool:
        return len(index.sentence_text(place, member)) >= SHORTEST

    def decides(place: int, member: int) -> bool:
        part = index.passages[place].location
        return bool(_DECISION.search(f"{part}: {index.sentence_text(place, member)}"))

    if said:
        speakers = _bearers(said["who"], speakers_in(index, documents))
        spoken = Scope(speakers=speakers).inside(index)
        told = _told_of(said["who"], index)
        found = [
            one
            for one in _sentences(index, places)
            if (spoken(*one) and long(*one) if speakers else told(*one))
        ]
    else:
        found = list(_first_sentences(index, places, long if about else decides))
    return _central(index, places, found)


def _bearers(who: str, speakers: Sequence[str]) -> list[str]:
    """Return the speakers who bear a name, given with titles or without."""
    asked = plain_words(who)
    name = asked - _TITLES or asked
    return [one for one in speakers if name <= plain_words(one)]


def _told_of(who: str, index: Index) -> Tells:
    """Return a test for sentences that tell what somebody of that name said or did."""
    name = [word for word in who.split() if not plain_words(word) <= _TITLES]
    told = re.compile(rf"\b{re.escape(' '.join(name))}{_VERB}", re.IGNORECASE)
    return lambda place, member: bool(name and told.search(index.sentence_text(place, member)))


def _central(
    index: Index, places: Sequence[int], found: Sequence[tuple[int, int]]
) -> tuple[Citation, ...]:
    """Return sentences in their order, those of the most central parts if there are many."""
    if not found:
        return ()
    centre = index.store.vectors(places).mean(axis=0)
    scores = index.store.scores(centre, [place for place, _ in found])
    # Stable: ties go to the part that comes first.
    central = np.argsort(-scores, kind="stable")[:MOST_SENTENCES]
    spans = [
        (index.passages[place].document_id, index.passages[place].sentences[member])
        for place, member in sorted(found[order] for order in central)
    ]
    # Neighbouring passages can share a sentence.
    return tuple(cite(index.documents[id], one.start, one.end) for id, one in dict.fromkeys(spans))


def _sentences(index: Index, places: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield all sentences, by their passage's place and their own in the passage."""
    for place in places:
        for member in range(len(index.passages[place].sentences)):
            yield place, member


def _first_sentences(
    index: Index, places: Sequence[int], tells: Tells
) -> Iterator[tuple[int, int]]:
    """Yield the first sentence of each part that tells of it."""

    def part(place: int) -> tuple[str, str]:
        return index.passages[place].document_id, index.passages[place].location

    for _, own in groupby(places, key=part):
        yield from islice((one for one in _sentences(index, own) if tells(*one)), 1)
