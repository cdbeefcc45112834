"""Answer when and where a meeting was and who took part, which often stands only above its text."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.datatypes import Citation
from bot.extractive import cite
from embeddings.datatypes import Document, Hit
from embeddings.index import Index

MOST_DOCUMENTS = 7
MOST_SPEAKERS = 12

# Not "the next meeting", nor what "it" did.
_MEETING = (
    r"(?:this|the|that|your|our|today's) (?:meeting|session|talks|hearing|call|conference|visit)"
)
_TOOK_PLACE = rf"(?:was (?:it|{_MEETING})(?: held)?|did {_MEETING} take place|did they meet)"
_IS = r"(?:what(?:'s|’s| is| was) )?(?:the )?"
_AT = rf"(?: (?:at|in|to|of|during) {_MEETING})?"
# How such a question is asked, and how it is searched for: short ones share no word with a record.
_WHEN, _WHERE, _WHO = (
    (
        re.compile(
            rf"(?:when|(?:on |at )?(?:what|which) (?:day|date|time))(?: {_TOOK_PLACE})?|"
            rf"{_IS}date{_AT}",
            re.IGNORECASE,
        ),
        "When did the meeting take place?",
    ),
    (
        re.compile(
            rf"(?:where|(?:in|at) (?:what|which) (?:place|city|town))(?: {_TOOK_PLACE})?|"
            rf"{_IS}(?:place|venue|location){_AT}",
            re.IGNORECASE,
        ),
        "Where did the meeting take place?",
    ),
    (
        re.compile(
            rf"who(?: (?:took part|attended|participated|met|came|was there|was present))?{_AT}|"
            rf"who attended {_MEETING}|who was (?:at|in) {_MEETING}|"
            rf"who (?:was|were) the (?:participants|attendees){_AT}|"
            rf"(?:list of )?(?:the )?(?:participants|attendees|attendance){_AT}",
            re.IGNORECASE,
        ),
        "Who attended the meeting?",
    ),
)
# So a read-out begins: "met with his colleague", "held talks", "was received by".
_OPENS = re.compile(
    r"\b(?:met|talks|consultations|meeting|session|dialogue|call|visit|received|spoke)\b",
    re.IGNORECASE,
)


def in_full(question: str) -> str:
    """Return a question about when, where or among whom the meeting was as it is best searched."""
    asked = question.strip().rstrip("?!. ")
    return next((full for form, full in (_WHEN, _WHERE, _WHO) if form.fullmatch(asked)), question)


def circumstances(
    question: str, hits: Sequence[Hit], index: Index, documents: Sequence[str] | None
) -> tuple[Citation, ...]:
    """Return what stands above the text and answers a question that `in_full` knows.

    The date line, behind the best sentence where that tells the same day; the line of participants,
    or else the name of each who speaks, or the sentence that opens a read-out. Nothing for any
    other question, for more than a few documents, and where they name no date and nobody.
    """
    if question not in (_WHEN[1], _WHO[1]):
        return ()
    ids = list(index.documents) if documents is None else documents
    if len(ids) > MOST_DOCUMENTS:
        return ()
    asked = [index.documents[id] for id in ids]
    if question == _WHO[1]:
        return tuple(one for document in asked for one in _people(document, index))
    dates = [one for document in asked if (one := _at(document, document.date))]
    best = _best_sentence(hits, index)
    same = [best for one in dates if best and _tells(best, one)]
    return (*same, *dates)


def _best_sentence(hits: Sequence[Hit], index: Index) -> Citation | None:
    if not hits:
        return None
    best = hits[0].sentences[0]
    return cite(index.documents[hits[0].passage.document_id], best.start, best.end)


def _people(document: Document, index: Index) -> list[Citation]:
    if named := _at(document, document.participants):
        return [named]
    if spoke := document.speakers[:MOST_SPEAKERS]:
        first = {mark.speaker: mark.offset for mark in reversed(document.marks)}
        return [one for name in spoke if (one := _at(document, name, first[name]))]
    places = index.places_of([document.id])
    opening = index.passages[places[0]].sentences[0] if places else None
    if opening and _OPENS.search(document.text, opening.start, opening.end):
        return [cite(document, opening.start, opening.end)]
    return []


def _at(document: Document, text: str, offset: int = 0) -> Citation | None:
    start = document.text.find(text, offset) if text else -1
    return cite(document, start, start + len(text)) if start >= 0 else None


def _tells(sentence: Citation, date: Citation) -> bool:
    """Say whether a sentence of the same document names a date, with or without its year."""
    said = set(re.findall(r"\w+", sentence.quote.lower()))
    parts = re.findall(r"\w+", date.quote.lower())
    without_year = {part for part in parts if not re.fullmatch(r"\d{4}", part)}
    return sentence.document_id == date.document_id and without_year <= said
