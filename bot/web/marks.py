"""Say which spans of the meetings an answer points at, so that they can be marked and gone to."""

from __future__ import annotations

from collections.abc import Sequence

from bot.datatypes import Answer, Citation
from bot.web.answer import anchor
from bot.web.document import Highlight

# Anchors of an exam's evidence begin here: no answer has so many citations.
FIRST_GOLD = 1000


def highlights(
    answer: Answer, turn: int, gold: Sequence[Citation] = ()
) -> list[tuple[str, Highlight]]:
    """Return an answer's citations, or its closest passage, and the `gold` evidence if any.

    Each comes with its document's id.
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
    return found + [
        (one.document_id, Highlight(one.start, one.end, anchor(turn, number), gold=True))
        for number, one in enumerate(gold, FIRST_GOLD)
    ]
