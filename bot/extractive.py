"""Answer with the record's own sentences, verbatim."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bot.datatypes import Citation
from embeddings.datatypes import Document, Hit
from embeddings.query import Query
from embeddings.terms import stems

# A sentence that opens like this leans on the one before it.
_LEANS = re.compile(
    r"(?:he|she|it|they|this|these|those|such|both|the (?:two|latter|former)|"
    r"(?:his|her|its|their)\b)\b",
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
# Together with its sentence the one before it must stay readable at a glance.
LONGEST_ANSWER = 450


def quote_answer(
    query: Query, hits: Sequence[Hit], documents: Mapping[str, Document]
) -> tuple[Citation, ...]:
    """Return the citations that answer: the best sentence, with one that it leans on or carries.

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
    spans = [(best.start, best.end)]
    place = [sentence.start for sentence in passage.sentences].index(best.start)
    if place and _LEANS.match(best.text):
        before = passage.sentences[place - 1]
        in_scope = any(one.start == before.start for one in hits[0].sentences)
        if in_scope and before.end - before.start + best.end - best.start < LONGEST_ANSWER:
            spans.insert(0, (before.start, before.end))
    elif len(hits[0].sentences) > 1 and _LEANS.match(hits[0].sentences[1].text):
        # "Who will report?" is answered by a name, and by the next sentence's "She will report".
        second = hits[0].sentences[1]
        follows = passage.sentences[place + 1 : place + 2]
        if (
            follows
            and follows[0].start == second.start
            and second.end - best.start < LONGEST_ANSWER
        ):
            spans.append((second.start, second.end))
    return tuple(cite(document, start, end) for start, end in spans)


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
    spans = set()
    for hit in hits:
        document = documents[hit.passage.document_id]
        for one in hit.sentences:
            if telling <= {*stems(one.text), *stems(document.location(one.start))}:
                spans.add((document.id, one.start, one.end))
    best = hits[0].sentences[0]
    if len(spans) < 2 or (hits[0].passage.document_id, best.start, best.end) not in spans:
        return ()
    order = list(documents)
    chosen = sorted(spans, key=lambda span: (order.index(span[0]), span[1]))[:MOST_SAID]
    return tuple(cite(documents[id], start, end) for id, start, end in chosen)


def cite(document: Document, start: int, end: int) -> Citation:
    """Return a citation of a span of a document."""
    return Citation(document.id, start, end, document.text[start:end], document.location(start))
