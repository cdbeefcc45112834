"""Answer when and where a meeting was and who took part, which often stands only above its text."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from bot.datatypes import Citation
from bot.extractive import cite
from embeddings.datatypes import Document, Hit
from embeddings.index import Index
from embeddings.layout import MONTH

MOST_DOCUMENTS = 7
MOST_SPEAKERS = 12
# So many lines stand above a record's text at most, and a longer one is text.
HEAD_LINES, LONGEST_LINE = 10, 600
# A longer line says more than when and where.
LONGEST_DATE_LINE = 160

# How questions of so many words are searched for, which share none with a record.
SHORT = 4
IN_FULL = {
    "when": "When did the meeting take place?",
    "where": "Where did the meeting take place?",
    "who": "Who attended the meeting?",
}
_LINE = re.compile(r"[^\n]*\S[^\n]*")
_TEXT_BEGINS = re.compile(r"\s*(?:1[.)]|\(?[a-z1]\))\s")
_DAY = re.compile(
    rf"\b(?:\d{{1,2}}(?:st|nd|rd|th)?(?:\s+of)?\s+{MONTH}|{MONTH}\s+\d{{1,2}}|"
    r"\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{2,4})\b|^\s*date\s*:",
    re.IGNORECASE,
)
_PLACE = re.compile(r"\b(?:place|venue|location)\s*:|\b(?:in|at) (?:the )?[A-Z]", re.IGNORECASE)
# "Zagreb, 5 July": a place stands before the day.
_PLACE_AND_DAY = re.compile(r"^[^\d:]*[^\W\d_]{3,}[^\d:]*,")
_PRESENT = re.compile(
    r"\b(?:present|participants?|participating|attendees|attendance|attending|attended|sederunt|"
    r"delegations?|members|speakers|on the call|in the room)\b[^.:\n]{0,40}(?::|$)|"
    r"\bpresent were\b",
    re.IGNORECASE,
)
_ABSENT = re.compile(
    r"\b(?:apologies|absent|absences?|regrets|excused|not present)\b", re.IGNORECASE
)
# So a read-out begins: "met with his colleague", "held talks", "was received by".
_OPENS = re.compile(
    r"\b(?:met|talks|consultations|meeting|session|dialogue|call|visit|received|spoke)\b",
    re.IGNORECASE,
)


def circumstances(
    asked: Collection[str], hits: Sequence[Hit], index: Index, documents: Sequence[str] | None
) -> tuple[Citation, ...]:
    """Return what answers when and where a meeting was, and who was there or was missing.

    `asked` is what `whole.asked_of_whole` tells of the question. It is answered by the lines above
    the text that say so. Else the sentence that matches best says when, if it tells the day, and
    those who speak, or the sentence that opens a read-out, say who. Nothing for more than a few
    documents, and where they do not say.
    """
    ids = list(index.documents) if documents is None else documents
    if len(ids) > MOST_DOCUMENTS:
        return ()
    found: list[Citation] = []
    for document in (index.documents[id] for id in ids):
        head = list(_head(document))
        if "when" in asked:
            found += _when(document, head, _best_sentence(hits, index))
        if "where" in asked:
            found += _where(head)
        if "who" in asked:
            found += _who(document, head, index)
        if "absent" in asked:
            found += [line for line in head if _ABSENT.search(line.quote)]
    return tuple(dict.fromkeys(found))


def _head(document: Document) -> Iterator[Citation]:
    """Yield the lines above the text: up to the first item, turn or long paragraph."""
    spoken = next((mark.offset for mark in document.marks if mark.speaker), len(document.text))
    for number, line in enumerate(_LINE.finditer(document.text, 0, spoken)):
        text = line.group()
        begins = _TEXT_BEGINS.match(text) and not _PRESENT.search(text)  # "1. Participants"
        if number == HEAD_LINES or len(text) > LONGEST_LINE or begins:
            return
        start = line.start() + len(text) - len(text.lstrip())
        yield cite(document, start, line.start() + len(text.rstrip()))


def _when(document: Document, head: Sequence[Citation], best: Citation | None) -> list[Citation]:
    date = document.date
    stated = [line for line in head if (date in line.quote if date else _DAY.search(line.quote))]
    short = [line for line in stated if len(line.quote) <= LONGEST_DATE_LINE][:1]
    found = short or ([_at(document, date)] if date in document.text and date else [])
    if best and best.document_id == document.id and _tells(best.quote, date):
        return [best, *found]
    return found


def _where(head: Sequence[Citation]) -> list[Citation]:
    named = [line for line in head if _PLACE.search(line.quote)]
    dated = [line for line in head if _DAY.search(line.quote) and _PLACE_AND_DAY.search(line.quote)]
    return [line for line in dated or named if len(line.quote) <= LONGEST_DATE_LINE][:1]


def _who(document: Document, head: Sequence[Citation], index: Index) -> list[Citation]:
    named = [place for place, line in enumerate(head) if _PRESENT.search(line.quote)]
    if named:
        # "Participants", and under it who they are.
        under = [place + 1 for place in named if head[place].quote.rstrip(" :")[-1:] != "."]
        bare = [place for place in under if place < len(head) and _is_bare(head[place - 1].quote)]
        return [head[place] for place in sorted({*named, *bare})]
    if document.participants:
        return [_at(document, document.participants)]
    if spoke := document.speakers[:MOST_SPEAKERS]:
        first = {mark.speaker: mark.offset for mark in reversed(document.marks)}
        return [_at(document, name, first[name]) for name in spoke]
    places = index.places_of([document.id])
    opening = index.passages[places[0]].sentences[0] if places else None
    if opening and _OPENS.search(document.text, opening.start, opening.end):
        return [cite(document, opening.start, opening.end)]
    return []


def _is_bare(line: str) -> bool:
    return len(line.split()) <= 4


def _best_sentence(hits: Sequence[Hit], index: Index) -> Citation | None:
    if not hits:
        return None
    best = hits[0].sentences[0]
    return cite(index.documents[hits[0].passage.document_id], best.start, best.end)


def _at(document: Document, text: str, offset: int = 0) -> Citation:
    start = document.text.index(text, offset)
    return cite(document, start, start + len(text))


def _tells(sentence: str, date: str) -> bool:
    """Say whether a sentence names a date, with or without its year."""
    said = set(re.findall(r"\w+", sentence.lower()))
    parts = re.findall(r"\w+", date.lower())
    without_year = {part for part in parts if not re.fullmatch(r"\d{4}", part)}
    return bool(date) and without_year <= said
