"""Judge passages and citations by how they overlap the gold evidence.

Everything is decided by spans of characters, so that systems that cut the documents differently sit
the same exam.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.datatypes import Citation
from bot.evaluation.evidence import Gold
from bot.evaluation.questions import Evidence


def overlap(document_id: str, start: int, end: int, gold: Evidence) -> int:
    """Return how many characters a span shares with gold evidence."""
    if document_id != gold.document_id:
        return 0
    return max(0, min(end, gold.end) - max(start, gold.start))


def is_relevant(document_id: str, start: int, end: int, gold: Gold) -> bool:
    """Say whether a passage is relevant.

    It is when it contains evidence whole, or covers at least half of a quote that is longer than
    the passage, or lies by at least half within a region.
    """
    for one in gold:
        shared = overlap(document_id, start, end, one)
        long, length = one.end - one.start, end - start
        if shared and (
            shared == long
            or (one.region and 2 * shared >= length)
            or (not one.region and long > length and 2 * shared >= long)
        ):
            return True
    return False


def supports(citations: Sequence[Citation], gold: Gold) -> bool:
    """Say whether citations carry the answer: together they cover at least half of some quote.

    A region is not the answer but where it lies, so there at least half of what is cited lies in
    regions.
    """
    cited = {(one.document_id, place) for one in citations for place in range(one.start, one.end)}
    regions = [one for one in gold if one.region]
    within = [(_shared(cited, [one]), one.end - one.start) for one in gold if not one.region]
    within.append((_shared(cited, regions), len(cited)))
    return any(shared and 2 * shared >= whole for shared, whole in within)


def _shared(cited: Iterable[tuple[str, int]], gold: Sequence[Evidence]) -> int:
    """Return how many cited characters lie in gold evidence."""
    return sum(
        any(id == one.document_id and one.start <= place < one.end for one in gold)
        for id, place in cited
    )


def touches(citation: Citation, gold: Iterable[Evidence]) -> bool:
    """Say whether a citation overlaps some evidence at all."""
    return any(overlap(citation.document_id, citation.start, citation.end, one) for one in gold)
