"""Answer with the record's own sentences, verbatim."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bot.datatypes import Citation
from embeddings.datatypes import Document, Hit

# A sentence that opens like this leans on the one before it.
_LEANS = re.compile(
    r"(?:he|she|it|they|this|these|those|such|both|the (?:two|latter|former)|"
    r"(?:his|her|its|their)\b)\b",
    re.IGNORECASE,
)
# Together with its sentence the one before it must stay readable at a glance.
LONGEST_ANSWER = 450


def quote_answer(hits: Sequence[Hit], documents: Mapping[str, Document]) -> tuple[Citation, ...]:
    """Return the citations that answer: the best sentence, after the one it leans on if it does.

    Raises `ValueError` when a quote is not the text at its span, which would be a defect: better no
    answer than a wrong quote.
    """
    passage, best = hits[0].passage, hits[0].sentences[0]
    document = documents[passage.document_id]
    if document.text[best.start : best.end] != best.text:
        raise ValueError(f"{passage.id}: the quote is not at {best.start}-{best.end}")
    spans = [(best.start, best.end)]
    place = [sentence.start for sentence in passage.sentences].index(best.start)
    if place and _LEANS.match(best.text):
        before = passage.sentences[place - 1]
        in_scope = any(one.start == before.start for one in hits[0].sentences)
        if in_scope and before.end - before.start + best.end - best.start < LONGEST_ANSWER:
            spans.insert(0, (before.start, before.end))
    return tuple(cite(document, start, end) for start, end in spans)


def cite(document: Document, start: int, end: int) -> Citation:
    """Return a citation of a span of a document."""
    return Citation(document.id, start, end, document.text[start:end], document.location(start))
