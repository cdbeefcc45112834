"""Answer with the record's own sentences, verbatim."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from bot.datatypes import Citation
from bot.meeting.named import wording
from bot.motions import motion_around
from bot.reader import ENOUGH
from embeddings.datatypes import Document, Hit, Sentence, SentenceHit
from embeddings.query import Query
from embeddings.terms import stems
from embeddings.text.replies import exchange

# A sentence that opens like this leans on the one before it; "It was agreed that ..." does not.
_LEANS = re.compile(
    r"(?:he|she|they|this|these|those|such|both|the (?:two|latter|former)|his|her|its|their|"
    r"it(?! (?:is|was|has been)(?: \w+ly)? \w+ (?:that|to)\b))\b",
    re.IGNORECASE,
)
# "What did the mayor say about the pool?" asks for all that was said.
_ALL_SAID = re.compile(
    r"what (?:was|were|has been|had been|is|did|does|do|has|had)\b.*\b(?P<verb>said|say|discuss|"
    r"discussed|mention|mentioned|state|stated|talked|talk|told|tell|heard|hear|raise|raised)\b"
    r"(?: us)? (?:about|on|of|regarding|concerning)\b",
    re.IGNORECASE,
)
MOST_SAID = 5
# "What did the press ask about the pool?" asks for the question itself.
_ABOUT_ASKING = re.compile(r"\b(?:ask|question|inquir|enquir|want(?:ed)? to know\b)", re.IGNORECASE)
# So many of a reply's sentences say whether and why.
MOST_REPLIED = 2
# Shorter ones ("MR. LEE: Not before June.") say nothing without what was asked.
SHORT_REPLY = 40
# Together with its sentence the one before it must stay readable at a glance.
LONGEST_ANSWER = 450


def quote_answer(
    query: Query, hits: Sequence[Hit], documents: Mapping[str, Document]
) -> tuple[Citation, ...]:
    """Return the citations that answer: the best sentence, with one that it leans on or carries.

    What is asked in the record is quoted with its reply, a short reply with what was asked, and a
    motion with what became of it, each beside what other meetings of the series surely say.
    To what was said about something, each sentence answers that says it, in the record's order.
    Raises `ValueError` when a quote is not the text at its span, which would be a defect: better no
    answer than a wrong quote.
    """
    passage, best = hits[0].passage, hits[0].sentences[0]
    document = documents[passage.document_id]
    if document.text[best.start : best.end] != best.text:
        raise ValueError(f"{passage.id}: the quote is not at {best.start}-{best.end}")
    if said := _all_said(query, hits, documents):
        return said
    if in_question := _with_reply(query, hits, document):
        return in_question
    return in_order(_of_each(hits, documents), documents)


def _of_each(hits: Sequence[Hit], documents: Mapping[str, Document]) -> Iterator[Citation]:
    """Yield the best sentence, and that of each other meeting of its series, if surely read.

    A matter comes up at several meetings, and what the last one says may not be what is found best.
    """
    series, told = wording(documents[hits[0].passage.document_id].title), set[str]()
    for hit in hits:
        document, one = documents[hit.passage.document_id], hit.sentences[0]
        is_sure = one.reading is not None and one.reading.margin >= ENOUGH
        of_series = document.id not in told and series and wording(document.title) == series
        if not told or (is_sure and of_series):
            told.add(document.id)
            yield from quoted(
                document, motion_around(document, one.start) or _with_neighbour(hit, document)
            )


def quoted(document: Document, spans: Sequence[Sentence | SentenceHit]) -> tuple[Citation, ...]:
    """Return sentences that belong together as one quote, or as several if apart or too long."""
    start, end = spans[0].start, spans[-1].end
    if end - start < LONGEST_ANSWER and _in_one_block(document, start, end):
        return (cite(document, start, end),)
    return tuple(dict.fromkeys(cite(document, one.start, one.end) for one in spans))


def _with_reply(query: Query, hits: Sequence[Hit], document: Document) -> tuple[Citation, ...]:
    """Return a question and its reply, if the best sentence asks or says little without one."""
    best = hits[0].sentences[0]
    if _ABOUT_ASKING.search(query.text):
        return ()
    for hit in hits:
        place = hit.passage.member_at(best.start)
        if hit.passage.document_id != document.id or place < 0:
            continue
        spoken = exchange(hit.passage)
        if spoken.asking[place]:
            question = place
            reply = [n for n, asked in enumerate(spoken.replied) if place in asked][:MOST_REPLIED]
        elif len(best.text) < SHORT_REPLY and spoken.replied[place]:
            question = spoken.replied[place][-1]
            reply = [spoken.replied.index(spoken.replied[place]), place]
        else:
            continue
        chosen = [hit.passage.sentences[n] for n in (question, *reply)]
        in_scope = {one.start for one in hit.sentences}
        if reply and in_scope.issuperset(one.start for one in chosen):
            asking, first, last = chosen[0], chosen[1], chosen[-1]
            return (
                cite(document, asking.start, asking.end),
                cite(document, first.start, last.end),
            )
    return ()


def _with_neighbour(hit: Hit, document: Document) -> tuple[SentenceHit, SentenceHit]:
    """Return the best sentence, twice, or a pair: one that leans, behind the one it leans on."""
    best = hit.sentences[0]
    in_scope = {hit.passage.member_at(one.start): one for one in hit.sentences}
    place = hit.passage.member_at(best.start)
    before, after = in_scope.get(place - 1), in_scope.get(place + 1)
    pair = best, best
    if before and _LEANS.match(best.text):
        pair = before, best
    elif after and after.reading and after.reading.margin > 0 and _LEANS.match(after.text):
        # "Who will report?" is answered by a name, and by the next sentence's "She will report".
        pair = best, after
    one_speaker = len({document.mark(one.start).speaker for one in pair}) == 1
    return pair if one_speaker and pair[1].end - pair[0].start < LONGEST_ANSWER else (best, best)


def _in_one_block(document: Document, start: int, end: int) -> bool:
    """Say whether a span lies in one paragraph, list item or turn."""
    return any(first <= start and end <= last for first, last in document.blocks or ())


def _all_said(
    query: Query, hits: Sequence[Hit], documents: Mapping[str, Document]
) -> tuple[Citation, ...]:
    """Return the sentences that hold all telling words of a question about all that was said.

    Nothing unless they are several, and the best one is among them.
    """
    asked = _ALL_SAID.match(query.text)
    if not asked:
        return ()
    telling = set(query.stems) - set(stems(asked["verb"]))
    scores: dict[tuple[str, int, int], float] = {}
    for hit in hits:
        document = documents[hit.passage.document_id]
        for one in hit.sentences:
            if telling <= {*stems(one.text), *stems(document.location(one.start))}:
                span = document.id, one.start, one.end
                scores[span] = max(one.score, scores.get(span, one.score))
    best = hits[0].sentences[0]
    if len(scores) < 2 or (hits[0].passage.document_id, best.start, best.end) not in scores:
        return ()
    likeliest = sorted(scores, key=lambda span: -scores[span])[:MOST_SAID]
    found = (cite(documents[id], start, end) for id, start, end in likeliest)
    return in_order(found, documents)


def cite(document: Document, start: int, end: int) -> Citation:
    """Return a citation of a span of a document."""
    return Citation(document.id, start, end, document.text[start:end], document.location(start))


def in_order(found: Iterable[Citation], documents: Iterable[str]) -> tuple[Citation, ...]:
    """Return citations as they stand in the record, which has the documents in this order."""
    places = {id: place for place, id in enumerate(documents)}
    return tuple(sorted(found, key=lambda one: (places[one.document_id], one.start, one.end)))


def read_as_answers(
    hits: Iterable[Hit], documents: Mapping[str, Document], least: float = 0.0
) -> tuple[Citation, ...]:
    """Return the sentences that the reader takes for an answer, by more than a margin."""
    found = {
        cite(documents[hit.passage.document_id], one.start, one.end)
        for hit in hits
        for one in hit.sentences
        if one.reading and one.reading.margin > least
    }
    return in_order(found, documents)
