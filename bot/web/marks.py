"""Say which spans of the meetings an answer points at, so that they can be marked and gone to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.datatypes import Answer, Citation
from bot.web.answer import anchor
from bot.web.document import Highlight
from embeddings.datatypes import Document

# Anchors of an exam's evidence begin here: no answer has so many citations.
FIRST_GOLD = 1000


def highlights(
    answer: Answer, turn: int, documents: Mapping[str, Document], gold: Sequence[Citation] = ()
) -> list[tuple[str, Highlight]]:
    """Return an answer's citations, or its closest passage, and the `gold` evidence if any.

    Each comes with its document's id; those of documents that are gone, or were replaced by others
    in which a quote does not stand where it did, are left out.
    """
    if answer.answered:
        found = [
            (one.document_id, Highlight(one.start, one.end, anchor(turn, number), str(number)))
            for number, one in enumerate(answer.citations, 1)
        ]
    else:
        found = [
            (one.document_id, Highlight(one.start, one.end, anchor(turn, 0), near=True))
            for one in (hit.passage for hit in answer.hits[:1])
        ]
    found += [
        (one.document_id, Highlight(one.start, one.end, anchor(turn, number), gold=True))
        for number, one in enumerate(gold, FIRST_GOLD)
    ]
    same = set(documents) - {one.document_id for one in answer.citations if _moved(one, documents)}
    return [(id, highlight) for id, highlight in found if id in same]


def _moved(citation: Citation, documents: Mapping[str, Document]) -> bool:
    document = documents.get(citation.document_id)
    return document is not None and document.text[citation.start : citation.end] != citation.quote
