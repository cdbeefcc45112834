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

    Each comes with its document's id; what no longer stands where it did is left out.
    """
    found = [
        (one, Highlight(one.start, one.end, anchor(turn, number), str(number)))
        for number, one in enumerate(answer.citations, 1)
    ]
    if not answer.answered:
        found += [
            (
                Citation(one.document_id, one.start, one.end, one.text),
                Highlight(one.start, one.end, anchor(turn, 0), near=True),
            )
            for one in (hit.shown for hit in answer.hits[:1])
        ]
    found += [
        (one, Highlight(one.start, one.end, anchor(turn, number), gold=True))
        for number, one in enumerate(gold, FIRST_GOLD)
    ]
    return [(one.document_id, mark) for one, mark in found if _stands(one, documents)]


def _stands(citation: Citation, documents: Mapping[str, Document]) -> bool:
    """Say whether a quote is still where it was."""
    document = documents.get(citation.document_id)
    return document is not None and document.text[citation.start : citation.end] == citation.quote
