"""Say where a failed question went wrong, so that it is known which part to mend."""

from __future__ import annotations

NOT_RETRIEVED = "not retrieved"
ANOTHER_SENTENCE = "another sentence chosen"
REFUSED = "right but refused"
UNANSWERABLE = "answered though unanswerable"
MISREAD = "follow-up misread"
FAILURES = (NOT_RETRIEVED, ANOTHER_SENTENCE, REFUSED, UNANSWERABLE, MISREAD)
# A relevant passage among the first five counts as retrieved: the widest that success@k looks.
RETRIEVED_WITHIN = 5


def classify(
    *, answerable: bool, answered: bool, follow_up: bool, first: bool, retrieved: bool
) -> str:
    """Return the failure of a question that was not answered as it should have been.

    `first` says that the first hit is relevant, `retrieved` that one of the first five is. A
    follow-up whose first hit is not relevant was read as another question than the one that was
    meant.
    """
    if not answerable:
        return UNANSWERABLE
    if follow_up and not first:
        return MISREAD
    if not retrieved:
        return NOT_RETRIEVED
    return ANOTHER_SENTENCE if answered else REFUSED
