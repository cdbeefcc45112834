"""Answer what is asked of a meeting as a whole: its own sentences, one from each of its parts.

"What was this meeting about?" has no sentence that answers it, and the one that matches best says
only that an overview follows. So each numbered item, section or turn gives a sentence, the most
central ones where there are many. "What was agreed?" is answered by the sentences that tell of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby, islice

import numpy as np

from bot.datatypes import Citation
from bot.extractive import cite
from embeddings.index import Index

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

# Says whether a sentence, in the place of that name, is one of those asked for.
Tells = Callable[[str, str], bool]


def overview(question: str, index: Index, documents: Sequence[str] | None) -> tuple[Citation, ...]:
    """Return what answers a question about the whole meeting, in the record's order.

    Nothing is returned for a question about something in it, nor where nothing was decided.
    """
    asked = question.strip().rstrip("?!. ")
    if _ABOUT.fullmatch(asked):
        return _choose(index, documents, lambda text, _: len(text) >= SHORTEST)
    if _DECIDED.fullmatch(asked):
        return _choose(
            index, documents, lambda text, place: bool(_DECISION.search(f"{place}: {text}"))
        )
    return ()


def _choose(index: Index, documents: Sequence[str] | None, tells: Tells) -> tuple[Citation, ...]:
    """Return the first sentence that tells of it from each part; the most central parts if many."""
    index = index.of(documents)
    places = index.places_of(list(index.documents) if documents is None else documents)
    found = list(_first_sentences(index, places, tells))
    if not found:
        return ()
    centre = index.store.vectors(places).mean(axis=0)
    scores = index.store.scores(centre, [place for place, _ in found])
    # Stable: ties go to the part that comes first.
    central = np.argsort(-scores, kind="stable")[:MOST_SENTENCES]
    citations = []
    for place, member in sorted(found[order] for order in central):
        passage = index.passages[place]
        span = passage.sentences[member]
        citations.append(cite(index.documents[passage.document_id], span.start, span.end))
    return tuple(citations)


def _first_sentences(
    index: Index, places: Sequence[int], tells: Tells
) -> Iterator[tuple[int, int]]:
    """Yield the place and member of the first sentence of each part that tells of it."""

    def part(place: int) -> tuple[str, str]:
        return index.passages[place].document_id, index.passages[place].location

    for (_, name), own in groupby(places, key=part):
        told = (
            (place, member)
            for place in own
            for member in range(len(index.passages[place].sentences))
            if tells(index.sentence_text(place, member), name)
        )
        yield from islice(told, 1)
